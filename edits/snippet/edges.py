"""New lines where a part of a snippet ends at a marker: added to what the file has there, or in place of it?

A part that ends with a line that the file has too leaves no doubt. One that ends with new lines may have been meant to
replace the next ones: then both would stand in the file.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz

from specedit.edits.snippet.alignment import Alignment, Snippet, parts
from specedit.edits.syntax.heads import head_of
from specedit.edits.syntax.statements import is_arm, is_comment, is_jump, key_of
from specedit.edits.text import indent_of

_ALIKE = 60.0  # of 100: two lines that may be one and the same statement
_SAME = 90.0  # a line that another has become
_WINDOW = 3  # lines of the file, beside as many as are new, in which one that is replaced would be
_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[^\W\d]\w*")
_TRAILING = re.compile(r"\s+(?:#|//|--)\s.*")  # a comment behind code
_CLOSES = re.compile(r"\s*[)\]}]")
_FEW_SHARED = 3  # words of a line all of which another one has by chance
_FEW, _MOST = 4, 0.6  # words of lines, and how many of them those have that they replace


@dataclass(frozen=True, slots=True)
class AmbiguousLine:
    """A snippet line that may replace a line of the file or stand beside it."""

    line: int
    other: int


def doubt(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], known: Collection[int]
) -> AmbiguousLine | None:
    """Return the first new line at the end of a part that may replace one that stays; rows in `known` are certain."""
    for start, end in parts(snippet):
        settled = {s for s in range(start, end) if _is_settled(snippet, alignment, lines, s, known)}
        if not settled:  # all new: at the beginning or the end of the file
            row = alignment.reached[start - 1] - 1 if start else -1
            if row >= 0 and _is_version(snippet.lines[start:end], lines, row):
                return AmbiguousLine(start, row)
            continue
        before = alignment.reached[start - 1] if start else alignment.begin
        edges = (
            (range(start, min(settled)), range(before - 1, -1, -1)),
            (range(end - 1, max(settled), -1), range(alignment.reached[end - 1], len(lines))),
        )
        for run, kept in edges:  # from the ends inwards, and from the part outwards
            reason = _replaced(snippet, alignment, run, kept, lines)
            if reason is not None:
                return reason
        for reason in (
            _other_element(snippet, alignment, lines, start, end),
            _doubled(snippet, alignment, lines, start, end),
        ):
            if reason is not None:
                return reason
    return None


def _is_settled(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], s: int, known: Collection[int]
) -> bool:
    """Whether a row is one of the file, or in place of one for certain."""
    line, pair = (snippet.lines[s] or "").strip(), alignment.pairs[s]
    if s in known or pair < 0:
        return s in known
    old = lines[pair].strip()
    if line.rstrip(",") == old.rstrip(",") or (is_comment(line) and is_comment(old)):
        return True
    if key_of(line) is not None or key_of(old) is not None:
        return key_of(line) == key_of(old)
    if head_of(line) is not None and head_of(old) is not None:
        return True  # a definition that is not new, under another name
    words = [_WORD.findall(text)[:1] for text in (line, old)]
    return words[0] == words[1] and (
        is_jump(line) or extends(line, old) or extends(old, line) or fuzz.ratio(line, old) >= _SAME
    )


def extends(new: str, old: str) -> bool:
    """Return whether a line has all that another one has, in its order, and more."""
    tokens = iter(_TOKEN.findall(new))
    return all(token in tokens for token in _TOKEN.findall(old))


def _replaced(
    snippet: Snippet,
    alignment: Alignment,
    run: range,
    rows: range,
    lines: Sequence[str],
) -> AmbiguousLine | None:
    code = [s for s in run if (snippet.lines[s] or "").strip()]
    kept = [row for row in rows if lines[row].strip()][: len(run) + _WINDOW]
    for s in code:
        if alignment.pairs[s] >= 0:
            return AmbiguousLine(s, alignment.pairs[s])
    if not code or not kept:
        return None
    edge, beside = snippet.lines[code[0]] or "", lines[kept[0]]
    first, second = (edge, beside) if rows.step > 0 else (beside, edge)
    if is_jump(first) and len(indent_of(second)) >= len(indent_of(first)):
        return AmbiguousLine(code[0], kept[0])  # one of them would never run
    if is_comment(first) and is_comment(second):
        return AmbiguousLine(code[0], kept[0])
    if is_arm(snippet.lines[min(code)] or ""):
        return _renamed_arm(snippet, sorted(code), kept, lines)
    pairs = ((s, row) for s in code for row in kept)
    return next(
        (AmbiguousLine(s, r) for s, r in pairs if may_become(snippet.lines[s] or "", lines[r])),
        None,
    )


def _renamed_arm(
    snippet: Snippet, code: Sequence[int], kept: Sequence[int], lines: Sequence[str]
) -> AmbiguousLine | None:
    """A new arm whose label reads as that of one beside it does, or that does the same: it may be that one."""
    label, body = snippet.lines[code[0]] or "", [(snippet.lines[s] or "").strip() for s in code[1:]]
    is_open = label.rstrip().endswith((":", "{", ">"))
    if not body and is_open and is_arm(lines[kept[0]]):
        return AmbiguousLine(code[0], kept[0])  # with the lines of that one
    for row in kept:
        behind = [line.strip() for line in lines[row + 1 :] if line.strip()][: len(body)]
        is_same = bool(body) and behind == body
        if is_arm(lines[row]) and (
            is_same or fuzz.ratio(label.strip(), lines[row].strip()) >= _SAME
        ):
            return AmbiguousLine(code[0], row)
    return None


def may_become(new: str, old: str) -> bool:
    """Return whether a line may be another version of the other: it gives the same name a value, or reads much the same."""
    keys = key_of(new), key_of(old)
    if any(keys):
        return keys[0] == keys[1]
    new, old = (_TRAILING.sub("", text.strip()) for text in (new, old))
    if not set(_WORD.findall(new)) & set(_WORD.findall(old)):
        return False
    if len(_WORD.findall(old)) >= _FEW_SHARED and extends(new, old):
        return True
    return fuzz.ratio(new, old) >= _ALIKE if new != old else not is_jump(new)


def _is_version(new: Sequence[str | None], lines: Sequence[str], last: int) -> bool:
    """Whether lines behind all others may be another version of the last ones, up to a blank one, or would never run."""
    code = [line for line in new if line and line.strip()]
    if is_jump(lines[last]) and len(indent_of(code[0])) >= len(indent_of(lines[last])):
        return True
    old = takewhile(str.strip, reversed(lines[: last + 1]))
    known = {word for line in old for word in _WORD.findall(line)}
    words = {word for line in code for word in _WORD.findall(line)}
    return len(words) >= _FEW and len(words & known) >= _MOST * len(words)


def _other_element(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], start: int, end: int
) -> AmbiguousLine | None:
    """An element without a name, as of a list, beside a marker: most of it differs from the one that it would replace."""
    rows = [s for s in range(start, end) if (snippet.lines[s] or "").strip()]
    ranges: list[tuple[int | None, int | None]] = []
    if start:
        ranges.append((rows[0], _closer_of(snippet, rows[0], rows)))
    if end < len(snippet.lines):
        ranges.append((_opener_of(snippet, rows[-1], rows), rows[-1]))
    for first, last in ranges:
        if first is None or last is None or _WORD.search(snippet.lines[first] or ""):
            continue
        inside = [s for s in rows if first < s < last]
        pairs = [alignment.pairs[s] for s in (first, last)]
        same = [s for s in inside if _is_same(snippet, alignment, lines, s)]
        if inside and min(pairs) >= 0 and 2 * len(same) < len(inside):
            return AmbiguousLine(inside[0], pairs[0] + 1)
    return None


def _closer_of(snippet: Snippet, first: int, rows: Sequence[int]) -> int | None:
    """The row that ends what begins with a bracket at the end of row `first`."""
    if not (snippet.lines[first] or "").rstrip().endswith(("{", "[", "(")):
        return None
    width = len(indent_of(snippet.lines[first] or ""))
    beside = [s for s in rows if s > first and len(indent_of(snippet.lines[s] or "")) <= width]
    return beside[0] if beside and _CLOSES.match(snippet.lines[beside[0]] or "") else None


def _opener_of(snippet: Snippet, last: int, rows: Sequence[int]) -> int | None:
    """The row that begins what row `last` ends with a bracket."""
    openers = (s for s in rows if s < last and _closer_of(snippet, s, rows) == last)
    return next(openers, None)


def _is_same(snippet: Snippet, alignment: Alignment, lines: Sequence[str], s: int) -> bool:
    pair = alignment.pairs[s]
    return pair >= 0 and (snippet.lines[s] or "").strip() == lines[pair].strip()


def _doubled(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], start: int, end: int
) -> AmbiguousLine | None:
    """The first or the last line of a part where the file has the same line again beyond the marker."""
    before = alignment.reached[start - 1] if start else alignment.begin
    after = alignment.reached[end - 1]
    for s, row in ((start, before - 1), (end - 1, after)):
        line = (snippet.lines[s] or "").strip()
        if _WORD.search(line) and 0 <= row < len(lines) and lines[row] == snippet.lines[s]:
            return AmbiguousLine(s, row)
    return None
