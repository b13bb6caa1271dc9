"""How somebody shows an edit: a lazy snippet, or the hunks of a diff."""

import difflib
import random
from collections.abc import Collection, Sequence

from specedit.editor.prompt import existing_code
from specedit.edits.text import changed_lines

Lines = Sequence[str]


def lazy(
    rng: random.Random, old: Lines, new: Lines, comment: str, headers: Collection[int] = ()
) -> str:
    """The changed lines with a few around them, and markers for the rest.

    `comment` begins a comment; `headers` are lines of `new` that are shown besides.
    """
    marker = existing_code(comment)
    context = rng.choice((1, 2, 3, 3, 3))
    shown = set(headers)
    for _, _, start, end in changed_lines(old, new):
        shown |= set(range(max(0, start - context), min(len(new), end + context)))
    parts, at = [], -1
    for line in sorted(shown):
        if line != at + 1 or at == -1:
            parts.append(marker)
        parts.append(new[line])
        at = line
    return "".join([*parts, marker])


def unified(rng: random.Random, old: Lines, new: Lines) -> str:
    """The hunks of a diff, without numbers of lines."""
    lines = difflib.unified_diff(old, new, n=rng.choice((1, 2, 3)))
    return "".join("@@\n" if line.startswith("@@") else line for line in list(lines)[2:])
