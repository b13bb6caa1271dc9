"""What makes a merge of a lazy snippet doubtful: no place, two places, new lines that may replace others."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from specedit.edits.markers import may_be_marker
from specedit.edits.snippet.alignment import Alignment, Snippet, aligned, parts
from specedit.edits.snippet.blanks import mismatches
from specedit.edits.snippet.edges import doubt
from specedit.edits.snippet.parents import is_end_of_shown
from specedit.edits.snippet.shape import Shaped, lines_of, merged
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.snippet.whole import WholeDefinition
from specedit.edits.syntax.statements import is_jump, key_of
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace, EditRefused

_TELLING = re.compile(r"(?!\s*(?:@|#\[)).*\w")  # decorators and attributes have many bearers
_SURE = 0.4  # by how much the next best place must be worse
_SURE_END = 0.05  # the same of where a part ends
_NEAR = 6  # lines within which the end of a part must not come again
_LAST = 3  # lines at a file's end that new ones may be meant for
_SHOWN = 3  # places that an error lists


def check_ends(
    wholes: Sequence[WholeDefinition], given: SnippetLines, lines: Sequence[str]
) -> None:
    """Refuse a definition that ends at a marker, or with the snippet, where its own end may be left out too."""
    for whole in wholes:
        below = (line for line in given.lines[whole.end :] if line is None or line.strip())
        if whole.may_go_on and next(below, None) is None:
            old = lines[whole.last - 1].strip()
            raise AmbiguousPlace(
                f"the snippet's {whole.lines[-1].strip()!r} may stand before line {whole.last}, {old!r}, or take its place; "
                "show the end of the definition",
                (whole.last,),
            )


def check_whole(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a snippet of a definition that may be cut off: it ends with a line from the middle, or without the `return`."""
    rows = [row for row, line in enumerate(shaped.lines) if line.strip()]
    shown = [s for s, line in enumerate(shaped.snippet.lines) if line is None or line.strip()]
    markers = [s for s in shown if shaped.snippet.lines[s] is None]
    is_kept = rows and markers and rows[-1] < alignment.reached[markers[-1]]
    end = shaped.snippet.lines[shown[-1]]
    if not rows or end is None or is_kept or rows[-1] in alignment.pairs:
        return
    old, pair = shaped.lines[rows[-1]], alignment.pairs[shown[-1]]
    # What stands as deep as the last line of all, and goes on from there, is the end.
    is_end = is_jump(end) and len(indent_of(end)) <= len(indent_of(old))
    is_inside = pair >= 0 and end == shaped.lines[pair] and not is_end
    if is_inside or (is_jump(old) and not is_jump(end)):
        row = shaped.starts[rows[-1]] + 1
        raise AmbiguousPlace(
            f"the snippet ends with {end.strip()!r}, and the definition with {old.strip()!r} (line {row}): that may go or "
            "be left out; show the end of the definition",
            (row,),
        )


def check_appended(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse new lines behind the last marker that may be meant in place of what the file ends with."""
    snippet, lines = shaped.snippet, shaped.lines
    start, end = parts(snippet)[-1]
    if start == 0 or end < len(snippet.lines) or any(p >= 0 for p in alignment.pairs[start:end]):
        return
    kept = [row for row, line in enumerate(lines) if line.strip()][-_LAST:]
    for new in (line for line in snippet.lines[start:end] if line and line not in shaped.whole):
        for row in kept:
            if _is_version(new.strip(), lines[row].strip()):
                raise AmbiguousPlace(
                    f"{new.strip()!r} may stand in place of line {shaped.starts[row] + 1}, {lines[row].strip()!r}, or behind it; "
                    "add the line that precedes it",
                    (shaped.starts[row] + 1,),
                )


def _is_version(new: str, old: str) -> bool:
    """Whether of two statements a file has but one: they set the same, or one does more than the other to the same."""
    if key_of(new) is not None or key_of(old) is not None:
        return key_of(new) == key_of(old)
    if new.startswith("export default ") and old.startswith("export default "):
        return True
    calls = [re.match(r"([\w.$]+)\((.*)\);?$", line) for line in (new, old)]
    if calls[0] is None or calls[1] is None:
        return False
    return calls[0][1] != calls[1][1] and bool(re.search(rf"\b{re.escape(calls[1][1])}\b", new))


def check_anchored(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a snippet with a part of which no line is found in the file."""
    snippet, lines = shaped.snippet, shaped.lines
    pairs = (*snippet.fixed.items(), *snippet.named.items())
    by_name = {s for s, j in pairs if alignment.pairs[s] == j}
    for start, end in parts(snippet):
        if (start == 0 and snippet.before) or (
            end == len(snippet.lines) and (snippet.after or start > 0)
        ):
            continue  # the beginning and the end of the text are places too
        candidates = [
            s
            for s in range(start, end)
            if alignment.pairs[s] >= 0
            and (snippet.lines[s] or "").strip()
            and (
                s in by_name
                or (snippet.lines[s] or "").strip().rstrip(",")
                == lines[alignment.pairs[s]].strip().rstrip(",")
            )
        ]
        telling = [s for s in candidates if s in by_name or _TELLING.match(snippet.lines[s] or "")]
        if telling or len(candidates) > 1 or is_end_of_shown(shaped, alignment, candidates):
            continue
        text = next(line for line in snippet.lines[start:end] if line and line.strip()).strip()
        near = process.extract(text, [x.strip() for x in lines], scorer=fuzz.ratio, limit=_SHOWN)
        places = "; ".join(f"line {shaped.starts[j] + 1}: {line!r}" for line, _, j in near if line)
        raise EditRefused(
            f"no place for the part of the snippet that begins with {text!r}: not one of its lines is where it could stand; "
            f"nearest: {places}. Add a line or two of what is around it"
        )


def check_edges(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse new lines beside a marker that may have been meant in place of what the file has there."""
    snippet, lines = shaped.snippet, shaped.lines
    certain = {
        s for s, line in enumerate(snippet.lines) if line is not None and line in shaped.whole
    }
    reason = doubt(snippet, alignment, lines, {*certain, *snippet.fixed, *snippet.named})
    if reason is not None:
        here, there = (snippet.lines[reason.line] or "").strip(), shaped.starts[reason.other] + 1
        raise AmbiguousPlace(
            f"{here!r} may stand in place of line {there}, {lines[reason.other].strip()!r}, or beside it; "
            "add the line that follows it, or precedes it",
            (there,),
        )


def check_blank(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a blank line beside a marker that the file does not have there: lines may be meant to go, or it to be added."""
    snippet, lines = shaped.snippet, shaped.lines
    mismatch = next(mismatches(snippet, alignment, lines, shaped.gaps, shaped.origins), None)
    if mismatch is None:
        return
    here, there = _text_of(mismatch.line, shaped), shaped.starts[mismatch.other] + 1
    raise AmbiguousPlace(
        f"{here!r} is shown with blank lines between it and a marker, {mismatch.shown} in number, and the file has fewer "
        f"between it and line {there}, {lines[mismatch.other].strip()!r}: is that line to go, or a blank line to be added? "
        "Show that line too, or leave out the blank lines",
        (there,),
    )


def check_doubtful(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a comment that begins with dots where lines of the file would go: it may stand for them."""
    for s, line in enumerate(shaped.snippet.lines):
        if line is None or alignment.pairs[s] >= 0 or not may_be_marker(line):
            continue
        start, end = next(part for part in parts(shaped.snippet) if part[0] <= s < part[1])
        before = max((alignment.pairs[i] for i in range(start, s)), default=-1)
        after = min((p for i in range(s, end) if (p := alignment.pairs[i]) >= 0), default=-1)
        if before >= 0 and after > before + 1:
            raise EditRefused(
                f"{line.strip()!r} may be a comment or stand for lines {shaped.starts[before + 1] + 1} to "
                f"{shaped.starts[after]}; write `... existing code ...` for what is left out"
            )


def check_repeated(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a part whose lines below its last new one follow again soon: what lies between may be meant to go."""
    snippet, lines = shaped.snippet, shaped.lines
    for start, end in parts(snippet):
        new = [s for s in range(start, end) if alignment.pairs[s] < 0 and snippet.lines[s]]
        tail = (
            [s for s in range(_new_end(snippet, alignment, new[-1]), end) if snippet.lines[s]]
            if new
            else []
        )
        if (
            not tail
            or end == len(snippet.lines)
            or not _TELLING.match(snippet.lines[tail[-1]] or "")
        ):
            continue
        shown = [(snippet.lines[s] or "").strip() for s in tail]
        at = alignment.pairs[tail[-1]] + 1
        rest = [
            (row, lines[row].strip())
            for row in range(at, alignment.reached[end])
            if lines[row].strip()
        ]
        for i in range(min(_NEAR, len(rest) - len(shown) + 1)):
            if [text for _, text in rest[i : i + len(shown)]] == shown:
                here, there = (
                    shaped.starts[at - 1] + 1,
                    shaped.starts[rest[i + len(shown) - 1][0]] + 1,
                )
                raise AmbiguousPlace(
                    f"the part of the snippet with {shown[-1]!r} may end on line {here} or on line {there}; "
                    "add a line that tells them apart",
                    (here, there),
                )


def _new_end(snippet: Snippet, alignment: Alignment, last: int) -> int:
    """Where the new lines end that end with line `last`: as far down as they may stand with the same result."""
    first, end, lines = last, last + 1, snippet.lines
    while first and lines[first - 1] is not None and alignment.pairs[first - 1] < 0:
        first -= 1
    while end < len(lines) and lines[end] is not None and alignment.pairs[end] < 0:
        end += 1
    while end < len(lines) and lines[end] is not None and lines[first] == lines[end]:
        first, end = first + 1, end + 1
    return end


def check_only_place(shaped: Shaped, best: Alignment, result: Sequence[str]) -> None:
    """Refuse a snippet of which a part would fit as well elsewhere, with another result.

    A part may begin elsewhere or end elsewhere: the marker beside it stands for whatever comes.
    """
    snippet, lines = shaped.snippet, shaped.lines
    for start, end in parts(snippet):
        own = [s for s in range(start, end) if best.pairs[s] >= 0 and snippet.lines[s]]
        for s in dict.fromkeys((*own[:1], *own[-1:])):
            other = aligned(snippet, lines, (s, best.pairs[s]))
            margin = _SURE if s == own[0] else _SURE_END
            if other.cost > best.cost + margin or other.pairs[s] < 0:
                continue
            if merged(shaped, other)[0] != list(result):
                here = shaped.starts[best.pairs[s]] + 1
                there = shaped.starts[other.pairs[s]] + 1
                raise AmbiguousPlace(
                    f"the part of the snippet with {(snippet.lines[s] or '').strip()!r} fits on line {here} "
                    f"and on line {there}; add a line that tells them apart",
                    (here, there),
                )


def _text_of(s: int, shaped: Shaped) -> str:
    """Return a line of the snippet as an error shows it."""
    return lines_of(shaped.snippet.lines[s] or "", shaped)[0].strip()
