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
    found = items(listed)
    if index + 1 < len(found):
        return {(found[index].start_byte, found[index + 1].start_byte): ""}
    if index > 0:
        return {(found[index - 1].end_byte, found[index].end_byte): ""}
    end = found[0].end_byte
    after = found[0].next_sibling
    if after is not None and after.type == ",":
        end = after.end_byte
    return {(found[0].start_byte, end): ""}


def inserted(source: Source, listed: Node, index: int, text: str) -> Edits:
    """Return the edit that puts `text` before item `index`, or at the end; lists of a line an item stay so."""
    found = items(listed)
    if not found:
        at = listed.start_byte + 1
        return {(at, at): text}
    between = ", "
    if len(found) > 1:
        gap = source.data[found[0].end_byte : found[1].start_byte].decode("utf-8")
        between = gap if gap.strip() == "," else between
    elif found[0].start_point[0] != listed.start_point[0]:
        row, column = found[0].start_point
        between = ",\n" + source.line(row)[:column]
    if index < len(found):
        at = found[index].start_byte
        return {(at, at): f"{text}{between}"}
    at = found[-1].end_byte
    return {(at, at): f"{between}{text}"}


def reordered(source: Source, listed: Node, order: Sequence[int]) -> Edits:
    """Return the edits that put item order[i] in place i."""
    found = items(listed)
    return {
        (found[i].start_byte, found[i].end_byte): source.code(found[old])
        for i, old in enumerate(order)
        if i != old
    }
