"""An expression written where a name stands: in parentheses where it must be, and refused where it would say something else."""

from specedit.edits.syntax.language import parse
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_MEMBERS = ("member_expression", "subscript_expression")
_CHAINS = (
    ("member_expression", "object"), ("subscript_expression", "object"), ("call_expression", "function"),
)  # fmt: skip
# What Python takes in these places in parentheses only, though its grammar here takes it without.
_LOOSEST = ("conditional_expression", "lambda")
_LOOSE = (*_LOOSEST, "boolean_operator", "comparison_operator", "not_operator")
_NARROW = {
    "conditional_expression": _LOOSEST, "for_in_clause": _LOOSEST, "if_clause": _LOOSEST, "list_splat": _LOOSE,
    "dictionary_splat": _LOOSE,
}  # fmt: skip
_SAFE_IN_TEXT = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_. +-*/()[],"
)


def in_place(source: Source, statement: Node, use: Node, value: Node) -> str:
    """Return what is to be written at `use` for `value`, a node of any text, once `statement` is gone or changed.

    Raises:
        EditRefused: the value cannot stand there, or would mean something else.
    """
    code = text_of(value)
    _refuse_role(use, value)
    refuse_in_text(use, code)
    if use.type.startswith("shorthand"):
        return f"{source.code(use)}: {code}"
    at = (use.start_byte, use.end_byte)
    fits = not _needs_parentheses(use, value) and _stays_whole(
        source, use, value, source.spliced({at: code})
    )
    text = code if fits else f"({code})"
    refuse_continued(source, statement, use, text)
    if not fits and not _stays_whole(source, use, value, source.spliced({at: text}), 1):
        raise EditRefused(f"line {line_of(use)} cannot have '{code}' in it")
    return text


def _refuse_role(use: Node, value: Node) -> None:
    """Refuse a place where a value does more than a variable that holds it.

    Raises:
        EditRefused: a member that is called has its object as `this`; a string alone may be a docstring or a directive.
    """
    role = (use.parent.type if use.parent is not None else "", use.field)
    if role == ("call_expression", "function") and value.type in _MEMBERS:
        raise EditRefused(
            f"line {line_of(use)} calls '{text_of(use)}', which would have another `this`"
        )
    if role[0] == "expression_statement" and "string" in value.type:
        raise EditRefused(f"'{text_of(use)}' stands alone on line {line_of(use)}")


def refuse_continued(source: Source, statement: Node, use: Node, text: str) -> None:
    """Refuse a line that would go on with the statement before `statement`, which has no semicolon.

    Raises:
        EditRefused: `text`, which is to stand at `use`, begins as what goes on.
    """
    before = source.data[: statement.start_byte].decode("utf-8").rstrip()[-1:]
    at_start = any(
        p.start_byte == use.start_byte for p, _ in ancestors(use) if p.type.endswith("_statement")
    )
    is_ended = source.language.blocks_by_indentation or before in ("", ";", "{", "}")
    if at_start and text[0] in "([`+-/" and not is_ended:
        raise EditRefused(f"line {line_of(use)} would go on with the line before, which has no ';'")


def _needs_parentheses(use: Node, value: Node) -> bool:
    """Whether the value alone would be read as a block, or as the beginning of a longer optional chain."""
    role = (use.parent.type if use.parent is not None else "", use.field)
    is_chained = role in _CHAINS and "?." in text_of(value)
    statement = enclosing(use, ("expression_statement",))
    is_first = statement is not None and statement.start_byte == use.start_byte
    is_narrow = value.type in _NARROW.get(role[0], ())
    return is_chained or is_narrow or (is_first and value.type == "object")


def refuse_in_text(use: Node, code: str) -> None:
    """Refuse code that cannot stand in an f-string, or that one shows.

    Raises:
        EditRefused: `code` is to stand at `use`.
    """
    around = next((p for p, _ in ancestors(use) if p.type == "interpolation"), None)
    if around is not None and (
        not set(code) <= _SAFE_IN_TEXT or any(c.type == "=" for c in around.children)
    ):
        raise EditRefused(f"line {line_of(use)} has '{text_of(use)}' in an f-string")


def _stays_whole(source: Source, use: Node, value: Node, text: str, shift: int = 0) -> bool:
    """Whether the value is one expression in its new place, as it was in its own."""
    root = parse(text, source.language)
    start = use.start_byte + shift
    end = start + value.end_byte - value.start_byte
    if root.has_error:
        return False
    node = root.descendant_for_byte_range(start, end)
    while node is not None and (node.start_byte, node.end_byte) == (start, end):
        if node.type == value.type:
            return True
        node = node.parent
    return False
