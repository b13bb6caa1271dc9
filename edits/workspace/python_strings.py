"""Python: names of a module in strings, in annotations and in `__all__`."""

import re
from collections.abc import Callable, Iterator

from specedit.edits.syntax.nodes import enclosing, field_of, text_of
from specedit.edits.syntax.source import Source

_NAME = re.compile(rb"(?<![\w.\x80-\xff])[A-Za-z_][\w\x80-\xff]*(?![.])")
_HOLDERS = ("type", "block", "call")


def annotated(source: Source, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the byte ranges of these names in annotations that are strings."""
    for node in source.nodes_within(["string_content"], ["type"]):
        holder = enclosing(node, _HOLDERS)
        if holder is not None and holder.type == "type":
            for match in _NAME.finditer(node.text or b""):
                if match[0].decode("utf-8") in names:
                    yield node.start_byte + match.start(), node.start_byte + match.end()


def listed(source: Source) -> Callable[[str], bool] | None:
    """Return whether `__all__` of a module may list a name; None where there is no `__all__`."""
    places = [node for node in source.nodes_with("__all__") if text_of(node) == "__all__"]
    if not places:
        return None
    (first, *others), holder = places, places[0].parent
    value = holder.child_by_field_name("right") if holder is not None else None
    if others or value is None or value.type not in ("list", "tuple") or field_of(first) != "left":
        return lambda name: True  # it is put together of several parts
    names = {text_of(each).strip("\"'") for each in value.named_children if each.type == "string"}
    is_open = any(each.type not in ("string", "comment") for each in value.named_children)
    return lambda name: is_open or name in names
