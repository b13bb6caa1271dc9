"""A string of a file replaced by another: exactly where it stands once, else as lines that nearly do."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from specedit.edits.patch.block import Replacement
from specedit.edits.text import indent_of, line_of
from specedit.engine.errors import AmbiguousPlace, EditRefused

ByLines = Callable[[str, str, str], str | None]  # text, old and new; None if it is done already


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text after a replacement, and whether the string stood in it to the letter."""

    text: str
    is_exact: bool = True


def replaced(text: str, edit: Replacement, which: str, by_lines: ByLines) -> Replaced | None:
    """Return the text after one replacement, None if it is done already. `by_lines` makes it where it is not exact.

    Raises:
        EditRefused: the string is not there, or, as `AmbiguousPlace`, several times.
    """
    old, new = edit.old, edit.new
    if old == new:
        raise EditRefused(f"{which} replaces a string by itself")
    if not old.strip():
        if text.strip():
            raise EditRefused(f"{which} shows no line of the file; add what it stands after")
        return Replaced(new)
    places = _places(text, old)
    done = _places(text, new) if re.search(r"\w", new) else []
    if len(places) > 1 and not edit.everywhere:
        rows = [line_of(text, at) for at in places]
        raise AmbiguousPlace(
            f"{which} fits on lines {', '.join(map(str, rows))}; add a line that tells them apart",
            rows,
        )
    if not places:
        is_done = len(done) == 1 and _is_telling(new) and not _is_inside(new, old)
        return None if is_done else _nearly(by_lines(text, old, new))
    for at in reversed(places):
        if any(start <= at and at + len(old) <= start + len(new) for start in done):
            return None
        if _is_dedented(text, at, edit):
            return _nearly(by_lines(text, old, new))
        text = _with(text, at, old, new)
    return Replaced(text)


def _nearly(text: str | None) -> Replaced | None:
    return None if text is None else Replaced(text, is_exact=False)


def _is_telling(new: str) -> bool:
    """Whether a new string that stands in the file is likely to stand there for the old one: a single word is not."""
    return len(re.findall(r"\w+", new)) > 1


def _is_inside(new: str, old: str) -> bool:
    """Whether the new string is a part of the old one: that it stands in the file then shows nothing."""
    return new.strip() in old


def _places(text: str, old: str) -> list[int]:
    """Where a string stands, but for where it would cut a word: `retries = 3` is not in `retries = 30`."""
    start = r"(?<!\w)" if re.match(r"\w", old) else ""
    end = r"(?!\w)" if re.search(r"\w\Z", old) else ""
    return [match.start() for match in re.finditer(start + re.escape(old) + end, text)]


def _is_dedented(text: str, at: int, edit: Replacement) -> bool:
    """Whether a whole line is given without its indentation, and so are the lines that it becomes."""
    head = text[text.rfind("\n", 0, at) + 1 : at]
    if not head or head.strip() or "\n" in edit.old.strip("\n"):
        return False
    rest = [line for line in edit.new.split("\n")[1:] if line.strip()]
    return any(len(indent_of(line)) < len(head) for line in rest)


def _with(text: str, at: int, old: str, new: str) -> str:
    end = at + len(old)
    start_of_line = text.rfind("\n", 0, at) + 1
    if not new and not text[start_of_line:at].strip() and text[end : end + 1] == "\n" != old[-1:]:
        at, end = start_of_line, end + 1  # whole lines that become nothing leave no empty one
    return text[:at] + new + text[end:]
