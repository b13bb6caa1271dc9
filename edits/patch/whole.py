"""The text of a file that a patch makes or removes: all of it stands in the patch."""

import re
from collections.abc import Sequence

from specedit.engine.errors import EditRefused

_HUNK = re.compile(r"@@ -0,0 \+\d+(?:,\d+)? @@")
_END = re.compile(
    r"diff -|Only in |\*\*\* (?:End Patch|End of File)|\s*(?:`{3,}|~{3,})\s*$|-- ?\r?$"
)


def text_of_new(rows: Sequence[str], name: str) -> str:
    """Return the text of a file that the rows of its part of a patch make; every line of it is marked with +.

    Raises:
        EditRefused: they show other lines, of which it is not clear whether the file is to have them.
    """
    body = list(rows[_start(rows) :])
    last = max((i for i, row in enumerate(body) if row.startswith("+")), default=-1)
    made, is_ended = list[str](), True
    for at, row in enumerate(body):
        if row.startswith("+"):
            made.append(row[1:])
        elif row.startswith("\\"):
            is_ended = False
        elif at < last and not row.strip():
            made.append(row)  # an empty line that has lost its sign
        elif at > last and (not row.strip() or _END.match(row)):
            break
        elif row.strip() and not _HUNK.match(row):
            raise EditRefused(
                f"the patch adds '{name}', and its line {row.strip()[:60]!r} is not marked with +; mark all of its lines"
            )
    return "\n".join(made) + ("\n" if made and is_ended else "")


def lines_of_gone(rows: Sequence[str], name: str) -> list[str] | None:
    """Return the lines that a file is shown to have which the rows of its part remove; None if none are shown.

    Raises:
        EditRefused: they show lines that stay, or new ones.
    """
    shown = []
    for row in rows[_start(rows) :]:
        if _END.match(row):
            break
        if row.startswith("-"):
            shown.append(row[1:].removesuffix("\r"))
        elif row[:1] in ("+", " ") and row.strip():
            raise EditRefused(
                f"the patch deletes '{name}', and keeps or adds {row[1:].strip()[:60]!r} in it; show it removed"
            )
    return shown or None


def _start(rows: Sequence[str]) -> int:
    """Where the lines of the file begin: behind the headers of its part."""
    heads = ("+++ ", "*** Add File", "*** Delete File", "@@")
    named = [i for i, row in enumerate(rows) if row.startswith(heads)]
    if named:
        return named[0] + 1
    return len(rows)  # git's headers alone
