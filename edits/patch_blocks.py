"""The formats of patches: unified diff, search/replace blocks and the `*** Begin Patch` form (V4A), as blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from specedit.edits.text import changed_lines
from specedit.engine.errors import EditRefused

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


def blocks(patch: str, path: str) -> Iterator[Block]:
    """Yield the blocks of a patch that are for the file `path`; none if it is of no known format.

    Raises:
        EditRefused: the patch is damaged, or for other files.
    """
    lines = patch.replace("\r\n", "\n").split("\n")
    if re.match(r"\s*```", patch):  # in a code block
        fences = [i for i, line in enumerate(lines) if line.startswith("```")]
        lines = lines[fences[0] + 1 : fences[-1] if len(fences) > 1 else None]
    while lines and not lines[-1]:
        del lines[-1]
    if lines[-2:-1] in (["-- "], ["--"]):  # the signature of `git format-patch`
        del lines[-2:]
    if any(_SEARCH.fullmatch(line.rstrip()) for line in lines):
        yield from _search_blocks(lines)
    elif any(line.startswith("*** ") for line in lines) or any(_HUNK.fullmatch(x) for x in lines):
        yield from _hunks(_for_file(lines, path))


def _search_blocks(lines: Sequence[str]) -> Iterator[Block]:
    part: list[str] | None = None
    before: list[str] = []
    for number, given in enumerate(lines, 1):
        line = given.rstrip() if given[:1] in "<=>" else given
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
            part.append(given)
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
    refused: list[str] = []  # files that it would add or delete
    for i, line in enumerate(lines):
        v4a = re.fullmatch(r"\*\*\* (Update|Add|Delete) File: (.+)", line)
        unified = (
            line.startswith("--- ") and lines[i + 1 : i + 2] and lines[i + 1].startswith("+++ ")
        )
        if v4a or unified:
            name = v4a[2] if v4a else lines[i + 1][4:].split("\t")[0].strip()
            deleted = name == "/dev/null"
            name = re.sub(r"^[ab]/", "", line[4:].split("\t")[0].strip() if deleted else name)
            if deleted or (v4a and v4a[1] != "Update"):
                refused.append(name)
            sections.append((name, []))
        elif not (
            line.startswith(("*** ", "diff --git ", "index "))
            or (line.startswith("+++ ") and lines[i - 1].startswith("--- "))
        ):
            sections[-1][1].append(line)
    named = [section for section in sections if section[0]]
    own = PurePath(path).name
    if any(PurePath(name).name == own for name in refused) or len(refused) == len(named) > 0:
        raise EditRefused(
            f"the patch adds or deletes {', '.join(refused)}: only what files hold is edited"
        )
    if len(named) <= 1:
        return sections[-1][1]
    mine = [part for name, part in named if PurePath(name) == PurePath(path)]
    mine = mine or [part for name, part in named if PurePath(name).name == PurePath(path).name]
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
            elif head[3].strip(" .@"):
                anchors.append(head[3].strip().removesuffix("@@").strip(" ."))
        elif line[:1] in (" ", "+", "-"):
            found.append((line[0], line[1:]))
        elif not line:
            found.append((" ", ""))
        elif not line.startswith("\\"):
            raise EditRefused(f"a line of the patch begins with neither ' ', '+' nor '-': {line!r}")
    if found:
        yield Block(tuple(found), line_number, tuple(anchors))
