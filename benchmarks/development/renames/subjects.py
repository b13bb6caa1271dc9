"""Which symbols are renamed: functions, classes and methods of a module, and parameters, drawn with a fixed seed."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specedit.benchmarks.development.renames.packages import Package
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

KINDS = ("function", "class", "method", "parameter")
_OF_KIND = {"function": "function", "class": "class", "interface": "class", "method": "method"}
_NAMES = ("identifier", "shorthand_field_identifier")
_RECEIVERS = frozenset(["self", "cls", "this", "_"])
_LEFT_OUT = ("test", "node_modules", "_examples", "locales")


@dataclass(frozen=True, slots=True)
class Subject:
    """A symbol at a place of a file; lines and columns are 0-based. `of`: the class of a method, the function of a parameter."""

    path: str
    kind: str
    name: str
    of: str
    line: int
    character: int  # in code points
    utf16_column: int
    new: str

    def instruction(self, *, back: bool = False) -> str:
        """Return what specedit is asked for, the line as others get the place; `back`: from the new name to the old."""
        old, new = (self.new, self.name) if back else (self.name, self.new)
        line = f"on line {self.line + 1}"
        if self.kind == "parameter":
            return f"rename the parameter {old} of {self.of} {line} to {new} in {self.path}"
        return f"rename {f'{self.of}.' if self.of else ''}{old} {line} to {new} in {self.path}"


def draw(package: Package, folder: Path, each: int, seed: int) -> list[Subject]:
    """Return `each` subjects of a package, all kinds alike as far as there are some."""
    every = sorted(_all(package, folder), key=lambda s: (s.path, s.line, s.character))
    rng = random.Random(f"{seed} {package.name}")
    rng.shuffle(every)
    queues = {kind: [s for s in every if s.kind == kind] for kind in KINDS}
    drawn: list[Subject] = []
    while len(drawn) < each and any(queues.values()):
        drawn += [queue.pop() for queue in queues.values() if queue]
    return drawn[:each]


def _all(package: Package, folder: Path) -> Iterator[Subject]:
    for path in sorted((folder / package.sources).rglob("*")):
        inside = path.relative_to(folder).as_posix()
        language = language_of(inside)
        if language is None or language.name != package.language or not path.is_file():
            continue
        if not any(part in inside for part in _LEFT_OUT) and not inside.endswith(".d.ts"):
            yield from _of_file(inside, Source(path.read_text(encoding="utf-8"), language))


def _of_file(path: str, source: Source) -> Iterator[Subject]:
    """The symbols whose name tells which is meant: of those that are declared twice in a file, none."""
    times = Counter(definition.qualified for definition in source.definitions)
    for definition in source.definitions:
        kind, node = _OF_KIND.get(definition.kind), name_node(definition.node)
        if kind is None or node is None or times[definition.qualified] > 1:
            continue
        if definition.node.type == "impl_item":  # it declares members of a type, and not the type
            continue
        if not _is_of_the_module(definition, source) or "." in definition.owner:
            continue
        if not definition.name.startswith("__") and definition.name not in ("constructor", "init"):
            yield _subject(path, source, kind, node, definition.owner)
        if kind != "class" and not definition.name.startswith("__"):
            for name in _parameters(definition.node):
                yield _subject(path, source, "parameter", name, definition.qualified)


def _is_of_the_module(definition: Definition, source: Source) -> bool:
    """Whether it stands in no function."""
    at, functions = definition.outer.parent, ("function", "method", "lambda", "arrow")
    while at is not None:
        if any(word in at.type for word in functions):
            return False
        at = at.parent
    return True


def _parameters(node: Node) -> Iterator[Node]:
    """The names of a function's parameters, but for those that are taken apart or collect what is left."""
    value = node.child_by_field_name("value") or node
    parameters = value.child_by_field_name("parameters")
    for each in parameters.named_children if parameters is not None else ():
        name: Node | None = each
        if "splat" in each.type:
            continue
        if each.type not in _NAMES:
            name = next(
                (
                    n
                    for field in ("name", "pattern", "left")
                    if (n := each.child_by_field_name(field))
                ),
                each.named_children[0] if each.named_children else None,
            )
        if name is not None and name.type in _NAMES and text_of(name) not in _RECEIVERS:
            yield name


def _subject(path: str, source: Source, kind: str, node: Node, of: str) -> Subject:
    line = node.start_point[0]
    start = source.line_starts[line]
    before = source.data[start : node.start_byte].decode("utf-8")
    name = text_of(node)
    new = f"{name}_renamed" if "_" in name or name.islower() else f"{name}Renamed"
    if new in source.text:
        raise EditRefused(f"{path} has '{new}'")
    utf16 = len(before.encode("utf-16-le")) // 2
    return Subject(path, kind, name, of, line, len(before), utf16, new)
