"""A patch placed into its file: unified diff, search/replace blocks, or the `*** Begin Patch` form (V4A).

Each block is looked for by its lines: first as they are, then without regard to spaces at their ends, then to
indentation, then by likeness. The lines that a patch only shows stay as the file has them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rapidfuzz import fuzz

from specedit.edits.prediction import Note, Prediction
from specedit.edits.text import changed_lines
from specedit.engine.errors import EditRefused

_LIKE = 88.0  # least likeness, of 100, of a block and its place
_APART = 4.0  # by how much the next best place must be less like it
_HUNK = re.compile(r"@@+(?: -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@+)?(.*)")
_SEARCH, _DIVIDER, _REPLACE = (
    re.compile(r"<{5,9}(?: ?SEARCH.*| ?ORIGINAL.*)?"),
    re.compile(r"={5,9}"),
    re.compile(r">{5,9}(?: ?REPLACE.*| ?UPDATED.*)?"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a patch: (tag, line) with tags as in a diff. `line` is where it says that it belongs, 0-based."""

    lines: tuple[tuple[str, str], ...]
    line: int | None = None
    anchors: tuple[str, ...] = ()

    @property
    def before(self) -> list[str]:
        """The lines that must be in the file."""
        return [line for tag, line in self.lines if tag != "+"]

    @property
    def shown(self) -> str:
        """The block as a hunk of a diff."""
        return "".join(f"{tag}{line}\n" for tag, line in self.lines)


def place(body: str, patch: str, path: str) -> Prediction:
    """Return `body` with the patch applied.

    Raises:
        EditRefused: it is no patch, is for other files, or one of its blocks fits nowhere or in two places.
    """
    lines = body.split("\n")[:-1]
    blocks = list(_blocks(patch, path))
    if not blocks:
        raise EditRefused(
            "this is no patch that is understood: give a unified diff, <<<<<<< SEARCH blocks, or *** Begin Patch"
        )
    changes: list[tuple[int, int, list[str]]] = []
    notes, moved = [], 0
    for number, block in enumerate(blocks, 1):
        at, indents = _find(block, lines, moved, f"block {number} of {len(blocks)}")
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
        changes.append((at, old_at, new))
        notes.append(Note(at, old_at, block.shown))
    result = list(lines)
    for (first, last, new), after in _backwards(changes):
        if last > after:
            raise EditRefused(f"two blocks of the patch change line {after + 1}")
        result[first:last] = new
    return Prediction("patch", "".join(f"{line}\n" for line in result), notes=tuple(notes))


def _backwards(
    changes: list[tuple[int, int, list[str]]],
) -> Iterator[tuple[tuple[int, int, list[str]], int]]:
    """The changes from the last to the first, each with where the one after it begins."""
    after = 1 << 60
    for change in sorted(changes, key=lambda c: (c[0], c[1]), reverse=True):
        yield change, after
        after = change[0]


def _blocks(patch: str, path: str) -> Iterator[Block]:
    lines = patch.replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        del lines[-1]
    if any(_SEARCH.fullmatch(line) for line in lines):
        yield from _search_blocks(lines)
    elif any(line.startswith("*** ") for line in lines) or any(_HUNK.fullmatch(x) for x in lines):
        yield from _hunks(_for_file(lines, path))


def _search_blocks(lines: Sequence[str]) -> Iterator[Block]:
    part: list[str] | None = None
    before: list[str] = []
    for number, line in enumerate(lines, 1):
        if _SEARCH.fullmatch(line):
            if part is not None:
                raise EditRefused(f"line {number} of the patch begins a block inside another")
            part, before = [], []
        elif part is not None and _DIVIDER.fullmatch(line):
            before, part = part, []
        elif part is not None and _REPLACE.fullmatch(line):
            yield Block(tuple(_compared(before, part)))
            part = None
        elif part is not None:
            part.append(line)
    if part is not None:
        raise EditRefused("the last block of the patch is not ended by '>>>>>>> REPLACE'")


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = 0
    for i1, i2, j1, j2 in changed_lines(before, after):
        yield from ((" ", line) for line in before[at:i1])
        yield from (("-", line) for line in before[i1:i2])
        yield from (("+", line) for line in after[j1:j2])
        at = i2
    yield from ((" ", line) for line in before[at:])


def _for_file(lines: Sequence[str], path: str) -> list[str]:
    """The lines of a patch that are about the file `path`: all of them where the patch names one file or none."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for i, line in enumerate(lines):
        v4a = re.fullmatch(r"\*\*\* (Update|Add|Delete) File: (.+)", line)
        unified = (
            line.startswith("--- ") and lines[i + 1 : i + 2] and lines[i + 1].startswith("+++ ")
        )
        if v4a and v4a[1] != "Update":
            raise EditRefused(
                f"the patch would {v4a[1].lower()} '{v4a[2]}': only files that exist are edited"
            )
        if v4a or unified:
            name = v4a[2] if v4a else lines[i + 1][4:].split("\t")[0].strip()
            if name == "/dev/null":
                raise EditRefused("the patch deletes a file: only what files hold is edited")
            sections.append((re.sub(r"^[ab]/", "", name), []))
        elif not line.startswith(("*** ", "+++ ", "diff --git ", "index ")):
            sections[-1][1].append(line)
    named = [section for section in sections if section[0]]
    if len(named) <= 1:
        return sections[-1][1]
    mine = [part for name, part in named if PurePath(name).name == PurePath(path).name]
    if len(mine) != 1:
        names = ", ".join(name for name, _ in named)
        raise EditRefused(
            f"the patch is for {names}: which part is meant for '{path}' is not clear"
        )
    return mine[0]


def _hunks(lines: Sequence[str]) -> Iterator[Block]:
    found: list[tuple[str, str]] = []
    line_number: int | None = None
    anchors: list[str] = []
    for line in lines:
        head = _HUNK.fullmatch(line)
        if head:
            if found:
                yield Block(tuple(found), line_number, tuple(anchors))
                anchors = []
            found, line_number = [], None
            if head[1]:  # an empty range names the line before it
                line_number = int(head[1]) - (0 if head[2] == "0" else 1)
            elif head[3].strip():
                anchors.append(head[3].strip().removesuffix("@@").strip())
        elif line[:1] in (" ", "+", "-"):
            found.append((line[0], line[1:]))
        elif not line:
            found.append((" ", ""))
        elif not line.startswith("\\"):
            raise EditRefused(f"a line of the patch begins with neither ' ', '+' nor '-': {line!r}")
    if found:
        yield Block(tuple(found), line_number, tuple(anchors))


def _find(block: Block, lines: Sequence[str], moved: int, which: str) -> tuple[int, dict[str, str]]:
    """Where a block begins, and which indentation of the file stands for each of its own."""
    before = block.before
    start = 0
    for anchor in block.anchors:
        at = next((i for i in range(start, len(lines)) if lines[i].strip() == anchor), None)
        if at is None:
            raise EditRefused(f"{which}: no line reads {anchor!r}")
        start = at + 1
    if not before:
        if block.line is not None and block.line + moved <= len(lines):
            return block.line + moved, {}
        if lines:
            raise EditRefused(f"{which} shows no line of the file; add what it stands after")
        return 0, {}
    for same in (str, str.rstrip, str.strip):
        wanted = [same(line) for line in before]
        found = [
            i
            for i in range(start, len(lines) - len(before) + 1)
            if [same(line) for line in lines[i : i + len(before)]] == wanted
        ]
        if block.line is not None and block.line + moved in found:
            found = [block.line + moved]
        if len(found) == 1:
            there = lines[found[0] : found[0] + len(before)]
            return found[0], _indentations(before, there, which)
        if found:
            places = ", ".join(str(i + 1) for i in found)
            raise EditRefused(f"{which} fits on lines {places}; add a line that tells them apart")
    return _most_alike(before, lines, start, which), {}


def _most_alike(before: Sequence[str], lines: Sequence[str], start: int, which: str) -> int:
    """The one place that reads nearly like the block."""
    text = "\n".join(line.strip() for line in before)
    scored = []
    for i in range(start, len(lines) - len(before) + 1):
        there = "\n".join(line.strip() for line in lines[i : i + len(before)])
        scored.append((fuzz.ratio(text, there), i))
    scored.sort(key=lambda place: (-place[0], place[1]))
    if not scored or scored[0][0] < _LIKE:
        near = "; ".join(f"line {i + 1}: {lines[i]!r}" for _, i in scored[:3])
        raise EditRefused(f"{which} is not in the file; nearest: {near or 'nothing'}")
    if len(scored) > 1 and scored[1][0] > scored[0][0] - _APART:
        places = " and ".join(str(i + 1) for _, i in scored[:2])
        raise EditRefused(f"{which} is not in the file, and is about as near to lines {places}")
    return scored[0][1]


def _indentations(before: Sequence[str], there: Sequence[str], which: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for own, line in zip(before, there, strict=True):
        if own.strip() and found.setdefault(_indent(own), _indent(line)) != _indent(line):
            raise EditRefused(
                f"{which} is indented otherwise than the file, and not all of it by the same"
            )
    return found


def _indented(line: str, indents: dict[str, str]) -> str:
    """A new line with the file's indentation: that of the block's lines that are indented alike, or more beside them."""
    own = _indent(line)
    known = max((i for i in indents if own.startswith(i)), key=len, default=None)
    if known is None or not line.strip():
        return line
    return indents[known] + line[len(known) :]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
