"""Edits of a text that has been changed meanwhile: shifted where both leave each other alone, else told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.text import TextEdit, line_of, minimal_edits


@dataclass(frozen=True, slots=True)
class Rebased:
    """Edits of the text as it is now; and those, of the text as it was, that meet what others have changed."""

    edits: tuple[TextEdit, ...]
    overlapping: tuple[TextEdit, ...]

    def lines(self, base: str) -> list[int]:
        """Return the lines of the text as it was, from 1, where edits overlap."""
        return sorted({line_of(base, edit.start) for edit in self.overlapping})


def rebase(base: str, edits: Sequence[TextEdit], now: str) -> Rebased:
    """Return ascending `edits` of `base` as edits of `now`. Edits that touch are not apart: their order is unknown."""
    theirs = minimal_edits(base, now)
    moved: list[TextEdit] = []
    overlapping: list[TextEdit] = []
    shift = at = 0
    for edit in edits:
        while at < len(theirs) and theirs[at].end < edit.start:
            shift += len(theirs[at].new_text) - (theirs[at].end - theirs[at].start)
            at += 1
        if at < len(theirs) and theirs[at].start <= edit.end:
            overlapping.append(edit)
        else:
            moved.append(TextEdit(edit.start + shift, edit.end + shift, edit.new_text))
    return Rebased(tuple(moved), tuple(overlapping))
