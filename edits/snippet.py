"""A lazy snippet, code with `... existing code ...` for the rest, placed into the file it is meant for.

The snippet's lines are aligned to the file's at least cost: markers stand for any lines, a line that is only in
the snippet is inserted, one that is only in the file, between two that are in both, is deleted. A definition that is
complete in the snippet takes the place of the file's. Where two alignments are equally good, nothing is guessed.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from specedit.edits.language import Language
from specedit.edits.prediction import Note, Prediction
from specedit.edits.syntax import Definition, Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

_MARKER = re.compile(
    r"""^[ \t]*(?: (?:\#|//|--|;|%)+ | /\* | <!-- | \{/\* )? [ \t]*
    (?: (?:\.{3,}|…) [ \t]* \(? [ \t]* (?:[^"'=();]*\b(?:existing|rest|remaining|unchanged|other|previous|same|omitted|remainder|keep)\b[^"'=();]*)?
        \)? [ \t]* (?:\.{3,}|…)?
      | [\[(]? [ \t]* (?:existing|unchanged|remaining|other)[ \t]+(?:code|content|lines?|imports?|methods?|functions?) [^"'=();]* [\])]?
      | (?:rest|remainder)[ ]of[ ][^"'=();]*
    ) [ \t]* (?:\*/\}? | -->)? [ \t]*$""",
    re.VERBOSE | re.IGNORECASE,
)
_SIMILAR = 60.0  # least similarity, of 100, of a line and what it becomes
_REINDENTED = 0.3  # cost of a line whose indentation alone differs
# Cost of adding lines at one place, and of each of them; a line that the file has too, or has once, costs more, most at
# the edge of a part, where it is likely there to tell the place.
_INSERTION, _NEW, _ONCE, _KNOWN, _UNIQUE, _EDGE = 0.6, 0.2, 0.3, 0.6, 1.2, 3
_DELETION, _LOST = 0.6, 0.02  # the same of losing lines of the file
_LEAVING, _ENTERING = (
    0.02,
    0.25,
)  # cost of a line passed that is outside the definition around, and begins another
_OPEN = (
    1.2  # cost of code before or after a snippet that does not say so, in a file's marked snippet
)
_SURE = 0.4  # by how much the next best place must be worse
_SHOWN = 3  # places that an error lists

_DEFINES = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|final|abstract|async|pub(?:\([^)]*\))?|unsafe|virtual)\s+)*"
    r"(?:def|class|func|fn|function|impl|trait|struct|enum|interface|namespace|mod)\b"
)

Costs = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Snippet:
    """`lines` without their endings, None for a marker."""

    lines: tuple[str | None, ...]
    before: float  # cost of code of the file that comes before it
    after: float


@dataclass(frozen=True, slots=True)
class _Alignment:
    """`pairs`: for each snippet line the file's line that it stands for, -1 if it is new.

    `begin` lines of the file come before the snippet; `reached` are used up after each of its lines.
    """

    cost: float
    begin: int
    pairs: tuple[int, ...]
    reached: tuple[int, ...]


def is_marker(line: str) -> bool:
    """Whether a line stands for code that is left out."""
    if not _MARKER.match(line):
        return False
    bare = line.strip()
    return bare not in ("...", "…") and bool(re.search(r"\w|\.\.\.|…", bare)) and bare != ""


def place(body: str, snippet: str, language: Language | None) -> Prediction:
    """Return `body` with the snippet merged into it.

    Raises:
        EditRefused: the snippet fits nowhere, or in two places.
    """
    source = Source(body, language) if language else None
    lines = [line.rstrip("\n") for line in split_lines(body)]
    parsed = _parse(_without_fence(snippet), set(lines))
    if not any(line is None for line in parsed) and source is not None:
        whole = _whole_definitions(source, "\n".join(map(str, parsed)) + "\n")
        if whole is not None:
            return whole
    first, last, shaped = _bounds(parsed, lines, source)
    inner = lines[first:last]
    best = _aligned(shaped, inner)
    _check_anchored(shaped, best, inner, first)
    result = _merged(shaped, best, inner)
    _check_only_place(shaped, best, inner, first, result)
    merged = [*lines[:first], *result, *lines[last:]]
    return Prediction(
        "snippet", "".join(f"{line}\n" for line in merged), notes=_notes(shaped, best, first)
    )


def _parse(text: str, known: set[str]) -> list[str | None]:
    """The lines, None for a marker; one that the file has itself is none."""
    found: list[str | None] = []
    for line in text.splitlines():
        marker = is_marker(line) and (line not in known or "existing code" in line)
        if not (marker and found and found[-1] is None):
            found.append(None if marker else line)
    while found and found[0] is not None and not found[0].strip():
        del found[0]
    while found and found[-1] is not None and not found[-1].strip():
        del found[-1]
    if not [line for line in found if line]:
        raise EditRefused("the snippet has no code besides its markers; give the lines that change")
    return found


def _without_fence(snippet: str) -> str:
    match = re.fullmatch(r"\s*(```+)[^\n`]*\n(.*\n)\1\s*", snippet, re.DOTALL)
    return match[2] if match else snippet


def _bounds(
    parsed: list[str | None], lines: Sequence[str], source: Source | None
) -> tuple[int, int, _Snippet]:
    """The file's lines that the snippet is about, and whether it may begin or end inside of them."""
    opens, closes = parsed[0] is None, parsed[-1] is None
    if source is not None and not opens and not closes:
        definition = _only_definition(parsed, source)
        if definition is not None:
            last = source.lines_of(definition)[1]
            return definition.outer.start_point[0], last, _Snippet(tuple(parsed), np.inf, np.inf)
    edge = _OPEN if None in parsed else 0.0
    return (
        0,
        len(lines),
        _Snippet(tuple(parsed), 0.0 if opens else edge, 0.0 if closes else edge),
    )


def _only_definition(parsed: Sequence[str | None], source: Source) -> Definition | None:
    """The file's definition that the snippet is a version of, if it is one definition and nothing else."""
    mark = source.language.line_comment
    text = "\n".join(
        f"{_indent_at(parsed, i)}{mark}" if line is None else line for i, line in enumerate(parsed)
    )
    given = Source(f"{text}\n", source.language)
    if given.root.has_error:
        return None
    top = [d for d in given.definitions if not d.owner]
    spans = {row for d in top for row in range(*given.lines_of(d))}
    full = {i for i, line in enumerate(text.splitlines()) if line.strip()}
    if len(top) != 1 or full - spans:
        return None
    found = [d for d in source.definitions if (d.name, d.kind) == (top[0].name, top[0].kind)]
    if not found and top[0].kind == "function":
        found = [d for d in source.definitions if (d.name, d.kind) == (top[0].name, "method")]
    return found[0] if len(found) == 1 else None


def _indent_at(parsed: Sequence[str | None], i: int) -> str:
    """The indentation that a marker's comment must have to parse: that of the nearest line of code."""
    for line in [*parsed[i + 1 :], *reversed(parsed[:i])]:
        if line:
            return _indent(line)
    return ""


def _whole_definitions(source: Source, text: str) -> Prediction | None:
    """The file with each definition of a snippet without markers in place of its own of that name."""
    given = Source(text, source.language)
    top = [d for d in given.definitions if not d.owner]
    spans = [given.lines_of(d) for d in top]
    rows = {row for a, b in spans for row in range(a, b)}
    lines = split_lines(text)
    if (
        given.root.has_error
        or not top
        or {i for i, line in enumerate(lines) if line.strip()} - rows
    ):
        return None
    old = split_lines(source.text)
    changes, notes = [], []
    for definition, (a, b) in zip(top, spans, strict=True):
        names = [d for d in source.definitions if d.name == definition.name]
        if len(names) > 1:
            where = ", ".join(str(d.node.start_point[0] + 1) for d in names)
            raise EditRefused(
                f"the snippet's '{definition.name}' is defined on lines {where}; add the line of what is around it"
            )
        if not names:
            return None  # something new: its place is told by its neighbours
        first, last = source.lines_of(names[0])
        if a == definition.outer.start_point[0]:  # no comment of its own: the file's stays
            first = names[0].outer.start_point[0]
        new = "".join(_shifted(lines[a:b], lines[a], old[names[0].outer.start_point[0]]))
        changes.append((first, last, new if new.endswith("\n") else f"{new}\n"))
        notes.append(Note(first, last, new))
    for first, last, new in sorted(changes, reverse=True):
        old[first:last] = [new]
    return Prediction("snippet", "".join(old), notes=tuple(notes))


def _shifted(lines: Sequence[str], from_line: str, to_line: str) -> list[str]:
    """Lines moved from the indentation of one line to that of another."""
    old, new = _indent(from_line), _indent(to_line)
    if not lines or old == new:
        return list(lines)
    return [new + line.removeprefix(old) if line.strip() else line for line in lines]


def _aligned(
    snippet: _Snippet, lines: Sequence[str], forbidden: tuple[int, int] | None = None
) -> _Alignment:
    """The alignment of least cost. `forbidden` is a pair (snippet line, line of the file) that may not be."""
    n = len(lines)
    lost: Costs = _LOST * np.arange(n + 1, dtype=np.float64)
    row: Costs = np.full(n + 1, snippet.before)
    row[0] = 0.0
    inserting = np.full(n + 1, np.inf)  # of the alignments that end with a line added
    standing = np.arange(n + 1)
    similar, added = _substitutions(snippet, lines), _insertions(snippet, lines)
    back: list[tuple[Indices, NDArray[np.bool_], NDArray[np.bool_]]] = []
    for s, line in enumerate(snippet.lines):
        if line is None:
            row, origin = _run(row, _leaving(snippet.lines, s, lines))
            inserting[:] = np.inf
            back.append((origin, np.zeros(0, bool), np.zeros(0, bool)))
            continue
        matched = np.full(n + 1, np.inf)
        matched[1:] = row[:-1] + similar[s]
        if forbidden is not None and forbidden[0] == s:
            matched[forbidden[1] + 1] = np.inf
        goes_on = inserting < row + _INSERTION
        inserting = np.where(goes_on, inserting, row + _INSERTION) + added[s]
        is_match = matched <= inserting
        here = np.where(is_match, matched, inserting)
        run, origin = _run(here + _DELETION, lost)
        row, origin = np.minimum(here, run), np.where(here <= run, standing, origin)
        back.append((origin, is_match, goes_on))
    at = int(np.argmin(row + np.where(standing == n, 0.0, snippet.after)))
    cost, reached, pairs = float(row[at]), [], []
    adding = False  # whether the line after this one goes on adding
    for s in range(len(snippet.lines) - 1, -1, -1):
        origin, is_match, goes_on = back[s]
        reached.append(at)
        at = at if adding else int(origin[at])
        if snippet.lines[s] is None:
            pairs.append(-1)
        elif not adding and is_match[at]:
            at -= 1
            pairs.append(at)
        else:
            pairs.append(-1)
            adding = bool(goes_on[at])
            continue
        adding = False
    return _Alignment(cost, at, tuple(reversed(pairs)), tuple(reversed(reached)))


def _insertions(snippet: _Snippet, lines: Sequence[str]) -> list[float]:
    """What it costs to add each snippet line."""
    times = Counter(line.strip() for line in lines)
    cost = []
    for line in snippet.lines:
        bare = (line or "").strip()
        cost.append(_NEW / 4 if not bare else _NEW + (_ONCE if times[bare] == 1 else 0.0))
    for start, end in _chunks(snippet):
        edges = {*range(start, min(end, start + _EDGE)), *range(max(start, end - _EDGE), end)}
        for s in edges:
            bare = (snippet.lines[s] or "").strip()
            if times[bare]:
                cost[s] = _NEW if not bare else _UNIQUE if times[bare] == 1 else _KNOWN
    return cost


def _run(row: Costs, price: Costs) -> tuple[Costs, Indices]:
    """Let the file run ahead: the least of row[i] + price[j] - price[i] over i ≤ j, and that i."""
    base = row - price
    least = np.minimum.accumulate(base)
    origin = np.maximum.accumulate(np.where(base <= least, np.arange(len(row)), 0))
    return least + price, origin


def _leaving(given: Sequence[str | None], s: int, lines: Sequence[str]) -> Costs:
    """What it costs that a marker passes lines: nothing, unless they end the definition that it stands in."""
    after = next((line for line in given[s + 1 :] if line and line.strip()), None)
    around: list[int] = []  # widths of the definitions that are open at the marker
    for line in [*given[:s], after]:
        if line and line.strip():
            closes = line.lstrip().startswith(")")  # the end of a head of several lines
            around = [w for w in around if w < _width(line) or (closes and w == _width(line))]
            if line is not after and _DEFINES.match(line):
                around.append(_width(line))
    price = np.zeros(len(lines) + 1)
    if after is not None and around:
        for j, line in enumerate(lines):
            if line.strip() and _width(line) <= around[-1] and not line.lstrip().startswith(")"):
                price[j + 1] = _ENTERING if _DEFINES.match(line) else _LEAVING
    return np.asarray(np.cumsum(price), dtype=np.float64)


def _substitutions(snippet: _Snippet, lines: Sequence[str]) -> Costs:
    """Cost of each snippet line standing for each line of the file: 0 if equal, 2 or more if it cannot."""
    given = [line or "" for line in snippet.lines]
    ratio = process.cdist(
        [line.strip() for line in given],
        [line.strip() for line in lines],
        scorer=fuzz.ratio,
        score_cutoff=_SIMILAR,
    ).astype(np.float64)
    cost = np.where(ratio >= _SIMILAR, 0.3 + 1.2 * (1 - ratio / 100), np.inf)
    cost[ratio == 100] = _REINDENTED
    stripped = {line.strip() for line in lines}
    known: dict[str, list[int]] = {}
    for j, line in enumerate(lines):
        known.setdefault(line, []).append(j)
        known.setdefault(line.rstrip(), []).append(j)
    for s, line in enumerate(given):
        if not line.strip():
            cost[s] = np.inf
        elif stripped & {line.strip()}:  # it stands for itself, somewhere else
            cost[s, (ratio[s] < 100)] += _KNOWN
        cost[s, known.get(line.rstrip(), [])] = 0.02
        cost[s, known.get(line, [])] = 0.0
    return cost


def _merged(snippet: _Snippet, alignment: _Alignment, lines: Sequence[str]) -> list[str]:
    """The file's lines with the snippet merged in."""
    given = _as_indented(snippet, alignment, lines)
    result, at = list(lines[: alignment.begin]), alignment.begin
    for s, line in enumerate(given):
        if line is None:
            result += lines[at : alignment.reached[s]]
        else:
            result.append(line)
        at = alignment.reached[s]
    return [*result, *lines[at:]]


def _as_indented(
    snippet: _Snippet, alignment: _Alignment, lines: Sequence[str]
) -> list[str | None]:
    """The snippet's lines indented as the file is, where all of a part is off by the same."""
    given = list(snippet.lines)
    for start, end in _chunks(snippet):
        shifts: Counter[tuple[str, str]] = Counter()
        for s in range(start, end):
            line, pair = given[s], alignment.pairs[s]
            if line and pair >= 0 and line.strip() == lines[pair].strip():
                shifts[_indent(line), _indent(lines[pair])] += 1
        if not shifts or any(old == new for old, new in shifts):
            continue  # a line stands as it is in the file: what is indented otherwise is meant to be
        move = _move([old for old, _ in shifts], [new for _, new in shifts])
        given[start:end] = [
            move(line) if line and line.strip() else line for line in given[start:end]
        ]
    return given


def _move(old: Sequence[str], new: Sequence[str]) -> Callable[[str], str]:
    """What turns the indentations `old` into `new`: other units, then more or less of them."""
    unit = 0
    if any("\t" in indent for indent in new) and not any("\t" in indent for indent in old):
        widths = sorted({len(indent) for indent in old if indent})
        unit = min((b - a for a, b in pairwise([0, *widths])), default=0)

    def units(indent: str) -> str:
        return "\t" * (len(indent) // unit) + " " * (len(indent) % unit) if unit else indent

    more, less = "", ""
    if units(old[0]) != new[0]:
        more = new[0].removesuffix(units(old[0])) if new[0].endswith(units(old[0])) else new[0]
        less = units(old[0]).removesuffix(new[0]) if units(old[0]).endswith(new[0]) else ""
        more = "" if less else more

    def move(line: str) -> str:
        indent = units(_indent(line))
        return more + indent.removeprefix(less) + line.lstrip()

    return move


def _check_anchored(
    snippet: _Snippet, alignment: _Alignment, lines: Sequence[str], first: int
) -> None:
    """Refuse a snippet with a part of which no line is found in the file."""
    for start, end in _chunks(snippet):
        if (start == 0 and snippet.before) or (
            end == len(snippet.lines) and (snippet.after or start > 0)
        ):
            continue  # the beginning and the end of the text are places too
        found = [
            s
            for s in range(start, end)
            if alignment.pairs[s] >= 0
            and (snippet.lines[s] or "").strip()
            and (snippet.lines[s] or "").strip() == lines[alignment.pairs[s]].strip()
        ]
        telling = [s for s in found if re.search(r"\w", snippet.lines[s] or "")]
        if telling or len(found) > 1:
            continue
        text = next(line for line in snippet.lines[start:end] if line and line.strip()).strip()
        near = process.extract(text, [x.strip() for x in lines], scorer=fuzz.ratio, limit=_SHOWN)
        places = "; ".join(f"line {first + j + 1}: {line!r}" for line, _, j in near if line)
        raise EditRefused(
            f"no place for the part of the snippet that begins with {text!r}: not one of its lines is where it could stand; "
            f"nearest: {places}. Add a line or two of what is around it"
        )


def _check_only_place(
    snippet: _Snippet,
    best: _Alignment,
    lines: Sequence[str],
    first: int,
    result: Sequence[str],
) -> None:
    """Refuse a snippet of which a part would fit as well elsewhere, with another result."""
    for start, end in _chunks(snippet):
        s = next((s for s in range(start, end) if best.pairs[s] >= 0 and snippet.lines[s]), None)
        if s is None:
            continue
        other = _aligned(snippet, lines, (s, best.pairs[s]))
        if other.cost > best.cost + _SURE or other.pairs[s] < 0:
            continue
        if _merged(snippet, other, lines) != list(result):
            here, there = first + best.pairs[s] + 1, first + other.pairs[s] + 1
            raise EditRefused(
                f"the part of the snippet that begins with {(snippet.lines[s] or '').strip()!r} fits on line {here} "
                f"and on line {there}; add a line that tells them apart"
            )


def _notes(snippet: _Snippet, alignment: _Alignment, first: int) -> tuple[Note, ...]:
    """What to show of the snippet where: each part with the file's lines that it covers."""
    notes = []
    for start, end in _chunks(snippet):
        before = alignment.reached[start - 1] if start else alignment.begin
        text = "".join(f"{line}\n" for line in snippet.lines[start:end] if line is not None)
        notes.append(Note(first + before, first + alignment.reached[end - 1], text))
    return tuple(notes)


def _chunks(snippet: _Snippet) -> list[tuple[int, int]]:
    """Ranges of snippet lines between markers."""
    found, start = [], 0
    for s, line in enumerate([*snippet.lines, None]):
        if line is None:
            if s > start:
                found.append((start, s))
            start = s + 1
    return found


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _width(line: str) -> int:
    return len(_indent(line).expandtabs(4))
