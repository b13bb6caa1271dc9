"""Definitions that a lazy snippet takes out by what it shows: what stands before and after them, with nothing between.

Code that a snippet forgets looks the same. It shows a definition gone where that is all that a part of it shows, or where
the edit takes its last use too.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specedit.edits.snippet.alignment import Alignment, parts
from specedit.edits.snippet.shape import Shaped
from specedit.edits.syntax.heads import label_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.outline import outline, walk
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.statements import is_comment
from specedit.edits.text import changed_lines

_KINDS = ("function", "method", "class")
_SELF = r"self|cls|this|Self|super\(\)"  # what a class calls its own members by


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines [first, last) of the file that a snippet shows as they are to be: without a marker, from one to another that stay.

    `is_all`: nothing stands in their place, and the part of the snippet that shows it shows nothing else that is new.
    """

    first: int
    last: int
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A definition on the lines [first, last), and the class around it."""

    name: str
    owner: str
    first: int
    last: int


def gaps_in(shaped: Shaped, alignment: Alignment, file: Sequence[str]) -> tuple[Gap, ...]:
    """Return what the parts of a snippet show of the file's lines, and the definitions that it writes out whole."""
    pairs, snippet, lines = alignment.pairs, shaped.snippet, shaped.lines
    gaps = [Gap(whole.first, whole.last) for whole in shaped.whole.values() if whole.last]
    for start, end in parts(snippet):
        own = [s for s in range(start, end) if (snippet.lines[s] or "").strip()]
        equal = [s for s in own if pairs[s] >= 0 and snippet.lines[s] == lines[pairs[s]]]
        if not equal:
            continue
        gaps.append(Gap(shaped.starts[pairs[equal[0]] + 1], shaped.starts[pairs[equal[-1]]]))
        between = ((pairs[above] + 1, pairs[below]) for above, below in pairwise(equal))
        inside = [(i, j) for i, j in between if "".join(lines[i:j]).strip()]
        if len(inside) == 1 and not any(_is_new(shaped, s, pairs[s], file) for s in own):
            first, last = inside[0]
            gaps.append(Gap(shaped.starts[first], shaped.starts[last], is_all=True))
    return tuple(gaps)


def _is_new(shaped: Shaped, s: int, row: int, file: Sequence[str]) -> bool:
    """Whether a line of the snippet is not just the file's in a row, or what it stands for is not."""
    line = shaped.snippet.lines[s] or ""
    if line in shaped.whole:
        whole = shaped.whole[line]
        return tuple(file[whole.first : whole.last]) != whole.lines
    return row < 0 or line != shaped.lines[row]


def deleted(
    old: Sequence[str],
    new: Sequence[str],
    gaps: Sequence[Gap],
    shown: Collection[str],
    language: Language | None,
) -> tuple[str, ...]:
    """Return the names of the definitions that a snippet shows to be gone from `old`; `new` are the lines after it.

    `shown` are the snippet's lines, without their indentation.
    """
    known = list(_definitions(old, language)) if gaps else []
    inside = [(d, gap) for d in known for gap in gaps if gap.first <= d.first < d.last <= gap.last]
    if not inside:
        return ()
    left = Counter(d.name for d in _definitions(new, language))
    lost = Counter(d.name for d in known) - left
    inside = [(d, gap) for d, gap in inside if lost[d.name]]
    if not inside:
        return ()
    changes = [(first, last) for first, last, _, _ in changed_lines(old, new)]
    hidden = [line for line in new if line.strip() not in shown]
    names = []
    for d, gap in inside:
        own, anyone = _uses_of(d)
        is_used = not left[d.name] and _count(own, new) > 0
        is_last = _count(own, [*old[: d.first], *old[d.last :]]) > 0 == _count(anyone, hidden)
        is_shown = is_last or (gap.is_all and _is_framed(gap, old, known, changes))
        if is_shown and not is_used:
            names.append(d.name)
    return tuple(names)


def _definitions(lines: Sequence[str], language: Language | None) -> Iterator[_Named]:
    if language is None or not language.definitions:
        for block in walk(outline(lines)):
            name = block.name if label_of(block.name) else re.split(r"[.:]+", block.name)[-1]
            yield _Named(name, "", block.head, block.last)
        return
    source = Source("".join(f"{line}\n" for line in lines), language)
    for one in source.definitions:
        if one.kind in _KINDS:
            first, last = one.outer.start_point[0], one.outer.end_point[0] + 1
            yield _Named(one.name, one.owner.rpartition(".")[2], first, last)


def _is_framed(
    gap: Gap, lines: Sequence[str], known: Sequence[_Named], changes: Sequence[tuple[int, int]]
) -> bool:
    """Whether the definitions right above and below a gap stay as they are: they are shown for its sake alone."""
    above = next((row for row in range(gap.first - 1, -1, -1) if lines[row].strip()), -1)
    below = next((row for row in range(gap.last, len(lines)) if lines[row].strip()), -1)
    around = [d for d in known if d.first <= above < d.last <= gap.first]
    beside = [*around[-1:], *(d for d in known if d.first == below)][:2]
    others = [(i, j) for i, j in changes if not (i < gap.last and gap.first < j)]
    return not any(i <= d.last and d.first < max(j, i + 1) for d in beside for i, j in others)


def _uses_of(one: _Named) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds the uses of a definition by its own name or in its class, and those of anything so named."""
    name, owner = re.escape(one.name), re.escape(one.owner or one.name)
    own = rf"(?:(?<![\w$.>:])|(?<![\w$])(?:{_SELF}|{owner})(?:\.|::|->)){name}(?![\w$])"
    return re.compile(own), re.compile(rf"(?<![\w$]){name}(?![\w$])")


def _count(used: re.Pattern[str], lines: Sequence[str]) -> int:
    return sum(len(used.findall(line)) for line in lines if not is_comment(line))
