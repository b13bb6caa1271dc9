"""One block, looked for in one file; and the refusals that say where it could not be found."""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.patch.anchors import Scope
from specedit.edits.patch.block import PatchBlock, Unsettled
from specedit.edits.patch.rows import Rows, short
from specedit.engine.errors import AmbiguousPlace, EditRefused, PlaceNotFound


@dataclass(frozen=True, slots=True)
class Search:
    """A block, what a message calls it, the file's rows, and the rows that its anchors lead, None without any."""

    block: PatchBlock
    name: str
    rows: Rows
    scopes: list[Scope] | None
    taken: frozenset[int] = frozenset()  # rows that other blocks take out

    def is_inside(self, row: int, size: int) -> bool:
        """Whether so many rows from `row` on touch what the anchors lead."""
        return not self.scopes or any(a < row + size and row < b for a, b in self.scopes)

    def ambiguous(self, rows: Sequence[int]) -> AmbiguousPlace:
        """Return the refusal of a block that stands in several places."""
        return AmbiguousPlace(
            f"{self.name} fits on lines {_listed(rows)}; add a line that tells them apart",
            [row + 1 for row in rows],
        )

    def unsettled(self, near: Unsettled) -> AmbiguousPlace:
        """Return the refusal of a block that nearly stands in several places."""
        return AmbiguousPlace(
            f"{self.name} is not in the file as it stands, and could go to lines {_listed(near.rows)} ({near.reason}); "
            "show the lines around it as they are",
            [row + 1 for row in near.rows],
        )

    def anchor_refused(self) -> EditRefused:
        """Return the refusal of a block behind lines that the file has several times, or not at all."""
        anchor, heads = self.block.anchors[-1], [first for first, _ in self.scopes or ()]
        if heads:
            return AmbiguousPlace(
                f"{self.name} is to stand behind {short(anchor)!r}, which is on lines {_listed(heads)}",
                [row + 1 for row in heads],
            )
        nearest = self.rows.nearest(anchor)
        message = f"{self.name}: no line reads {short(anchor)!r}; nearest: {nearest}"
        return PlaceNotFound(message, "\n".join([anchor, *self._old]))

    def absent(self) -> PlaceNotFound:
        """Return the refusal of a block that is not in the file, with the lines nearest to what the file lacks."""
        missing = next((line for line in self.block.removed if self._lacks(line)), None)
        if missing is not None:
            message = (
                f"{self.name} removes {short(missing.strip())!r}, which is not in the file; "
                f"nearest: {self.rows.nearest(missing)}"
            )
            return PlaceNotFound(message, "\n".join(self._old))
        shown = [text for tag, text in self.block.old if text.strip() and tag != "~"]
        odd = next((text for text in shown if self._lacks(text)), shown[0])
        message = f"{self.name} is not in the file; nearest: {self.rows.nearest(odd)}"
        return PlaceNotFound(message, "\n".join(self._old))

    @property
    def _old(self) -> list[str]:
        """The lines that the block shows or removes."""
        return [text for tag, text in self.block.old if tag != "~"]

    def _lacks(self, line: str) -> bool:
        return bool(line.strip()) and not self.rows.standing([line]).rows


def _listed(rows: Sequence[int], most: int = 8) -> str:
    """Line numbers for a message."""
    return ", ".join(str(row + 1) for row in rows[:most]) + (", \u2026" if len(rows) > most else "")
