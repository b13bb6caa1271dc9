"""Rust's macros: their arguments as code, where they are code, and the names that format strings capture."""

import re
from collections.abc import Iterator

from specedit.edits.syntax.language import Language, parse, words
from specedit.edits.syntax.nodes import enclosing, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

# Macros of the standard library that take a format string; in it `{name}` means the variable.
_FORMATTING = words(
    "format print println eprint eprintln write writeln panic assert assert_eq assert_ne debug_assert debug_assert_eq "
    "debug_assert_ne unreachable todo unimplemented format_args trace debug info warn error log bail ensure anyhow"
)


def as_calls(source: Source) -> Source:
    """Return the text with macros written as calls, byte for byte as long, where their arguments are expressions.

    The grammar does not divide what a macro takes: `println!("{}", a.b)` becomes `println ("{}", a.b)`.
    """
    data = bytearray(source.data)
    for node in source.nodes:
        if node.type != "macro_invocation" or enclosing(node, ("token_tree",)) is not None:
            continue
        _make_call(node, data, source.language)
    return Source(data.decode("utf-8"), source.language)


def _make_call(invocation: Node, data: bytearray, language: Language) -> None:
    tree = next((c for c in invocation.children if c.type == "token_tree"), None)
    mark = next((c for c in invocation.children if c.type == "!"), None)
    if tree is None or mark is None or tree.text is None or tree.text[:1] == b"{":
        return
    arguments = bytearray(tree.text[1:-1])
    for child in tree.children:
        if child.type == ";" or (child.type != "token_tree" and text_of(child) == ";"):
            arguments[child.start_byte - tree.start_byte - 1] = ord(",")
    whole = b"fn _f() { f(" + bytes(arguments) + b"); }"
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError:
        return
    if parse(text, language).has_error:
        return
    data[mark.start_byte] = ord(" ")
    data[tree.start_byte : tree.end_byte] = b"(" + bytes(arguments) + b")"


# The argument of a field, before its colon; and behind it a width or a precision.
_CAPTURED = re.compile(r"^\s*(?P<argument>[^\W\d]\w*)\s*(?=:|$)|(?P<size>\b[^\W\d]\w*)(?=\$)")


def captured(string: Node) -> Iterator[tuple[str, int, int]]:
    """Yield the variables that a format string captures, as `{name}` or `{x:>name$}`, with the bytes where they stand."""
    if not is_format(string):
        return
    text = text_of(string)
    for field in re.finditer(r"\{\{|\}\}|\{([^{}]*)\}", text):
        for match in _CAPTURED.finditer(field[1] or ""):
            start = field.start(1) + match.start(match.lastgroup or 0)
            yield (
                match[match.lastgroup or 0],
                *_bytes(string, text, start, match[match.lastgroup or 0]),
            )


def captures(name: str, string: Node) -> Iterator[tuple[int, int]]:
    """Yield the byte ranges at which a format string captures a variable."""
    return ((start, end) for known, start, end in captured(string) if known == name)


def is_format(string: Node) -> bool:
    """Whether the content of a string is the format of a macro: its first string, beside its arguments."""
    literal = string.parent
    listed = literal.parent if literal is not None else None
    if listed is None or not _formats(listed):
        return False
    return literal == next((c for c in listed.named_children if c.type.endswith("_literal")), None)


def named_argument(node: Node) -> bool:
    """Whether a name is one that a format macro's argument is given, as in `println!("{x}", x = 3)`."""
    pair = node.parent
    if pair is None or pair.type != "assignment_expression" or pair.parent is None:
        return False
    return _formats(pair.parent) and pair.child_by_field_name("left") == node


def _formats(listed: Node) -> bool:
    """Whether a list of arguments is that of a macro which formats: as a call it stands apart from its name."""
    holder = listed.parent
    if holder is None or listed.type not in ("arguments", "token_tree"):
        return False
    name = holder.child_by_field_name("macro") or holder.child_by_field_name("function")
    is_macro = listed.type == "token_tree" or (
        name is not None and name.end_byte < listed.start_byte
    )
    return is_macro and text_of(name).strip().rpartition("::")[2] in _FORMATTING


def argument_names(string: Node) -> set[str]:
    """Return the names that the arguments beside a format string are given."""
    literal = string.parent
    listed = literal.parent if literal is not None else None
    return {
        text_of(c.child_by_field_name("left"))
        for c in (listed.named_children if listed is not None else ())
        if c.type == "assignment_expression"
    }


def _bytes(node: Node, text: str, start: int, name: str) -> tuple[int, int]:
    begin = node.start_byte + len(text[:start].encode("utf-8"))
    return begin, begin + len(name.encode("utf-8"))
