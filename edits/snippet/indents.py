"""The lines of a lazy snippet indented as its file is."""

import re
from collections.abc import Mapping, Sequence

from specedit.edits.snippet.alignment import Alignment, Snippet, parts
from specedit.edits.text import indent_of
from specedit.engine.errors import EditRefused

Margins = Mapping[int, tuple[str, str]]


def as_indented(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], margins: Margins
) -> list[str | None]:
    """Return the snippet's lines indented as the file is, where all of a part is off by the same.

    `margins` are the indentations, in the snippet and in the file, of rows that are definitions.
    """
    given = list(snippet.lines)
    moves = {part: _shift(snippet, alignment, lines, margins, part) for part in parts(snippet)}
    known = {shift for shift in moves.values() if shift is not None}
    for (start, end), shift in moves.items():
        if (
            shift is None and len(known) == 1
        ):  # nothing of this part tells: it is off as the others are
            shift = next(iter(known))
        if shift is not None and shift[0] != shift[1]:
            less, more = shift
            given[start:end] = [
                more + line.removeprefix(less)
                if line and line.strip() and s not in margins
                else line
                for s, line in enumerate(given[start:end], start)
            ]
    return given


def check_indents(
    snippet: Snippet,
    alignment: Alignment,
    lines: Sequence[str],
    merged: Mapping[int, str],
) -> None:
    """Refuse a part of other indentation than the file whose line beside a marker would move.

    All of such a part is moved by the same; a line that then stands elsewhere than the file's is another one, or the code
    around it has changed, and that is behind the marker. `merged`: the snippet's rows as they come to stand in the file.
    """
    for start, end in parts(snippet):
        for s in {start, end - 1} & merged.keys():
            line, pair = snippet.lines[s] or "", alignment.pairs[s]
            is_shown = pair >= 0 and line.strip() == lines[pair].strip() != ""
            if is_shown and merged[s] not in (line, lines[pair]):
                raise EditRefused(
                    f"{line.strip()!r}, beside a marker, is indented otherwise than in the file; "
                    "give the snippet the file's indentation"
                )


def _shift(
    snippet: Snippet,
    alignment: Alignment,
    lines: Sequence[str],
    margins: Margins,
    part: tuple[int, int],
) -> tuple[str, str] | None:
    """What indentation of a part stands for what of the file; None if no line tells."""
    shifts = [margins[s] for s in range(*part) if s in margins]
    closers: list[
        tuple[str, str]
    ] = []  # many lines read as they do: they tell only where no other does
    for s in range(*part):
        line, pair = snippet.lines[s], alignment.pairs[s]
        if line and pair >= 0 and s not in margins and line.strip() == lines[pair].strip():
            tells = shifts if re.search(r"\w", line) else closers
            tells.append((indent_of(line), indent_of(lines[pair])))
    shifts = shifts or closers
    if not shifts:
        return None
    # The outermost lines tell: what is deeper may have got deeper, as inside of a new `if`.
    least = min(len(old) for old, _ in shifts)
    outermost = [shift for shift in shifts if len(shift[0]) == least]
    if any(old == new for old, new in outermost):
        # A line stands as it is in the file: what is indented otherwise is meant to be.
        return "", ""
    old, new = outermost[0]
    common = 0
    while common < min(len(old), len(new)) and old[-1 - common] == new[-1 - common]:
        common += 1
    return old[: len(old) - common], new[: len(new) - common]
