"""Edits as hunks, and hunks as patches in three forms."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

Line = tuple[str, str]  # tag, as in a diff, and text


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of a diff. `start` is the 0-based row of the old file that it names."""

    start: int
    lines: tuple[Line, ...]

    @property
    def old(self) -> list[str]:
        """The lines that it wants to see."""
        return [text for tag, text in self.lines if tag != "+"]


def hunks_between(old: Sequence[str], new: Sequence[str], context: int = 3) -> list[Hunk]:
    """Return what a diff with so many lines of context shows of two texts."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    hunks = []
    for group in matcher.get_grouped_opcodes(context):
        lines: list[Line] = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [(" ", line) for line in old[i1:i2]]
            else:
                lines += [("-", line) for line in old[i1:i2]] + [("+", line) for line in new[j1:j2]]
        hunks.append(Hunk(group[0][1], tuple(lines)))
    return hunks


def unified(hunks: Sequence[Hunk], path: str) -> str:
    """Return the hunks as a unified diff."""
    parts, grown = [f"--- a/{path}\n+++ b/{path}\n"], 0
    for hunk in hunks:
        old, new = (sum(tag != other for tag, _ in hunk.lines) for other in "+-")
        starts = (hunk.start + bool(old), max(0, hunk.start + grown + bool(new)))
        parts.append(f"@@ -{starts[0]},{old} +{starts[1]},{new} @@\n{_body(hunk)}")
        grown += new - old
    return "".join(parts)


def search_replace(hunks: Sequence[Hunk], path: str) -> str:
    """Return the hunks as search/replace blocks."""
    return "".join(
        "<<<<<<< SEARCH\n"
        + "".join(f"{text}\n" for text in hunk.old)
        + "=======\n"
        + "".join(f"{text}\n" for tag, text in hunk.lines if tag != "-")
        + ">>>>>>> REPLACE\n"
        for hunk in hunks
    )


def v4a(hunks: Sequence[Hunk], path: str) -> str:
    """Return the hunks in the `*** Begin Patch` form."""
    body = "".join(f"@@\n{_body(hunk)}" for hunk in hunks)
    return f"*** Begin Patch\n*** Update File: {path}\n{body}*** End Patch\n"


def _body(hunk: Hunk) -> str:
    return "".join(f"{'' if tag == '~' else tag}{text}\n" for tag, text in hunk.lines)


def is_beside(hunk: Hunk, row: int, tags: str) -> bool:
    """Return whether a line of a hunk stands next to one that has one of the tags."""
    return any(tag in tags for tag, _ in hunk.lines[max(0, row - 1) : row + 2])
