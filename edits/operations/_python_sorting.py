"""Imports of Python that are added: where the file's others leave a place for them, in their order."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import isort

from specedit.edits.operations import imports
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines

# How projects have isort sort; a file tells which one by being sorted so.
_PROFILES: tuple[dict[str, Any], ...] = (
    {},
    {"profile": "black"},
    {"profile": "google"},
    {"profile": "black", "force_sort_within_sections": True},
    {"profile": "black", "combine_as_imports": True},
    {"profile": "black", "force_single_line": True},
    {"profile": "black", "force_single_line": True, "order_by_type": False},
)
# Blank lines, of which a file tells by having them: between `import x` and `from x`, and below all imports where no
# definition follows.
_BETWEEN = re.compile(r"^[ \t]*import [^\n]+\n\n[ \t]*from ", re.MULTILINE)
_BELOW = re.compile(r"^(?:(?:import|from) [^\n]+|\))\n\n\n(?!@|class |def |async )", re.MULTILINE)


def sort(text: str) -> str:
    """Return a text with its imports sorted, in the way of sorting that changes the fewest lines."""
    lines = split_lines(text)

    def changed(after: str) -> int:
        edits = changed_lines(lines, split_lines(after))
        return sum(i2 - i1 + j2 - j1 for i1, i2, j1, j2 in edits)

    ways = (
        isort.code(text, config=_config(i, layout, ()))
        for layout in _layouts(text)
        for i in range(len(_PROFILES))
    )
    return min(ways, key=changed)


def with_imports(source: Source, statements: Iterable[str], ours: Iterable[str]) -> str:
    """Return the text with import statements, in their places if its imports are sorted, else behind the others.

    `ours`: the names by which modules of the workspace begin.
    """
    text = source.text
    for statement in statements:
        text = imports.added(Source(text, source.language, source.path), statement)
    return text if text == source.text else sorted_as(source.text, text, ours)


def sorted_as(before: str, after: str, ours: Iterable[str] = ()) -> str:
    """Return a text with its imports sorted as they were before, if they were."""
    config = _config_of(before, tuple(sorted(ours)))
    return after if config is None else isort.code(after, config=config)


def _config_of(text: str, ours: tuple[str, ...]) -> isort.Config | None:
    """The settings by which a text is sorted, None if it is not."""
    configs = (
        _config(i, layout, each)
        for layout in _layouts(text)
        for i in range(len(_PROFILES))
        for each in dict.fromkeys([ours, ()])
    )
    return next((each for each in configs if isort.code(text, config=each) == text), None)


def _layouts(text: str) -> Iterator[tuple[int, int]]:
    """Yield how many blank lines there may be between the two forms of imports and below all of them, as isort counts them."""
    for between in (0, 1) if _BETWEEN.search(text) else (0,):
        for below in (-1, 2) if _BELOW.search(text) else (-1,):
            yield between, below


@cache
def _config(profile: int, layout: tuple[int, int], ours: tuple[str, ...]) -> isort.Config:
    # Where the process runs says nothing of the workspace.
    between, below = layout
    return isort.Config(
        **_PROFILES[profile],
        lines_between_types=between,
        lines_after_imports=below,
        known_first_party=frozenset(ours),
        src_paths=("/nowhere",),
    )
