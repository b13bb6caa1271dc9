"""What the classes of one text are called: by names of their own, also where functions declare some that read alike."""

import re
from collections import defaultdict

from specedit.edits.symbols.tree import enclosing
from specedit.edits.syntax import Source
from specedit.edits.tree import Node


def class_names(source: Source) -> dict[int, str]:
    """Return the name of each class by the id of its node: `Outer.Inner`, with a mark where functions declare namesakes."""
    language = source.language
    functions = {t for t, kind in language.definitions.items() if kind == "function"}
    functions |= language.function_values
    declared = [d for d in source.definitions if d.kind == "class"]
    around = {d.node.id: enclosing(d.node, functions) for d in declared}
    lines: dict[str, dict[int, int]] = defaultdict(dict)
    for definition in declared:
        line = definition.node.start_point[0] + 1
        lines[definition.qualified].setdefault(_key(around[definition.node.id]), line)
    names = {}
    for definition in declared:
        key, seen = _key(around[definition.node.id]), lines[definition.qualified]
        mark = f"~{seen[key]}." if key and len(seen) > 1 else ""
        names[definition.node.id] = f"{mark}{definition.qualified}"
    return names


def without_mark(name: str) -> str:
    """Return the name of a class as the text has it."""
    return re.sub(r"^~\d+\.", "", name)


def _key(function: Node | None) -> int:
    return function.id if function is not None else 0
