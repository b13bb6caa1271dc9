"""Lines of a lazy snippet aligned to the lines of its file, at least cost.

A marker stands for any lines of the file. A line that is in the snippet alone is added; lines of the file between two
that are in both are lost. Costs are such that what a person means is the cheapest: to lose or add lines at one place is
cheap however many they are, to add a line that the file has already is dear, to leave the definition that a marker stands
in costs a little.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from specedit.edits.syntax.statements import is_arm, key_of
from specedit.edits.text import indent_of

_WORD = re.compile(r"[^\W\d]\w*")
_CLOSER = re.compile(
    r"\s*(?:[)\]}]+[;,]?|end|</\w+>)\s*"
)  # nothing but its indentation tells which it is
_SIMILAR = 50.0  # least similarity, of 100, of a line and what it becomes
_SAME_LABEL = 90.0  # the same of labels of arms
_REINDENTED = 0.3  # cost of a line whose indentation alone differs
# Cost of adding lines at one place, and of each of them; a line that the file has too, or has once, costs more, most at
# the edge of a part, where it is likely there to tell the place.
_INSERTION, _NEW, _ONCE, _KNOWN, _UNIQUE, _EDGE = 0.6, 0.2, 0.3, 0.6, 1.2, 3
_DELETION, _LOST = 0.6, 0.02  # the same of losing lines of the file
_LEAVING, _ENTERING = (
    0.02,
    0.25,
)  # cost of a line passed that is outside the definition around, and begins another
OPEN = 0.55  # cost of code before or after a snippet that has no marker there, but elsewhere
_DEFINES = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|final|abstract|async|pub(?:\([^)]*\))?|unsafe|virtual)\s+)*"
    r"(?:def|class|func|fn|function|impl|trait|struct|enum|interface|namespace|mod)\b"
)

Costs = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Snippet:
    """`lines` without their endings, None for a marker."""

    lines: tuple[str | None, ...]
    before: float  # cost of code of the file that comes before it
    after: float
    fixed: Mapping[int, int] = field(
        default_factory=dict
    )  # lines that must stand for a line of the file
    named: Mapping[int, int] = field(default_factory=dict)  # and that may, whatever else they say


@dataclass(frozen=True, slots=True)
class Alignment:
    """`pairs`: for each snippet line the file's line that it stands for, -1 if it is new.

    `begin` lines of the file come before the snippet; `reached` are used up after each of its lines.
    """

    cost: float
    begin: int
    pairs: tuple[int, ...]
    reached: tuple[int, ...]


def aligned(
    snippet: Snippet, lines: Sequence[str], forbidden: tuple[int, int] | None = None
) -> Alignment:
    """Return the alignment of least cost. `forbidden` is a pair (snippet line, line of the file) that may not be."""
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
    return Alignment(cost, at, tuple(reversed(pairs)), tuple(reversed(reached)))


def _insertions(snippet: Snippet, lines: Sequence[str]) -> list[float]:
    """What it costs to add each snippet line."""
    times = Counter(line.strip() for line in lines)
    cost = []
    for line in snippet.lines:
        bare = (line or "").strip()
        cost.append(_NEW / 4 if not bare else _NEW + (_ONCE if times[bare] == 1 else 0.0))
    for start, end in parts(snippet):
        edges = {*range(start, min(end, start + _EDGE)), *range(max(start, end - _EDGE), end)}
        for s in edges:
            bare = (snippet.lines[s] or "").strip()
            if times[bare]:
                cost[s] = _NEW if not bare else _UNIQUE if times[bare] == 1 else _KNOWN
    for s in snippet.fixed:
        cost[s] = inf
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
            around = [w for w in around if w < width_of(line) or (closes and w == width_of(line))]
            if line is not after and _DEFINES.match(line):
                around.append(width_of(line))
    price = np.zeros(len(lines) + 1)
    if after is not None and around:
        for j, line in enumerate(lines):
            if line.strip() and width_of(line) <= around[-1] and not line.lstrip().startswith(")"):
                price[j + 1] = _ENTERING if _DEFINES.match(line) else _LEAVING
    return np.asarray(np.cumsum(price), dtype=np.float64)


def _substitutions(snippet: Snippet, lines: Sequence[str]) -> Costs:
    """Cost of each snippet line standing for each line of the file: 0 if equal, 2 or more if it cannot."""
    given = [line or "" for line in snippet.lines]
    ratio = process.cdist(
        [line.strip() for line in given],
        [line.strip() for line in lines],
        scorer=fuzz.ratio,
        score_cutoff=_SIMILAR,
    ).astype(np.float64)
    cost = np.where(ratio >= _SIMILAR, 0.3 + 1.2 * (1 - ratio / 100), np.inf)
    rows_with = _rows_by_word(lines)
    for s, line in enumerate(given):
        is_unlike = ratio[s] < 100
        for word in _WORD.findall(line):
            is_unlike[rows_with.get(word, [])] = False
        cost[s, is_unlike] = np.inf  # alike in shape alone, as `a = 1` and `b = 2`
    cost[ratio == 100] = _REINDENTED
    closers = [s for s, line in enumerate(given) if is_closer(line)]
    cost[closers] = np.where(ratio[closers] == 100, 2 * _REINDENTED, cost[closers])
    times, shown = (Counter(x.strip() for x in some) for some in (lines, given))
    known: dict[str, list[int]] = {}
    for j, line in enumerate(lines):
        known.setdefault(line, []).append(j)
        known.setdefault(line.rstrip(), []).append(j)
    for s, line in enumerate(given):
        if not line.strip():
            cost[s] = np.inf
        elif times[bare := line.strip()]:  # it stands for itself, somewhere else
            is_unique = times[bare] == shown[bare] == 1 and _WORD.search(bare)
            cost[s, (ratio[s] < 100)] += _UNIQUE if is_unique else _KNOWN
        cost[s, known.get(line.rstrip(), [])] = 0.02
        cost[s, known.get(line, [])] = 0.0
    for s, j in snippet.named.items():
        cost[s, j] = 0.0
    for s, j in snippet.fixed.items():
        cost[s] = np.inf
        cost[s, j] = 0.0
    for start, end in parts(snippet):  # what is like a line is it only beside lines that are equal
        at_edge = (start == 0 and snippet.before == inf) or (
            end == len(snippet.lines) and snippet.after == inf
        )
        for s in {
            start,
            end - 1,
        }:  # beside a marker: what gives another name a value is another line
            name = key_of(given[s])
            if name and s not in snippet.named and s not in snippet.fixed:
                near = map(int, np.flatnonzero(cost[s] < np.inf))
                other = [j for j in near if key_of(lines[j]) != name]
                cost[s, other] = np.inf
            elif is_arm(given[s]) and s not in snippet.fixed:  # so is what has another label
                cost[s, ratio[s] < _SAME_LABEL] = np.inf
        if not at_edge and not (cost[start:end] <= _REINDENTED).any(axis=None):
            cost[start:end] = np.inf
    return cost


def _rows_by_word(lines: Sequence[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for j, line in enumerate(lines):
        for word in _WORD.findall(line):
            rows.setdefault(word, []).append(j)
    return rows


def parts(snippet: Snippet) -> list[tuple[int, int]]:
    """Return the ranges of snippet lines between markers."""
    ranges, start = [], 0
    for s, line in enumerate([*snippet.lines, None]):
        if line is None:
            if s > start:
                ranges.append((start, s))
            start = s + 1
    return ranges


def is_closer(line: str) -> bool:
    """Return whether nothing but its indentation tells which line it is."""
    return bool(_CLOSER.fullmatch(line))


def width_of(line: str) -> int:
    """Return the columns of that white space, a tab being four."""
    return len(indent_of(line).expandtabs(4))
