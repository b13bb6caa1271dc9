"""What the classes of one text are called: by names of their own, also where functions declare some that read alike."""

import re
from collections import defaultdict
from collections.abc import Iterable

from specedit.edits.syntax.nodes import enclosing
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node


def class_names(source: Source) -> dict[int, str]:
    """Return the name of each class by the id of its node: `Outer.Inner`, with a mark where functions declare namesakes."""
    language = source.language
    functions = {t for t, kind in language.definitions.items() if kind == "function"}
    functions |= language.function_values
    declared = [d for d in source.definitions if d.kind == "class"]
    around = {d.node.id: enclosing(d.node, functions) for d in declared}
    starts: dict[str, set[int]] = defaultdict(set)
    for definition in declared:
        starts[definition.qualified].add(_start(around[definition.node.id]))
    names = {}
    for definition in declared:
        function, name = around[definition.node.id], definition.qualified
        is_single = function is None or len(starts[name]) == 1
        names[definition.node.id] = name if is_single else f"~{_start(function)}.{name}"
    return names


def nodes_by_name(classes: Iterable[tuple[Node, str]]) -> dict[str, list[Node]]:
    """Return the nodes of each class in the order of the text, of nested ones the outer first; several may make up one."""
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node, name in sorted(classes, key=lambda c: (c[0].start_byte, -c[0].end_byte)):
        nodes[name].append(node)
    return nodes


def without_mark(name: str) -> str:
    """Return the name of a class as the text has it."""
    return re.sub(r"^~\d+\.", "", name)


def _start(function: Node | None) -> int:
    return function.start_byte if function is not None else -1
