"""Where a rename makes both names of a pair one, the pair is written as one: `import a as b` as `import a`, `{a: b}` as `{a}`.

The way back writes the pair again, so that a rename and its inverse give the text as it was.
"""

import re

from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

Edits = dict[tuple[int, int], str]

# The fields of the two names, by the type of the node that has them.
_IMPORTS = {
    "aliased_import": ("name", "alias"),
    "import_specifier": ("name", "alias"),
    "use_as_clause": ("path", "alias"),
}
_PAIRS = {
    "pair": ("key", "value"),
    "pair_pattern": ("key", "value"),
    "field_initializer": ("field", "value"),
    "field_pattern": ("name", "pattern"),
}
_KEYS = ("property_identifier", "field_identifier")  # a dictionary's key may be an expression
_AROUND = ("assignment_pattern", "mut_pattern", "ref_pattern")  # a default, or how a name is bound
_BEFORE_A_SECOND = re.compile(rb"(\bas|\bmut|\bref|:)\s*\Z")
_NO_SHORTHAND = "__proto__"  # `{__proto__: a}` sets the prototype, `{__proto__}` does not


def with_shorthands(edits: Edits, source: Source) -> Edits:
    """Return edits that write one name where both of a pair would be the new one; the first was, and stays."""
    written = dict(edits)
    seconds = {at: new for at, new in edits.items() if _may_be_second(at[0], source)}
    for old in {source.data[start:end] for start, end in seconds}:
        for node in source.nodes_with(old.decode("utf-8")):
            at = (node.start_byte, node.end_byte)
            if at in seconds and seconds[at] != text_of(node):
                written = _without_first(node, seconds[at], source, written)
    return written


def _may_be_second(start: int, source: Source) -> bool:
    return _BEFORE_A_SECOND.search(source.data[max(start - 40, 0) : start]) is not None


def _without_first(node: Node, new: str, source: Source, edits: Edits) -> Edits:
    """The edits, where the second of a pair becomes `new`: without the first of two that are the same."""
    start, end = node.start_byte, node.end_byte
    imported = _first(node, _IMPORTS, rb"\s+as\s+", source)
    if imported is not None and _last_name(imported) == new:
        others = {at: text for at, text in edits.items() if at != (start, end)}
        return others | {(imported.end_byte, end): ""}
    key = _first(node, _PAIRS, rb"\s*:\s*((ref|mut)\s+)*", source)
    if key is not None and key.type in _KEYS and text_of(key) == new != _NO_SHORTHAND:
        between = source.data[key.end_byte : start]
        kept = len(between.partition(b":")[2].lstrip())
        return edits | {(key.start_byte, start - kept): ""}
    return edits


def _first(
    node: Node, fields: dict[str, tuple[str, str]], between: bytes, source: Source
) -> Node | None:
    """The first name of a pair whose second is `node`, if nothing but `between` is between them."""
    inner, around = node, node.parent
    while around is not None and around.type in _AROUND:
        if around.child_by_field_name("right") == inner:
            return None
        inner, around = around, around.parent
    if around is None or around.type not in fields:
        return None
    first, second = map(around.child_by_field_name, fields[around.type])
    if first is None or second != inner:
        return None
    text = source.data[first.end_byte : node.start_byte]
    return first if re.fullmatch(between, text) else None


def _last_name(node: Node) -> str:
    """What is imported: `c` of `a::b::c`; all of `a.b`, which has no name of its own."""
    return text_of(node).rpartition("::")[2].strip()
