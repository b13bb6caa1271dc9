"""A patch placed into its file: unified diff, search/replace blocks, or the `*** Begin Patch` form (V4A).

Each block is looked for by its lines: first as they are, then without regard to spaces at their ends, then to
indentation, then by likeness. The lines that a patch only shows stay as the file has them.
"""

from collections.abc import Callable, Iterator, Sequence

from rapidfuzz import fuzz, process

from specedit.edits import patch_blocks
from specedit.edits.patch_blocks import Block
from specedit.edits.prediction import Note, Prediction
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace, EditRefused

_Same = Callable[[str], str]  # what of a line counts
_LIKE = 88.0  # least likeness, of 100, of a block and its place
_LIKE_LINE = 70.0  # the same of each of its lines
_APART = 4.0  # by how much the next best place must be less like it


def place(body: str, patch: str, path: str) -> Prediction:
    """Return `body` with the patch applied.

    Raises:
        EditRefused: it is no patch, is for other files, or one of its blocks fits nowhere or in two places.
    """
    lines = body.split("\n")[:-1]
    found = list(patch_blocks.blocks(patch, path))
    if not found:
        raise EditRefused(
            "this is no patch that is understood: give a unified diff, <<<<<<< SEARCH blocks, or *** Begin Patch"
        )
    changes: list[tuple[int, int, list[str]]] = []
    notes, moved, places = [], 0, _Places(lines)
    for number, block in enumerate(found, 1):
        at, indents = _find(block, places, moved, f"block {number} of {len(found)}")
        if block.line is not None:
            moved = at - block.line
        new, old_at = [], at
        for tag, line in block.lines:
            if tag != "+":
                old_at += 1
            if tag == " ":
                new.append(lines[old_at - 1])
            elif tag == "+":
                new.append(_indented(line, indents))
        changes.append(_trimmed(at, old_at, new, lines))
        notes.append(Note(at, old_at, block.shown))
    result = list(lines)
    for (first, last, new), after in _backwards(changes):
        if last > after:
            raise EditRefused(f"two blocks of the patch change line {after + 1}")
        result[first:last] = new
    return Prediction("patch", "".join(f"{line}\n" for line in result), notes=tuple(notes))


def _trimmed(
    first: int, last: int, new: list[str], lines: Sequence[str]
) -> tuple[int, int, list[str]]:
    """A change without the lines at its ends that it leaves as they are: two blocks may show the same ones."""
    while first < last and new and lines[first] == new[0]:
        first, new = first + 1, new[1:]
    while first < last and new and lines[last - 1] == new[-1]:
        last, new = last - 1, new[:-1]
    return first, last, new


def _backwards(
    changes: list[tuple[int, int, list[str]]],
) -> Iterator[tuple[tuple[int, int, list[str]], int]]:
    """The changes from the last to the first, each with where the one after it begins."""
    after = 1 << 60
    for change in sorted(changes, key=lambda c: (c[0], c[1]), reverse=True):
        yield change, after
        after = change[0]


class _Places:
    """The lines of a file, and where each stands: patches may have thousands of blocks."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._rows: dict[_Same, dict[str, list[int]]] = {}

    def of(self, before: Sequence[str], start: int, same: _Same) -> list[int]:
        """Return the rows from `start` on where lines stand that are the `same`."""
        if same not in self._rows:
            rows = self._rows[same] = {}
            for row, line in enumerate(self.lines):
                rows.setdefault(same(line), []).append(row)
        wanted = [same(line) for line in before]
        rarest = min(range(len(wanted)), key=lambda i: len(self._rows[same].get(wanted[i], ())))
        return [
            row - rarest
            for row in self._rows[same].get(wanted[rarest], ())
            if row - rarest >= start
            and [same(line) for line in self.lines[row - rarest : row - rarest + len(wanted)]]
            == wanted
        ]


def _find(block: Block, places: _Places, moved: int, which: str) -> tuple[int, dict[str, str]]:
    """Where a block begins, and which indentation of the file stands for each of its own."""
    before, lines = block.before, places.lines
    start = 0
    for anchor in block.anchors:
        at = next((i for i in range(start, len(lines)) if lines[i].strip() == anchor), None)
        if at is None:
            raise EditRefused(f"{which}: no line reads {anchor!r}")
        start = at + 1
    if not before:
        if block.line is not None and 0 <= block.line + moved <= len(lines):
            return block.line + moved, {}
        if lines:
            raise EditRefused(f"{which} shows no line of the file; add what it stands after")
        return 0, {}
    for same in (str, str.rstrip, str.strip):
        found = places.of(before, start, same)
        if block.line is not None:  # where it says, or where the blocks before it have moved it
            told = [i for i in {block.line, block.line + moved} if i in found]
            found = told or found
        if len(found) == 1:
            there = lines[found[0] : found[0] + len(before)]
            return found[0], _indentations(before, there, which)
        if found:
            rows = ", ".join(str(i + 1) for i in found)
            raise AmbiguousPlace(
                f"{which} fits on lines {rows}; add a line that tells them apart",
                [i + 1 for i in found],
            )
    at = _most_alike(before, lines, start, which)
    return at, _indentations(before, lines[at : at + len(before)], which)


def _most_alike(before: Sequence[str], lines: Sequence[str], start: int, which: str) -> int:
    """The one place that reads nearly like the block."""
    text = "\n".join(line.strip() for line in before)
    scored = []
    for i in range(start, len(lines) - len(before) + 1):
        there = [line.strip() for line in lines[i : i + len(before)]]
        # Line by line: a block that lacks a line of the file is like it as a whole, and would change the wrong ones.
        if all(_are_alike(own.strip(), line) for own, line in zip(before, there, strict=True)):
            scored.append((fuzz.ratio(text, "\n".join(there)), i))
    scored.sort(key=lambda place: (-place[0], place[1]))
    if not scored or scored[0][0] < _LIKE:
        first = next((line.strip() for line in before if line.strip()), "")
        alike = process.extract(first, [x.strip() for x in lines], scorer=fuzz.ratio, limit=3)
        near = "; ".join(f"line {i + 1}: {line!r}" for line, _, i in alike if line)
        raise EditRefused(f"{which} is not in the file; nearest: {near or 'nothing'}")
    if len(scored) > 1 and scored[1][0] > scored[0][0] - _APART:
        near_to = [i + 1 for _, i in scored[:2]]
        raise AmbiguousPlace(
            f"{which} is not in the file, and is about as near to lines {near_to[0]} and {near_to[1]}",
            near_to,
        )
    return scored[0][1]


def _are_alike(own: str, line: str) -> bool:
    return own == line or bool(own and line and fuzz.ratio(own, line) >= _LIKE_LINE)


def _indentations(before: Sequence[str], there: Sequence[str], which: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for own, line in zip(before, there, strict=True):
        if own.strip() and found.setdefault(indent_of(own), indent_of(line)) != indent_of(line):
            raise EditRefused(
                f"{which} is indented otherwise than the file, and not all of it by the same"
            )
    return found


def _indented(line: str, indents: dict[str, str]) -> str:
    """A new line with the file's indentation: that of the block's lines that are indented alike, or more beside them."""
    own = indent_of(line)
    known = max((i for i in indents if own.startswith(i)), key=len, default=None)
    if known is None or not line.strip():
        return line
    return indents[known] + line[len(known) :]
