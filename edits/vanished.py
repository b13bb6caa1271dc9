"""Definitions that an edit takes out of a file although nobody asked for it."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.syntax.heads import has_label, label_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.outline import outline, walk
from specedit.edits.syntax.source import Source

_TELLING = 3  # lines of a body that no other definition has by chance


@dataclass(frozen=True, slots=True)
class _Named:
    """A definition by its names, and which lines of its text it takes."""

    name: str
    qualified: str
    text: Sequence[str]
    first: int
    last: int

    @property
    def head(self) -> str:
        """The line that begins it."""
        return self.text[self.first].strip()

    @property
    def body(self) -> tuple[str, ...]:
        """Its lines below, but for blank ones."""
        lines = self.text[self.first + 1 : self.last]
        return tuple(line.strip() for line in lines if line.strip())


def vanished(
    before: str,
    after: str,
    language: Language | None,
    named: str,
    removed: Collection[str] = (),
) -> list[str]:
    """Return the names of functions, methods and classes that `after` lacks; not those that are in the text `named`.

    Nor those that stand in what is `removed`, by qualified names. One that goes on under a new name, with all that it did, has
    not vanished.
    """
    old = [d for d in _definitions(before, language) if not _is_in(d, removed)]
    new = list(_definitions(after, language))
    lost = Counter(d.name for d in old) - Counter(d.name for d in new)
    if not lost:
        return []
    gained = Counter(d.name for d in new) - Counter(d.name for d in old)
    fresh = [d for d in new if gained[d.name]]
    words = set(re.findall(r"\w+", named))
    return sorted(
        name
        for name, count in lost.items()
        if not _is_named(name, named, words)
        and sum(_goes_on(d, fresh) for d in old if d.name == name) < count
    )


def _is_named(name: str, named: str, words: set[str]) -> bool:
    label = label_of(name)
    return label in named if label else not words.isdisjoint(re.findall(r"\w+", name)[-1:])


def _is_in(definition: _Named, removed: Collection[str]) -> bool:
    return any(definition.qualified.startswith(f"{owner}.") for owner in removed)


def _goes_on(old: _Named, fresh: Sequence[_Named]) -> bool:
    """Whether one of the new definitions is the old one but for its name; a short one says so by its head too."""
    for new in fresh:
        pattern = re.compile(rf"(?<!\w){re.escape(new.name)}(?!\w)")
        head, *body = (pattern.sub(lambda _: old.name, line) for line in (new.head, *new.body))
        if tuple(body) == old.body and (head == old.head or len(body) >= _TELLING):
            return True
    return False


def _definitions(text: str, language: Language | None) -> Iterator[_Named]:
    lines = text.split("\n")
    if language is None or not language.definitions:
        for block in walk(outline(lines)):
            yield _Named(block.name, block.name, lines, block.head, block.last)
        return
    if not language.blocks_by_indentation and any(map(has_label, lines)):
        for block in walk(outline(lines)):
            if label_of(block.name):  # a test or a route: no grammar takes them for definitions
                yield _Named(block.name, block.name, lines, block.head, block.last)
    for definition in Source(text, language).definitions:
        if definition.kind in ("function", "method", "class"):
            first, last = definition.node.start_point[0], definition.node.end_point[0]
            yield _Named(definition.name, definition.qualified, lines, first, last + 1)
