"""Comma-separated lists in code: parameters, arguments, imported names."""

from collections.abc import Sequence

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

Edits = dict[tuple[int, int], str]


def items(node: Node) -> list[Node]:
    """Return the items of a list in brackets."""
    return [child for child in node.named_children if "comment" not in child.type]


def removed(listed: Node, index: int) -> Edits:
    """Return the edit that takes item `index` out, with one comma and the comment behind it; those of other items stay."""
    entries = items(listed)
    start, end = entries[index].start_byte, _end_with_comment(entries[index])
    if index + 1 < len(entries):
        following = _comments(listed, end, entries[index + 1].start_byte)
        return {(start, (following or entries[index + 1 :])[0].start_byte): ""}
    if index > 0:
        before = entries[index - 1]
        preceding = _comments(listed, before.end_byte, start)
        if not preceding:
            return {(before.end_byte, entries[index].end_byte): ""}
        return {(preceding[-1].end_byte, end): ""}
    if _comments(listed, listed.start_byte, start) or _comments(listed, end, listed.end_byte):
        return {(start, end): ""}
    return {(listed.children[0].end_byte, listed.children[-1].start_byte): ""}


def _comments(listed: Node, start: int, end: int) -> list[Node]:
    """The comments of a list between two places."""
    return [
        child
        for child in listed.named_children
        if "comment" in child.type and start <= child.start_byte < end
    ]


def _end_with_comment(entry: Node) -> int:
    """Where an item ends with its comma, and with the comment that stands behind it on its line."""
    end = entry.end_byte
    after = entry.next_sibling
    if after is not None and after.type == ",":
        end, after = after.end_byte, after.next_sibling
    if after is not None and "comment" in after.type and after.start_point[0] == entry.end_point[0]:
        return after.end_byte
    return end


def inserted(source: Source, listed: Node, index: int, text: str) -> Edits:
    """Return the edit that puts `text` before item `index`, or at the end; lists of a line an item stay so."""
    entries = items(listed)
    if not entries:
        at = listed.start_byte + 1
        return {(at, at): text}
    between = ", "
    if len(entries) > 1:
        gap = source.data[entries[0].end_byte : entries[1].start_byte].decode("utf-8")
        between = gap if gap.strip() == "," else between
    elif entries[0].start_point[0] != listed.start_point[0]:
        row, column = entries[0].start_point
        between = ",\n" + source.line(row)[:column]
    if index < len(entries):
        at = entries[index].start_byte
        return {(at, at): f"{text}{between}"}
    at = entries[-1].end_byte
    return {(at, at): f"{between}{text}"}


def reordered(source: Source, listed: Node, order: Sequence[int]) -> Edits:
    """Return the edits that put item order[i] in place i."""
    entries = items(listed)
    return {
        (entries[i].start_byte, entries[i].end_byte): source.code(entries[old])
        for i, old in enumerate(order)
        if i != old
    }
