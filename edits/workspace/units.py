"""Units whose names files share without a module object in between: the packages of Go, the modules of Rust.

A language says what each name in a file means, by unit; the files are put together into one text in which every name
means one thing, and that text is resolved as one file is.
"""

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.joined import Joined, Replaced
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace

_NUMBER = re.compile(r"__of_(unit_\d+|no_unit)\b")
_LINES = re.compile(r"\bline \d+(, \d+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """What a unit declares by a name."""

    unit: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a file, which is looked up in a scope: that of the file, or of a part of it.

    It stands at `begin`, and `start` is where the path to it begins, if there is one. `item` is what it means, if a unit of
    the workspace declares that; it may be a member `through` an item instead, without a path.
    """

    name: str
    begin: int
    start: int
    scope: str
    item: Item | None
    through: Item | None = None

    @property
    def end(self) -> int:
        """Where the name ends, in bytes."""
        return self.begin + len(self.name.encode("utf-8"))


def reference_at(
    node: Node, start: int, scope: str, item: Item | None, through: Item | None = None
) -> Reference:
    """Return what a node refers to."""
    return Reference(text_of(node), node.start_byte, start, scope, item, through)


class Units(ABC):
    """The units of a workspace in one language: a subclass says how they are written, and how they find each other."""

    path_to_item: ClassVar[bytes] = b""  # what a path to an item becomes where all are in one text

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def line(self, path: str, start: int) -> int:
        """Return the 0-based line of a byte of a file."""
        return self.workspace.source(path).data.count(b"\n", 0, start)

    @abstractmethod
    def language(self) -> Language:
        """Return the language of all of them."""

    @abstractmethod
    def unit_at(self, path: str, node: Node) -> str:
        """Return the unit that a declaration belongs to."""

    def is_local(self, symbol: Symbol) -> bool:
        """Return whether no other place than the function around it can name a symbol."""
        return symbol.is_local

    @abstractmethod
    def look_up(self, scope: str, name: str) -> Item | None:
        """Return what a name that stands alone means in a scope, if a unit of the workspace declares it."""

    @abstractmethod
    def references(self, path: str) -> Iterable[Reference]:
        """Yield the names of a file but for members."""

    @abstractmethod
    def blanks(self, path: str) -> Replaced:
        """Return what of a file is for its units alone, as its imports, and what stands for that."""

    @abstractmethod
    def paths_about(self, home: str, names: Collection[str], *, by_type: bool) -> Sequence[str]:
        """Return the files that may be about what a file declares by one of these names.

        `by_type`: with those that tell the types of what the names are members of.
        """

    def tail(self, written: Mapping[Item, str]) -> bytes:
        """Return what comes behind all files. `written` is how each item is called there."""
        return b""

    def refuse_declared(self, symbol: Symbol, home: str, new: str, symbols: Symbols) -> None:
        """Refuse what others call by its name without naming where it comes from; `home` is the file that declares it.

        Raises:
            EditRefused: with the line.
        """
        return

    def refuse_new(
        self, home: str, item: Item | None, new: str, changed: Mapping[str, FileEdits]
    ) -> None:
        """Refuse a new name that some file could not use, or could not tell from another. `item` is None for a member.

        Raises:
            EditRefused: with the file.
        """
        return

    def left_in(self, path: str, name: str, changed: FileEdits) -> Iterable[Left]:
        """Yield the places of a name that may be meant, but that are not resolved."""
        return ()


class JoinedUnits(Joined):
    """The text of some files, in which an item is to be renamed to `kept`; a member, where that is None."""

    def __init__(self, paths: Sequence[str], units: Units, item: Item | None, kept: str) -> None:
        self._units, self._item, self._kept = units, item, kept
        self._references = {path: tuple(units.references(path)) for path in paths}
        self._is_near = _Near(units, item)
        spelled: dict[str, set[Item]] = defaultdict(set)
        for reference in self._all():
            meaning = reference.through or self._meaning(reference)
            spelled[meaning.name].add(meaning)
        if item is not None:
            spelled[kept].add(Item(item.unit, kept))
        declared = {name for name, items in spelled.items() if any(each.unit for each in items)}
        self._numbered = {n for n in declared if len(spelled[n]) > 1}
        every_unit = {each.unit for items in spelled.values() for each in items}
        self._numbers = {unit: i for i, unit in enumerate(sorted(every_unit))}
        texts = [
            (path, units.workspace.source(path).data, self._replaced(path, units)) for path in paths
        ]
        written = {each: self._written(each) for items in spelled.values() for each in items}
        super().__init__(texts, units.language(), units.tail(written))
        self._other = {
            (path, each.begin)
            for path, references in self._references.items()
            for each in references
            if each.through is not None or self._meaning(each) != item
        }
        self._own = {
            (path, each.begin)
            for path, references in self._references.items()
            for each in references
            if each.through is None and self._meaning(each) == item
        }
        self._near_paths = {path for path, _ in self._own}

    def is_meant(self, path: str, start: int, role: str) -> bool:
        """Return whether a place may be what is renamed: a name of a unit that has it, or a member."""
        if self._item is None or role != "name":
            return True
        return path in self._near_paths and (path, start) not in self._other

    def should_be_meant(self, path: str, start: int) -> bool:
        """Return whether a place is the item by what its file imports, however it is resolved."""
        return self._item is not None and (path, start) in self._own

    def line(self, number: int) -> tuple[str, int]:
        """Return the file that a 0-based line of the whole comes from, and the line there."""
        starts = self.symbols.source.line_starts
        end = starts[number + 1] - 1 if number + 1 < len(starts) else starts[number]
        path, start = self.place(end)
        return path, self._units.line(path, start)

    def with_places(self, message: str) -> str:
        """Return a message with the names and lines of the files."""
        return _LINES.sub(self._places_of, _NUMBER.sub("", message))

    def _places_of(self, match: re.Match[str]) -> str:
        places = [self.line(int(number) - 1) for number in re.findall(r"\d+", match[0])]
        return ", ".join(f"line {line + 1} of {path}" for path, line in places)

    def _all(self) -> Iterable[Reference]:
        return (each for references in self._references.values() for each in references)

    def _meaning(self, reference: Reference) -> Item:
        """What a name means; what no unit declares is of none, or of the one whose item could be taken for it."""
        if reference.item is not None:
            return reference.item
        is_near = reference.name == self._kept and self._is_near(reference.scope)
        return Item(self._item.unit if is_near and self._item is not None else "", reference.name)

    def _written(self, item: Item) -> str:
        if item.name not in self._numbered or (
            self._item is not None and item.unit == self._item.unit
        ):
            return item.name
        return f"{item.name}__of_" + (
            f"unit_{self._numbers[item.unit]}" if item.unit else "no_unit"
        )

    def _replaced(self, path: str, units: Units) -> Replaced:
        replaced: dict[tuple[int, int], bytes] = dict(units.blanks(path))
        for reference in self._references[path]:
            begin = reference.begin
            if reference.through is not None:
                path_to = f"{self._written(reference.through)}::".encode()
                replaced[begin, begin] = path_to
                continue
            if reference.start < begin:
                path_to = units.workspace.source(path).data[reference.start : begin]
                lines = b"\n" * path_to.count(b"\n")
                replaced[reference.start, begin] = units.path_to_item + lines
            meaning = self._meaning(reference)
            text = self._written(meaning)
            if text != reference.name:  # numbered, or imported under another name
                replaced[begin, reference.end] = text.encode("utf-8")
        return replaced


class _Near:
    """Whether a scope has an item by its name alone."""

    def __init__(self, units: Units, item: Item | None) -> None:
        self._units, self._item = units, item
        self._known: dict[str, bool] = {}

    def __call__(self, scope: str) -> bool:
        item = self._item
        if item is None:
            return False
        if scope not in self._known:
            self._known[scope] = self._units.look_up(scope, item.name) == item
        return self._known[scope]
