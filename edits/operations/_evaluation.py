"""When an expression may stand where a variable holds its value: what it does, and what is worked out before it there.

Python evaluates from left to right, the right side of an assignment before its left (language reference, 6.16); so does
JavaScript (ECMA-262, 13), but for the left side of an assignment, which comes first. What is not listed here is refused.
"""

from collections.abc import Iterator, Sequence

from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import (
    ancestors,
    enclosing,
    field_of,
    in_field,
    is_inside,
    is_within,
    line_of,
    text_of,
)
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

LITERALS = words("integer float true false none number null undefined")
_NUMBERS = words("integer float number")
_STRINGS = words("string template_string")
_PLAIN_STRING_PARTS = words(
    "string_start string_content string_end string_fragment escape_sequence"
)
# What may change something, or take another course each time.
_EFFECTS = words(
    "call call_expression new_expression await await_expression yield yield_expression named_expression "
    "assignment_expression augmented_assignment_expression update_expression delete_expression import_expression"
)
_LATER = words(
    "lambda function_definition list_comprehension set_comprehension dictionary_comprehension generator_expression "
    "arrow_function function_expression generator_function function_declaration generator_function_declaration class "
    "class_declaration class_definition method_definition"
)
# Statements that evaluate one part once, before all else: by the field of the part, "" for any.
_ONCE = {
    "expression_statement": "", "return_statement": "", "raise_statement": "", "throw_statement": "",
    "if_statement": "condition", "for_statement": "right", "for_in_statement": "right", "match_statement": "subject",
    "switch_statement": "value", "with_statement": "", "lexical_declaration": "", "variable_declaration": "",
}  # fmt: skip
# Expressions whose parts are evaluated one after the other, each once.
_IN_ORDER = words(
    "argument_list arguments binary_operator binary_expression unary_operator unary_expression not_operator call "
    "call_expression new_expression attribute member_expression subscript subscript_expression list array tuple "
    "expression_list set dictionary object pair keyword_argument list_splat dictionary_splat spread_element "
    "parenthesized_expression comparison_operator await await_expression interpolation string template_string "
    "template_substitution slice with_clause with_item as_pattern sequence_expression"
)
_NAMES = words("identifier this")
_PATTERNS = words(
    "array_pattern object_pattern rest_pattern pair_pattern assignment_pattern object_assignment_pattern"
)
_ASSIGNMENTS = words("assignment_expression augmented_assignment_expression for_in_statement")
_IMPORTS = ("import_statement", "import_from_statement")


def is_constant(node: Node) -> bool:
    """Whether an expression is a number, a plain string or the like: the same wherever it stands."""
    if node.type in _STRINGS:
        return all(part.type in _PLAIN_STRING_PARTS for part in node.named_children)
    if node.type in ("unary_operator", "unary_expression"):
        return text_of(node)[:1] == "-" and node.named_children[-1].type in _NUMBERS
    return node.type in LITERALS


def has_effects(node: Node) -> bool:
    """Whether evaluating an expression may change something."""
    return any(each.type in _EFFECTS for each in walk(node))


def runs_later(node: Node, stop: Node) -> bool:
    """Whether a node of `stop` stands in something that runs another time, or many times."""
    return is_within(node, _LATER, stop)


def evaluated_before(use: Node, statement: Node) -> list[Node] | None:
    """Return what a statement evaluates before one of its expressions; None where it may do so never, or more than once."""
    before = list[Node]()
    for parent, child in ancestors(use):
        if parent.type in _ONCE:
            field = _ONCE[parent.type]
            is_part = not field or in_field(use, parent, field)
            in_body = child.type in ("block", "statement_block")
            return before if parent == statement and is_part and not in_body else None
        if not _is_always(parent, child):
            return None
        before += _left_of(parent, child)
    return None


def evaluated_first(use: Node, expression: Node) -> list[Node] | None:
    """Return what an expression evaluates before one of its parts; None where it may do so never, or more than once."""
    before = list[Node]()
    for parent, child in ancestors(use) if use != expression else ():
        if not _is_always(parent, child):
            return None
        before += _left_of(parent, child)
        if parent == expression:
            break
    return before


def _is_always(parent: Node, child: Node) -> bool:
    """Whether an expression evaluates one of its parts, once."""
    kind, parts = parent.type, parent.named_children
    if kind in ("boolean_operator", "conditional_expression", "ternary_expression"):
        if kind == "conditional_expression":
            return child == parts[1]
        return child == (parent.child_by_field_name("left") or parts[0])
    if kind == "binary_expression" and text_of(parent.child_by_field_name("operator")) in (
        "&&",
        "||",
        "??",
    ):
        return field_of(child) == "left"
    if kind == "comparison_operator":
        return child in parts[:2]
    if kind in ("assignment", "augmented_assignment", "assignment_expression"):
        return field_of(child) == "right"
    if kind == "augmented_assignment_expression":
        operator = text_of(parent.child_by_field_name("operator"))
        return field_of(child) == "right" and operator not in ("&&=", "||=", "??=")
    if kind == "variable_declarator":
        return field_of(child) == "value"
    if "?." in {each.type for each in parent.children} | {text_of(c) for c in parent.children}:
        return child == parts[0]
    return kind in _IN_ORDER


def _left_of(parent: Node, child: Node) -> Iterator[Node]:
    if parent.type in ("assignment", "conditional_expression", "variable_declarator"):
        return  # evaluated afterwards
    for each in parent.named_children:
        if each.start_byte < child.start_byte and each.type != "comment":
            yield each


def is_inert(node: Node, symbols: Symbols, *, beside_effects: bool) -> bool:
    """Whether it is all the same if an expression is evaluated before or after another, which has effects or not."""
    if has_effects(node):
        return False
    if not beside_effects:
        return True
    if is_constant(node):
        return True
    if node.type in _NAMES:
        return node.type != "identifier" or not is_set_again(node, symbols)
    if node.type in ("attribute", "member_expression"):
        thing = node.child_by_field_name("object")
        holder = node.parent.type if node.parent is not None else ""
        if holder == "assignment_expression" and field_of(node) == "left":  # it is set, not read
            return thing is not None and is_inert(thing, symbols, beside_effects=True)
        return thing is not None and thing.type == "identifier" and _is_module(thing, symbols)
    return False


def refuse_other_order(source: Source, expressions: Sequence[Node]) -> None:
    """Refuse to write expressions in another order, if it tells which is worked out first.

    Raises:
        EditRefused: with one that does something.
    """
    active = next((each for each in expressions if has_effects(each)), None)
    symbols = symbols_of(source)
    assert symbols is not None
    for each in expressions if active is not None else ():
        if (
            active is not None
            and each != active
            and not is_inert(each, symbols, beside_effects=True)
        ):
            raise EditRefused(
                f"'{text_of(active)}' on line {line_of(active)} would be worked out before or behind '{text_of(each)}', and may "
                "change it"
            )


def means_the_same(value: Node, use: Node, symbols: Symbols) -> bool:
    """Whether every name in an expression means at `use` what it means where it stands."""
    for node in walk(value):
        if node.type in symbols.source.language.names:
            names = symbols.names(text_of(node))
            here = next((o for o in names.occurrences if o.place.start == node.start_byte), None)
            if here is None or here.place.role != "name":
                continue
            if here.symbol is not None and _is_declared_in(value, here.symbol):
                continue  # as the variable of a comprehension, which goes along
            if names.visible_at(use, here.place.spaces) is not here.symbol:
                return False
    return True


def _is_declared_in(value: Node, symbol: Symbol) -> bool:
    return all(is_inside(place.node, value) for place in symbol.declarations)


def is_set_again(name: Node, symbols: Symbols) -> bool:
    """Whether what a name means is set in more than one place, or it cannot be told where."""
    occurrences = symbols.names(text_of(name)).occurrences
    here = next((o for o in occurrences if o.place.start == name.start_byte), None)
    if here is None or here.place.role != "name":
        return True
    if here.symbol is None:
        return text_of(name) not in symbols.source.language.builtins
    same = [o for o in occurrences if o.symbol is here.symbol]
    return sum(map(is_set, same)) > 1 or any(o.place.role in ("outer", "global") for o in same)


def is_set(occurrence: Occurrence) -> bool:
    """Whether a place of a name gives it a value."""
    if occurrence.place.bindings:
        return True
    whole = occurrence.place.node
    while whole.parent is not None and whole.parent.type in _PATTERNS:
        if field_of(whole) == "right":  # a default
            return False
        whole = whole.parent
    parent = whole.parent
    if parent is None:
        return False
    return parent.type == "update_expression" or (
        parent.type in _ASSIGNMENTS and field_of(whole) == "left"
    )


def _is_module(name: Node, symbols: Symbols) -> bool:
    """Whether a name is imported as a whole, so that its members are those of a module."""
    occurrences = symbols.names(text_of(name)).occurrences
    here = next((o for o in occurrences if o.place.start == name.start_byte), None)
    if here is None or here.symbol is None or {*here.symbol.kinds} != {"import"}:
        return False
    statements = (enclosing(p.node, _IMPORTS) for p in here.symbol.declarations)
    return all(s is not None and s.type == _IMPORTS[0] for s in statements) and not is_set_again(
        name, symbols
    )
