"""Go: the places of a name in the comment above its declaration, which begins with it by convention."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.go_members import receiver_type, type_around
from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

_GROUPS = ("type_declaration", "const_declaration", "var_declaration")
_FIRST = re.compile(r"//\s*((A|An|The)\s+)?")


def places_in_docs(name: str, comment: Node) -> Iterator[Place]:
    """Yield the places of a name in a line of the comment above what declares it.

    The first word is the name; another may be one of the language, unless it is written as no word of it is.
    """
    declared = _declared_below(comment)
    if name not in (text_of(each) for each in _names(declared)):
        return
    text = text_of(comment)
    first = _FIRST.match(text)
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
        is_first = first is not None and match.start() == first.end() and _is_first(comment)
        if is_first or re.search(r".[A-Z\d_]", name):
            start = comment.start_byte + len(text[: match.start()].encode("utf-8"))
            yield _place(comment, start, start + len(name.encode("utf-8")), declared)


def _declared_below(comment: Node) -> Node | None:
    """What a comment is the documentation of: what follows it without an empty line."""
    node = comment
    while node.type == "comment":
        below = node.next_sibling
        while below is not None and not below.is_named:
            below = below.next_sibling
        if below is None or below.start_point[0] != node.end_point[0] + 1:
            return None
        node = below
    if node.type in _GROUPS and len(node.named_children) == 1:
        return node.named_children[0]
    return node


def _names(declared: Node | None) -> list[Node]:
    return declared.children_by_field_name("name") if declared is not None else []


def _is_first(comment: Node) -> bool:
    """Whether no line of the same comment is above."""
    above = comment.prev_named_sibling
    if above is None or above.type != "comment":
        return True
    return above.end_point[0] + 1 != comment.start_point[0]


def _place(comment: Node, start: int, end: int, declared: Node | None) -> Place:
    assert declared is not None
    if declared.type == "method_declaration":
        return Place(comment, start, end, "member", owners=(receiver_type(declared),))
    if declared.type in ("field_declaration", "method_elem"):
        owner = type_around(_names(declared)[0])
        return Place(comment, start, end, "member", owners=(owner,))
    return Place(comment, start, end)
