"""Recorded edits as lazy snippets, in the ways that people and models write them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from specedit.benchmarks.cases import Case
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, ended, indent_of, split_lines

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """How many lines of context a part has, and how what is left out is told."""

    context: int = 3
    marker: str = "{comment} ... existing code ..."
    ends: bool = True  # whether markers begin and end the snippet
    blank: bool = False  # whether blank lines stand beside markers
    dedented: bool = False
    headers: bool = False  # whether the heads of what is around a part are shown
    definitions: bool = False  # whether a part is the whole definition that it changes


STYLES: Mapping[str, Style] = {
    "three lines of context": Style(),
    "three lines, with heads around": Style(headers=True),
    "two lines": Style(2),
    "one line": Style(1),
    "no markers at the ends": Style(ends=False),
    "--- existing code ---": Style(marker="--- existing code ---"),
    "...": Style(marker="..."),
    "…": Style(marker="{comment} …"),
    "<!-- -->": Style(marker="<!-- ... existing code ... -->"),
    "/* */": Style(marker="/* ... */"),
    "rest unchanged": Style(marker="{comment} rest of the code remains unchanged"),
    "blank lines beside markers": Style(blank=True),
    "whole definitions": Style(definitions=True),
    "whole definitions, blank lines": Style(definitions=True, blank=True),
    "dedented": Style(dedented=True),
}


def written(case: Case, style: Style) -> str | None:
    """Return the edit of a case as a snippet, or None where the style cannot tell it: the whole file is shown, or nothing."""
    old, new = split_lines(ended(case.original)), split_lines(ended(case.expected))
    changes = list(changed_lines(old, new))
    if style.definitions and not _is_told(case, changes):
        return None
    widen = _definitions(case) if style.definitions else _lines(style.context, len(new))
    parts = _joined([widen(start, end) for _, _, start, end in changes], new)
    if not parts or parts == [(0, len(new))]:
        return None
    language = language_of(case.path)
    marker = style.marker.format(comment=language.line_comment if language else "#")
    return _rendered(new, parts, marker, style)


def _lines(context: int, count: int) -> Callable[[int, int], Range]:
    return lambda start, end: (max(0, start - context), min(count, end + context))


def _definitions(case: Case) -> Callable[[int, int], Range]:
    """What widens changed lines to the smallest definition around them, or by three lines where there is none."""
    language = language_of(case.path)
    source = Source(ended(case.expected), language) if language else None
    spans = [source.lines_of(d) for d in source.definitions] if source else []
    count = ended(case.expected).count("\n")

    def widen(start: int, end: int) -> Range:
        around = [(a, b) for a, b in spans if a <= start and end <= b and b - a > 1]
        return min(around, key=lambda span: span[1] - span[0], default=_lines(3, count)(start, end))

    return widen


def _is_told(case: Case, changes: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether definitions as they are after an edit show all of it: none is gone, no line between them is."""
    language = language_of(case.path)
    if language is None:
        return True
    old, new = (Source(ended(text), language) for text in (case.original, case.expected))
    before, after = (
        [(d.name, *source.lines_of(d)) for d in source.definitions if d.kind != "constant"]
        for source in (old, new)
    )
    if Counter(name for name, _, _ in before) - Counter(name for name, _, _ in after):
        return False
    for i1, i2, j1, j2 in changes:
        shown = {name for name, a, b in after if a <= j1 and j2 <= b}
        inside = {name for name, a, b in before if a <= i1 and i2 <= b}
        lines = split_lines(ended(case.original))[i1:i2] + split_lines(ended(case.expected))[j1:j2]
        known = shown if i2 > i1 else shown & {name for name, _, _ in before}
        if not "".join(lines).strip() or (known and not known & inside):
            return False
    return True


def _joined(ranges: Sequence[Range], lines: Sequence[str]) -> list[Range]:
    """The ranges in order, those that touch made one."""
    parts: list[Range] = []
    for start, end in sorted(ranges):
        if parts and not "".join(lines[parts[-1][1] : start]).strip():
            parts[-1] = (parts[-1][0], max(end, parts[-1][1]))
        else:
            parts.append((start, end))
    return parts


def _rendered(lines: Sequence[str], parts: Sequence[Range], marker: str, style: Style) -> str:
    gap = "\n" if style.blank else ""
    shown: list[str] = []
    at = 0
    for start, end in parts:
        if start > 0 and (style.ends or at > 0):
            if shown and style.blank:
                shown.append(gap)
            shown.append(f"{marker}\n{gap}")
        part = [*_heads(lines, at, start, marker), *lines[start:end]] if style.headers else None
        shown += _dedented(lines[start:end]) if style.dedented else part or lines[start:end]
        at = end
    if at < len(lines) and style.ends:
        shown.append(f"{gap}{marker}\n")
    return "".join(shown)


def _heads(lines: Sequence[str], first: int, start: int, marker: str) -> list[str]:
    """The lines, not before `first`, that what stands on line `start` is nested in; a marker after each."""
    heads: list[str] = []
    width = next((len(indent_of(line)) for line in lines[start:] if line.strip()), 0)
    for line in reversed(lines[first:start]):
        if line.strip() and len(indent_of(line)) < width and line.strip()[0].isalpha():
            width = len(indent_of(line))
            heads = [line, f"{indent_of(line)}    {marker}\n", *heads]
    return heads


def _dedented(lines: Sequence[str]) -> list[str]:
    margin = min((len(indent_of(line)) for line in lines if line.strip()), default=0)
    return [line[margin:] if line.strip() else line for line in lines]
