"""Put the value of a local variable in the places that read it (Python, JavaScript, TypeScript).

"inline x", "inline the variable x in f". A constant goes to all places; any other value only to the one place that reads it,
in the statement right behind, where nothing between the two could make a difference.
"""

from collections.abc import Mapping

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import led, thing
from specedit.edits.instruction.vocabulary import FUNCTION, INLINE, nouns, phrases
from specedit.edits.operations._evaluation import (
    evaluated_before,
    has_effects,
    is_constant,
    is_inert,
    is_set,
    means_the_same,
    runs_later,
)
from specedit.edits.operations._inline_place import in_place
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.nodes import enclosing, is_inside, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

EXAMPLES = ("inline {x}", "inline the variable {x} in {load}")

_VARIABLE = thing("x", nouns("variable constant"))
_ASKED = form(
    INLINE,
    led(phrases("local", "temporary", "local temporary", "temporary local", ""), _VARIABLE),
    clause("in|of|inside", thing("f", FUNCTION), optional=True),
)
_STATEMENTS = ("expression_statement", "lexical_declaration")
_BLOCKS = ("block", "statement_block", "program", "module")
_FUNCTIONS = (
    "function_definition", "function_declaration", "generator_function_declaration", "method_definition",
    "arrow_function", "function_expression",
)  # fmt: skip
_OF_FRAME = ("locals", "vars", "eval", "exec", "dir")


def predict(instruction: str, source: Source) -> str | None:
    """Return the text without the variable, or None if that is not asked for.

    Raises:
        EditRefused: there is no such variable, or its value may be another one where it is read.
    """
    named = read(instruction, _ASKED)
    if named is None or _is_function(source, named):
        return None
    symbols = symbols_of(source)
    if symbols is None or not source.language.in_order:
        raise EditRefused(f"variables are not inlined in {source.language.name}")
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    name = named["x"]
    symbol = _symbol(symbols, name, named.get("f") or named.get("owner", ""))
    places = [o for o in symbols.names(name).occurrences if o.symbol is symbol]
    statement, value = _assignment(source, name, places)
    uses = [o.place.node for o in places if not is_inside(o.place.node, statement)]
    if not uses:
        raise EditRefused(f"'{name}' is not read; delete line {line_of(statement)} instead")
    if is_constant(value):
        _refuse_out_of_reach(name, statement, uses)
    else:
        _refuse_unlike(name, statement, value, uses, symbols)
    return _inlined(source, statement, value, uses)


def _is_function(source: Source, named: Mapping[str, str]) -> bool:
    """Whether what is called no variable is a function."""
    is_plain = not named.keys() & {"f", "owner", "x noun"}
    called = [d.kind for d in source.definitions if named["x"] in (d.name, d.qualified)]
    return is_plain and bool({*called} & {"function", "method"})


def _symbol(symbols: Symbols, name: str, function: str) -> Symbol:
    """The variable that is meant.

    Raises:
        SymbolNotFound: there is none.
        AmbiguousPlace: there are several.
        EditRefused: it is no local variable.
    """
    candidates = [s for s in symbols.names(name).symbols if not s.owners]
    if function:
        node = symbols.source.definition(function, ("function", "method")).node
        candidates = [s for s in candidates if all(is_inside(p.node, node) for p in s.declarations)]
    if not candidates:
        raise SymbolNotFound(name, [])
    if len(candidates) > 1:
        lines = [symbol.line for symbol in candidates]
        shown = ", ".join(map(str, lines))
        raise AmbiguousPlace(
            f"'{name}' is declared on lines {shown}; say which, as in \"inline {name} in f\"", lines
        )
    if not candidates[0].is_local or "parameter" in candidates[0].kinds:
        raise EditRefused(
            f"'{name}' on line {candidates[0].line} is no local variable of a function"
        )
    return candidates[0]


def _assignment(source: Source, name: str, places: list[Occurrence]) -> tuple[Node, Node]:
    """The statement that gives a variable its value, and the value.

    Raises:
        EditRefused: there are several, or it does more than that.
    """
    sets = [o.place.node for o in places if is_set(o) or o.place.role != "name"]
    target = sets[0]
    parent = target.parent
    if len(sets) > 1 or parent is None:
        lines = ", ".join(str(line_of(node)) for node in sets)
        raise EditRefused(f"'{name}' is set on lines {lines}: only what is set once is inlined")
    value = parent.child_by_field_name("right") or parent.child_by_field_name("value")
    statement = parent.parent
    is_alone = (
        parent.type in ("assignment", "variable_declarator")
        and statement is not None
        and statement.type in _STATEMENTS
        and len(statement.named_children) == 1
        and statement.parent is not None
        and statement.parent.type in _BLOCKS
        and target in (parent.child_by_field_name("left"), parent.child_by_field_name("name"))
    )
    if not is_alone or value is None or statement is None:
        raise EditRefused(f"line {line_of(target)} does more than set '{name}' to a value")
    if value.type == "assignment" or parent.child_by_field_name("type") is not None:
        raise EditRefused(f"line {line_of(target)} does more than set '{name}' to a value")
    first, last = statement.start_point[0], statement.end_point[0]
    if source.lines(first, last + 1).strip().rstrip(";") != source.code(statement).rstrip(";"):
        raise EditRefused(
            f"line {line_of(target)} has more on it than the value of '{name}'; move that first"
        )
    return statement, value


def _refuse_out_of_reach(name: str, statement: Node, uses: list[Node]) -> None:
    """Refuse a use that may come before the variable is set."""
    for use in uses:
        if use.start_byte < statement.end_byte or not is_inside(use, statement.parent):
            raise EditRefused(
                f"'{name}' is read on line {line_of(use)}, where it may not be set yet"
            )


def _refuse_unlike(
    name: str, statement: Node, value: Node, uses: list[Node], symbols: Symbols
) -> None:
    """Refuse a value that may be another one, or have another effect, where it is read.

    Raises:
        EditRefused: with the line, and why.
    """
    if len(uses) > 1:
        lines = ", ".join(str(line_of(use)) for use in uses)
        raise EditRefused(
            f"'{name}' is read on lines {lines}: only a constant is the same in several places"
        )
    (use,) = uses
    after = statement.next_sibling
    while after is not None and (after.type == "comment" or not after.is_named):
        after = after.next_sibling
    if after is None or not is_inside(use, after):
        raise EditRefused(
            f"'{name}' is read on line {line_of(use)}, and what stands before that may change its value"
        )
    effects = has_effects(value)
    before = evaluated_before(use, after)
    if runs_later(use, after) or before is None:
        raise EditRefused(f"line {line_of(use)} may read '{name}' never, later, or more than once")
    for node in before:
        if not is_inert(node, symbols, beside_effects=effects):
            raise EditRefused(
                f"'{text_of(node)}' on line {line_of(node)} would be evaluated before the value of '{name}'"
            )
    if not means_the_same(value, use, symbols):
        raise EditRefused(f"the value of '{name}' means something else on line {line_of(use)}")
    if any(node.type in _FUNCTIONS or node.type in ("lambda", "class") for node in walk(value)):
        raise EditRefused(f"the value of '{name}' is a function, which may be called by that name")


def _inlined(source: Source, statement: Node, value: Node, uses: list[Node]) -> str:
    """The text with the value in each place, in parentheses where it must be."""
    frame = enclosing(statement, _FUNCTIONS)
    for node in walk(frame) if frame is not None else ():
        if node.type == "identifier" and text_of(node) in _OF_FRAME:
            raise EditRefused(f"'{text_of(node)}' on line {line_of(node)} may read variables")
    starts = (*source.line_starts, len(source.data))
    edits = {(starts[statement.start_point[0]], starts[statement.end_point[0] + 1]): ""}
    for use in uses:
        edits[use.start_byte, use.end_byte] = in_place(source, statement, use, value)
    return source.spliced(edits)
