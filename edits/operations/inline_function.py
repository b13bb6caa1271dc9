"""Put what a function of one expression returns in the places that call it (Python, JavaScript, TypeScript).

"inline the function area". The function goes. Arguments are worked out once and in their order, as in a call, or it is refused
with the line. Without a file, calls in all files of the workspace are followed.
"""

from collections.abc import Mapping
from functools import partial

from specedit.edits.instruction.forms import form, read
from specedit.edits.instruction.slots import thing
from specedit.edits.instruction.vocabulary import FUNCTION, INLINE
from specedit.edits.operations import _exports
from specedit.edits.operations._inline_place import in_place
from specedit.edits.operations._lists import Edits
from specedit.edits.operations._meant import function_meant
from specedit.edits.operations._one_line import OneLine, one_line, passed
from specedit.edits.operations._substitution import Substitution
from specedit.edits.operations._uses import Change, call_of, in_one_file, uses_of
from specedit.edits.operations.definition import without
from specedit.edits.prediction import Prediction
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import Language, parse
from specedit.edits.syntax.nodes import is_inside, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

EXAMPLES = ("inline the function {area}",)

_ASKED = form(INLINE, thing("f", FUNCTION))
_LISTS = ("expression_list", "sequence_expression")


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text without the function, or None if that is not asked for.

    Raises:
        EditRefused: there is no such function, or a call of it would not mean the same.
    """
    return in_one_file(change(instruction, source), source)


def slots_of(instruction: str) -> Mapping[str, str] | None:
    """Return the slots of the function that is to be inlined, or None if none is."""
    return read(instruction, _ASKED)


def change(instruction: str, source: Source) -> Change | None:
    """Return what becomes of the function, which the file defines, and of its calls; None if that is not asked for.

    Raises:
        EditRefused: there is no such function, or it is more than one expression.
    """
    named = slots_of(instruction)
    if named is None or not _is_function(source, named):
        return None
    symbols = symbols_of(source)
    if symbols is None or not source.language.in_order:
        raise EditRefused(f"functions are not inlined in {source.language.name}")
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    function = one_line(source, function_meant(source, named))
    definition = function.definition
    uses = uses_of(source, definition)
    for use in uses:
        if is_inside(use, definition.outer):
            raise EditRefused(f"'{definition.name}' calls itself on line {line_of(use)}")
    if _exports.without(source, definition.name):
        raise EditRefused(f"'{source.language.export_list}' lists '{definition.name}' for others")
    at_use = partial(_inlined, function=function, home=source, home_symbols=symbols)
    return Change("inline_function", definition, _gone(source, definition), at_use, is_removed=True)


def _is_function(source: Source, named: Mapping[str, str]) -> bool:
    """Whether what is meant is called a function, or is one."""
    called = (d.kind for d in source.definitions if named["f"] in (d.name, d.qualified))
    return "f noun" in named or any(kind in ("function", "method") for kind in called)


def _gone(source: Source, definition: Definition) -> Edits:
    """The edit that takes a definition out."""
    before, after = source.data, without(source, definition).encode("utf-8")
    row, _ = source.lines_of(definition)
    most = min(source.line_starts[row], len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    rest, new = before[start:], after[start:]
    same = next((i for i in range(len(new)) if rest[-1 - i] != new[-1 - i]), len(new))
    return {(start, len(before) - same): new[: len(new) - same].decode("utf-8")}


def _inlined(
    source: Source, use: Node, *, function: OneLine, home: Source, home_symbols: Symbols
) -> Edits:
    """The edit that puts the function's expression in the place of a call.

    Raises:
        EditRefused: it is no call, or the expression would mean something else there.
    """
    call, _ = call_of(use)
    if call.parent is not None and call.parent.type == "decorator":
        raise EditRefused(f"line {line_of(call)} decorates with '{function.definition.name}'")
    inner = (n for n in walk(call) if n.type == use.type and n != use)
    if any(text_of(node) == text_of(use) for node in inner):
        raise EditRefused(
            f"line {line_of(call)} has '{text_of(use)}' within a call of it: write that in two lines first"
        )
    if "?." in source.code(call)[: use.end_byte - call.start_byte + 2]:
        raise EditRefused(f"line {line_of(call)} calls '{function.definition.name}' if it is there")
    symbols = symbols_of(source)
    assert symbols is not None
    uses = _parameter_uses(function, home_symbols)
    own = {use.start_byte for each in uses.values() for use in each}
    _refuse_other_meaning(
        function, own, call, home_symbols, symbols if source is not home else None
    )
    arguments = passed(function, call, source)
    text = Substitution(home, home_symbols, function.body, uses).written(arguments, source, symbols)
    value = _parsed(f"({text})" if function.body.type in _LISTS else text, source.language)
    if value is None:
        raise EditRefused(f"line {line_of(call)} cannot have '{text}' in it")
    return {(call.start_byte, call.end_byte): in_place(source, call, call, value)}


def _parameter_uses(function: OneLine, symbols: Symbols) -> dict[str, list[Node]]:
    """Where the expression has each parameter."""
    uses = dict[str, list[Node]]()
    for name in function.parameters:
        inside = [
            o.place.node
            for o in symbols.names(name).occurrences
            if is_inside(o.place.node, function.body) and o.symbol is not None
        ]
        uses[name] = [node for node in inside if node.type != "property_identifier"]
    return uses


def _refuse_other_meaning(
    function: OneLine, own: set[int], call: Node, home: Symbols, there: Symbols | None
) -> None:
    """Refuse a call where a name of the expression means something else; `there`, if it is in another file.

    Raises:
        EditRefused: with the name.
    """
    for node in walk(function.body):
        if node.type not in home.source.language.names or node.start_byte in own:
            continue
        names = home.names(text_of(node))
        here = next((o for o in names.occurrences if o.place.start == node.start_byte), None)
        if here is None or here.place.role not in ("name", "global", "outer"):
            continue
        if there is None:
            is_same = names.visible_at(call, here.place.spaces) is here.symbol
        else:
            seen = there.names(text_of(node)).visible_at(call, here.place.spaces)
            is_same = here.symbol is None and seen is None
        if not is_same:
            raise EditRefused(
                f"'{text_of(node)}', which '{function.definition.name}' uses, means something else on line {line_of(call)}"
            )


def _parsed(text: str, language: Language) -> Node | None:
    """An expression as a node of its own, if it is one."""
    root = parse(f"({text})\n", language)
    if root.has_error:
        return None
    end = len(f"({text}".encode())
    node = root.descendant_for_byte_range(1, end)
    while (
        node is not None
        and node.parent is not None
        and node.parent.type != "parenthesized_expression"
    ):
        node = node.parent if (node.parent.start_byte, node.parent.end_byte) == (1, end) else None
    return node if node is not None and (node.start_byte, node.end_byte) == (1, end) else None
