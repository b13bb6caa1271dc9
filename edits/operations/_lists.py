"""Comma-separated lists in code: parameters, arguments, imported names."""

from collections.abc import Sequence

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

Edits = dict[tuple[int, int], str]


def items(node: Node) -> list[Node]:
    """Return the items of a list in brackets."""
    return [child for child in node.named_children if "comment" not in child.type]


def removed(listed: Node, index: int) -> Edits:
    """Return the edit that takes item `index` out, with one comma."""
    entries = items(listed)
    if index + 1 < len(entries):
        return {(entries[index].start_byte, entries[index + 1].start_byte): ""}
    if index > 0:
        return {(entries[index - 1].end_byte, entries[index].end_byte): ""}
    end = entries[0].end_byte
    after = entries[0].next_sibling
    if after is not None and after.type == ",":
        end = after.end_byte
    return {(entries[0].start_byte, end): ""}


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
