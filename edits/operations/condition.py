"""Negate or simplify a condition, or swap the branches of an `if` so that it does what it did.

"negate the condition on line 12", "invert the if condition in is_ready", "simplify the condition on line 3", "invert the if
in is_ready".
"""

import re
from collections.abc import Iterable

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import Slot, either, lines, thing, words
from specedit.edits.instruction.vocabulary import (
    CLASS,
    FUNCTION,
    NEGATE,
    SIMPLIFY,
    SWAP,
    phrases,
)
from specedit.edits.operations._branches import branches, has_else
from specedit.edits.operations._meant import function_meant
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.edits.text import whole_number
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    "negate the condition on line {12}",
    "invert the if condition in {is_ready}",
    "simplify the condition on line {3}",
    "swap the branches of the if in {is_ready}",
)

_WORDS = ("condition", "conditions", "test", "tests", "check", "checks")


_LOOPS = ("while", "loop", "while loop")
_IFS = ("if", "if statement")
_BOTH = ("if else", "if-else", "if/else", "if/else statement")


def _of(kinds: Iterable[str], kind: str) -> Slot:
    """A slot for "condition of the loop"; it is read before "of" could open a clause."""
    return words(*(f"{word} of the {each}" for each in kinds for word in _WORDS), kind=kind)


def _with(kinds: Iterable[str], kind: str) -> Slot:
    return words(*(f"{each} {word}" for each in kinds for word in _WORDS), kind=kind)


_CONDITIONS = (
    either(_of(_IFS, "if"), _of(_LOOPS, "while")),
    either(
        words(*_WORDS), _with(_IFS, "if"), _with(_LOOPS, "while"), words(*_LOOPS[::2], kind="while")
    ),
)
_IF = words(*_IFS, *_BOTH, kind="if")
_BRANCHES = (
    words(*(f"branches of the {each}" for each in (*_IFS, *_BOTH)), kind="if"),
    words("branches", "if and else", "if and else branches", "if/else branches", kind="if"),
)
_WHERE = (
    (clause("on|in|at|of", lines("line")),),
    (clause("of|in", thing("f", FUNCTION)), clause("of|in", thing("owner", CLASS), optional=True)),
)
_NEGATE = tuple(form(NEGATE, each, *where) for each in _CONDITIONS for where in _WHERE) + tuple(
    form(phrases("negate"), _IF, *where) for where in _WHERE
)
_INVERT = tuple(
    form(phrases("invert", "flip", "reverse"), _IF, *where) for where in _WHERE
) + tuple(form(SWAP, each, *where) for each in _BRANCHES for where in _WHERE)
_SIMPLIFY = tuple(form(SIMPLIFY, each, *where) for each in _CONDITIONS for where in _WHERE)
_OPPOSITE = {"==": "!=", "===": "!==", "<": ">=", ">": "<=", "is": "is not", "in": "not in"}
_OPPOSITE |= {value: key for key, value in _OPPOSITE.items()}
# Not true of floating point numbers: x < nan and x >= nan are both false. Only asked-for negations use them.
_ORDERED = frozenset(["<", ">", "<=", ">="])


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the condition changed, or None if that is not asked for.

    Raises:
        EditRefused: there is no condition there, there are several, or it is as simple as it gets.
    """
    if slots := read(instruction, *_INVERT):
        condition = _condition(source, slots)
        if (slots["verb"],) in SWAP:
            return _inverted(source, condition)
        if has_else(condition):
            line = condition.start_point[0] + 1
            raise EditRefused(
                f"to invert the 'if' on line {line} may be to change what it does, or to write it the other way round: say "
                f'"negate the condition on line {line}", or "swap the branches of the if on line {line}"'
            )
        return source.spliced(
            {(condition.start_byte, condition.end_byte): _negated(source, condition)}
        )
    slots = read(instruction, *_NEGATE)
    negate = slots is not None
    slots = slots or read(instruction, *_SIMPLIFY)
    if slots is None:
        return None
    condition = _condition(source, slots)
    old = source.code(condition)
    new = _negated(source, condition) if negate else _simplified(source, condition)
    if new == old:
        raise EditRefused(
            f"the condition on line {condition.start_point[0] + 1} is as simple as it gets"
        )
    return source.spliced({(condition.start_byte, condition.end_byte): new})


def _condition(source: Source, slots: dict[str, str]) -> Node:
    """The one condition that is meant, without its parentheses."""
    if "line" in slots:
        row = whole_number(slots["line"]) - 1
        where, around = f"line {slots['line']}", source.nodes
        candidates = [
            c
            for n in around
            if (c := n.child_by_field_name("condition")) and c.start_point[0] == row
        ]
    else:
        definition = function_meant(source, slots)
        where = f"'{definition.name}'"
        candidates = [c for n in walk(definition.node) if (c := n.child_by_field_name("condition"))]
    if kind := slots.get("kind"):
        candidates = [c for c in candidates if kind in _kinds_of(c)]
    if not candidates:
        raise EditRefused(f"{where} has no {kind + ' with a ' if kind else ''}condition")
    if len(candidates) > 1:
        lines = [c.start_point[0] + 1 for c in candidates]
        places = ", ".join(map(str, lines))
        raise AmbiguousPlace(f"{where} has several conditions, on lines {places}; say which", lines)
    node = candidates[0]
    if any(n.type in ("let_condition", "let_chain", "init_statement") for n in walk(node)):
        raise EditRefused(
            f"the condition on line {node.start_point[0] + 1} declares a variable; change it by hand"
        )
    while node.type in ("parenthesized_expression", "condition_clause") and node.named_children:
        node = node.named_children[0]
    return node


def _kinds_of(condition: Node) -> str:
    """What a condition is that of, as its statement is called."""
    return condition.parent.type if condition.parent is not None else ""


def _inverted(source: Source, condition: Node) -> str:
    """The text with the condition negated and the branches swapped."""
    first, second = branches(condition)
    compared = _comparison(source, condition)
    is_ordered = compared is not None and compared[1] in _ORDERED
    word = source.language.negation
    bare = (
        f"{word}{source.code(condition)}" if word == "not " else f"{word}({source.code(condition)})"
    )
    negated = bare if is_ordered else _negated(source, condition)
    return source.spliced(
        {
            (condition.start_byte, condition.end_byte): negated,
            first: source.data[slice(*second)].decode("utf-8"),
            second: source.data[slice(*first)].decode("utf-8"),
        }
    )


def _negated(source: Source, node: Node) -> str:
    inner = _operand_of_not(node)
    if inner is not None:
        return source.code(_bare(inner))
    compared = _comparison(source, node)
    if compared is not None:
        left, operator, right = compared
        return f"{left} {_OPPOSITE[operator]} {right}"
    text = source.code(node)
    word = source.language.negation
    simple = re.fullmatch(r"[\w.$]+(?:\([^()]*\))?", text) or node.type in (
        "call",
        "call_expression",
    )
    if simple or (
        word == "not "
        and node.type
        not in ("boolean_operator", "conditional_expression", "named_expression", "lambda", "yield")
    ):
        return f"{word}{text}"
    return f"{word}({text})"


def _simplified(source: Source, node: Node) -> str:
    text = source.code(node)
    inner = _operand_of_not(node)
    if inner is not None:
        bare = _bare(inner)
        again = _operand_of_not(bare)
        if again is not None:
            return _simplified(source, _bare(again))
        compared = _comparison(source, bare)
        if compared is not None and compared[1] not in _ORDERED:
            return f"{compared[0]} {_OPPOSITE[compared[1]]} {compared[2]}"
    compared = _comparison(source, node)
    if (
        compared is not None
        and compared[2] in ("True", "true")
        and compared[1] in ("==", "===", "is")
    ):
        return compared[0]
    if (
        compared is not None
        and compared[2] in ("False", "false")
        and compared[1] in ("==", "===", "is")
    ):
        return f"{source.language.negation}{compared[0]}"
    return text


def _operand_of_not(node: Node) -> Node | None:
    """What stands after `not` or `!`, if that is what a node is."""
    if node.type == "not_operator":
        return node.child_by_field_name("argument")
    if node.type == "unary_expression" and node.children and node.children[0].type == "!":
        return node.named_children[-1]
    return None


def _bare(node: Node) -> Node:
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node


def _comparison(source: Source, node: Node) -> tuple[str, str, str] | None:
    """Left, operator and right of a comparison of two things."""
    if node.type not in ("comparison_operator", "binary_expression"):
        return None
    operands = node.named_children
    if len(operands) != 2:
        return None
    between = source.data[operands[0].end_byte : operands[1].start_byte].decode("utf-8").strip()
    if between not in _OPPOSITE:
        return None
    return source.code(operands[0]), between, source.code(operands[1])
