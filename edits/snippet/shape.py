"""A lazy snippet and its file with whole definitions as one line each, for the aligner, and back again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from specedit.edits.snippet.alignment import Alignment, Snippet, parts
from specedit.edits.snippet.blanks import Gaps, apart, is_appended
from specedit.edits.snippet.definitions import Matches
from specedit.edits.snippet.indents import as_indented
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.snippet.whole import WholeDefinition

_WHOLE = "\ue002"  # begins the line that stands for a whole definition; a private-use character


@dataclass(frozen=True, slots=True)
class Shaped:
    """A snippet and the file's lines, a whole definition being one line in both; `starts` are line numbers."""

    snippet: Snippet
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    whole: Mapping[str, WholeDefinition]
    origins: tuple[int, ...]  # which row of the given text each of its lines is, -1 for none
    gaps: Gaps = field(default_factory=Gaps)  # by the rows of the given text


def collapsed(
    text: SnippetLines,
    matches: Matches,
    lines: Sequence[str],
    bounds: tuple[int, int],
    costs: tuple[float, float],
    amid: Sequence[tuple[int, int]],
) -> Shaped:
    """Return `text` and `lines` with a line for each whole definition of both; `costs` are those of what the file has before and after it.

    `bounds` are the file's lines that may be aligned, `amid` the snippet's rows of definitions that are new.
    """
    first, last = bounds
    wholes = [w for w in matches.wholes if first <= w.first and w.last <= last]
    names = {whole: f"{_WHOLE}{i}" for i, whole in enumerate(wholes)}
    begins = {whole.first: whole for whole in wholes}
    short: list[str] = []
    starts: list[int] = []
    row = first
    while row < last:
        starts.append(row)
        short.append(names[begins[row]] if row in begins else lines[row])
        row = begins[row].last if row in begins else row + 1
    starts.append(last)
    at = {row: i for i, row in enumerate(starts)}
    opens = {whole.start: whole for whole in wholes}
    at_row = {row: s for s, row in enumerate(text.rows)}
    fresh = {at_row[a]: at_row[b - 1] + 1 for a, b in amid if a in at_row}
    new = {s: f"{_WHOLE}+{s}" for s in fresh}
    parsed = text.lines
    given: list[str | None] = []
    origins: list[int] = []
    fixed: dict[int, int] = {}
    named: dict[int, int] = {}
    s = 0
    while s < len(parsed):
        if s in matches.fixed and matches.fixed[s] in at:
            fixed[len(given)] = at[matches.fixed[s]]
        if s in matches.named and matches.named[s] in at:
            named[len(given)] = at[matches.named[s]]
        if s in matches.behind and matches.behind[s][0] in at:
            row, last_line = matches.behind[s]
            fixed[len(given)] = at[row]
            given.append(last_line)
            origins.append(-1)
        given.append(names[opens[s]] if s in opens else new.get(s, parsed[s]))
        origins.append(s)
        s = opens[s].end if s in opens else fresh.get(s, s + 1)
    return Shaped(
        Snippet(tuple(given), *costs, fixed, named),
        tuple(short),
        tuple(starts),
        {names[whole]: whole for whole in wholes}
        | {
            new[s]: WholeDefinition(s, end, 0, 0, tuple(x or "" for x in parsed[s:end]))
            for s, end in fresh.items()
        },
        tuple(origins),
    )


def without(shaped: Shaped, rows: Sequence[int]) -> Shaped:
    """The snippet without some of its lines, and the blank ones before them."""
    snippet = shaped.snippet
    dropped = set(rows)
    for row in rows:
        while row and (above := snippet.lines[row - 1]) is not None and not above.strip():
            row -= 1
            dropped.add(row)
    kept = [s for s in range(len(snippet.lines)) if s not in dropped]
    fixed, named = (
        {kept.index(s): j for s, j in pairs.items() if s in kept}
        for pairs in (snippet.fixed, snippet.named)
    )
    lines = tuple(snippet.lines[s] for s in kept)
    return replace(
        shaped,
        snippet=Snippet(lines, snippet.before, snippet.after, fixed, named),
        origins=tuple(shaped.origins[s] for s in kept),
    )


def expanded(lines: Sequence[str], shaped: Shaped) -> list[str]:
    """Return aligned lines with each whole definition written out."""
    return [new for line in lines for new in lines_of(line, shaped)]


def lines_of(line: str, shaped: Shaped) -> tuple[str, ...]:
    """What an aligned line stands for."""
    return shaped.whole[line].lines if line in shaped.whole else (line,)


def rows_of(result: Sequence[str], at: Mapping[int, int], shaped: Shaped) -> dict[int, int]:
    """Which line of the expanded result each row of the snippet is; `at` tells of the result as it is."""
    starts: list[int] = []
    rows: dict[int, int] = {}
    row = 0
    for line in result:
        starts.append(row)
        if line in shaped.whole:
            whole = shaped.whole[line]
            rows |= {r: row + whole.offset + i for i, r in enumerate(range(whole.start, whole.end))}
        row += len(lines_of(line, shaped))
    here = {shaped.origins[s]: starts[i] for s, i in at.items() if result[i] not in shaped.whole}
    return rows | {row: i for row, i in here.items() if row >= 0}


def set_apart(shaped: Shaped, alignment: Alignment) -> Alignment:
    """Return the alignment with new lines as far from others as the snippet shows them."""
    return apart(shaped.snippet, alignment, shaped.lines, shaped.gaps, shaped.origins)


def merged(shaped: Shaped, alignment: Alignment) -> tuple[list[str], dict[int, int]]:
    """The file's lines with the snippet merged in, and which of them each of its lines is.

    Blank lines beside a marker say nothing, but that a new line there stands apart.
    """
    lines = shaped.lines
    margins = {
        s: shaped.whole[line].margin
        for s, line in enumerate(shaped.snippet.lines)
        if line is not None and line in shaped.whole and shaped.whole[line].last
    }
    given = as_indented(shaped.snippet, alignment, lines, margins)
    appended = {
        start for start, end in parts(shaped.snippet) if is_appended(alignment, start, end, lines)
    }
    result, at = list(lines[: alignment.begin]), alignment.begin
    places: dict[int, int] = {}
    for s, line in enumerate(given):
        if line is None:
            result += lines[at : alignment.reached[s]]
        else:
            is_new = alignment.pairs[s] < 0
            if is_new and shaped.origins[s] in shaped.gaps.above and result and result[-1].strip():
                gap = shaped.gaps.above[shaped.origins[s]] - shaped.gaps.usual
                result += [""] * (max(1, gap) if s in appended else 1)
            places[s] = len(result)
            result.append(line)
            follows = "".join(lines[alignment.reached[s] :][:1])
            if is_new and shaped.origins[s] in shaped.gaps.below and follows.strip():
                result.append("")
        at = alignment.reached[s]
    return [*result, *lines[at:]], places
