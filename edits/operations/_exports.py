"""The list of names that a Python module exports, `__all__`, without one of them."""

from specedit.edits.operations import _lists
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused


def without(source: Source, name: str) -> _lists.Edits:
    """Return the edits that take a name out of the lists that a module exports by; none if they do not have it.

    Raises:
        EditRefused: a list has the name and other things than names, or has it in a place that cannot be told.
    """
    edits: _lists.Edits = {}
    for listed in _export_lists(source):
        entries = _lists.items(listed)
        places = [i for i, entry in enumerate(entries) if _string(entry) == name]
        if not places:
            continue
        if len(places) > 1 or any(_string(entry) is None for entry in entries):
            raise EditRefused(
                f"'{source.language.export_list}' on line {listed.start_point[0] + 1} lists '{name}' among what is no plain "
                "name, or twice; take it out there first"
            )
        edits |= _without_entry(source, listed, places[0])
    return edits


def _export_lists(source: Source) -> list[Node]:
    """The list and tuple displays that are assigned or added to the list of exports at the top of the module."""
    lists = []
    for statement in source.root.named_children:
        inner = statement.named_children[0] if statement.named_children else None
        if statement.type != "expression_statement" or inner is None:
            continue
        if inner.type not in ("assignment", "augmented_assignment"):
            continue
        value = inner.child_by_field_name("right")
        is_exports = text_of(inner.child_by_field_name("left")) == source.language.export_list
        if is_exports and value is not None and value.type in ("list", "tuple"):
            lists.append(value)
    return lists


def _string(node: Node) -> str | None:
    """What a plain string says, None for everything else."""
    parts = node.named_children
    if node.type != "string" or [part.type for part in parts] != [
        "string_start",
        "string_content",
        "string_end",
    ]:
        return None
    is_plain = text_of(parts[0]) in ("'", '"') and not parts[1].named_children
    return text_of(parts[1]) if is_plain else None


def _without_entry(source: Source, listed: Node, index: int) -> _lists.Edits:
    """The edits that take an entry out: its line, if it has one of its own, with the comment that stands there."""
    entries = _lists.items(listed)
    entry = entries[index]
    if _has_own_line(source, entry):
        starts, row = (*source.line_starts, len(source.data)), entry.start_point[0]
        edits = {(starts[row], starts[row + 1]): ""}
    elif any(child.type == "comment" for child in listed.children):
        raise EditRefused(
            f"the comments in '{source.language.export_list}' on line {listed.start_point[0] + 1} may be about what stands "
            f"beside them; take {source.code(entry)} out there first"
        )
    else:
        edits = _lists.removed(listed, index)
    last = entries[-1].next_sibling
    if listed.type == "tuple" and len(entries) == 2 and (last is None or last.type != ","):
        if index == 0:  # one entry alone is a tuple by its comma
            edits[entries[1].end_byte, entries[1].end_byte] = ","
        elif (entries[0].end_byte, entry.end_byte) in edits:
            edits[entries[0].end_byte, entry.end_byte] = ","
    return edits


def _has_own_line(source: Source, entry: Node) -> bool:
    row = entry.start_point[0]
    start = source.line_starts[row]
    before = source.data[start : entry.start_byte]
    behind = source.data[entry.end_byte : start + len(source.line(row).encode("utf-8"))]
    rest = behind.decode("utf-8").strip().removeprefix(",").strip()
    return not before.strip() and behind.endswith(b"\n") and (not rest or rest.startswith("#"))
