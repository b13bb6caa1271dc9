"""An answer with several files in it: each in a fence, under its name, whole or with lines left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.patch.block import leaves_out
from specedit.engine.errors import EditRefused

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_PATH = r"[\w.@+-][\w.@+/\\-]*"
_INFO = re.compile(rf"(?:[\w+#-]+[ :])?(?:(?:title|file|filename|path)=)?[\"']?({_PATH})[\"']?")
_ABOVE = re.compile(
    rf"(?:#{{1,6}} +|\d+\. +|[-*] +)?(?:[Ff]ile(?:name)?: *)?[*`]*({_PATH})[*`]*:?[*`]*"
)
_BARE_NAMES = frozenset({"Makefile", "Dockerfile", "LICENSE", "README", "Cargo.lock"})
_PATCH = re.compile(r"<{5,9} |@@|\+\+\+ |--- |\*\*\* |diff --git |[-+] ?\S")
_BLOCK = re.compile(r"(?ms)^<{5,9} .*?^>{5,9}[^\n]*$")


@dataclass(frozen=True, slots=True)
class Fenced:
    """What stands in a fence, `line` of the answer, and the file that is named with it, "" where none is."""

    name: str
    text: str
    line: int

    @property
    def leaves_out(self) -> bool:
        """Whether a line of it stands for lines that it does not give."""
        return any(map(leaves_out, self.text.split("\n")))


def files_of(answer: str) -> list[Fenced]:
    """Return the files of an answer; none, if it names none.

    Raises:
        EditRefused: a fence has no end, or no name where others have; or two have the same one.
    """
    fences = list(_fences(answer.split("\n")))
    if not any(fence.name for fence in fences):
        return []
    for fence in fences:
        if not fence.name:
            raise EditRefused(
                f"the block on line {fence.line} names no file, and others do: put its file's name above it, or leave it out"
            )
        if [other.name for other in fences].count(fence.name) > 1:
            raise EditRefused(f"two blocks are for '{fence.name}': make one of them")
    return fences


def check_no_files(patch: str) -> None:
    """Refuse whole files beside the parts of a patch: which of the two is meant is not clear, and none is to be dropped.

    Raises:
        EditRefused: there is one.
    """
    try:
        fences = list(_fences(_BLOCK.sub("<<<<<<< ", patch).split("\n")))
    except EditRefused:
        return  # fences that are lines of a file
    for fence in fences:
        rows = fence.text.split("\n")
        if fence.name and fence.text.strip() and not any(map(_PATCH.match, rows)):
            raise EditRefused(
                f"'{fence.name}' is given whole, on line {fence.line}, beside a patch: give all files in one way"
            )


def fences_beside_blocks(answer: str) -> list[Fenced]:
    """Return the fences of an answer that hold more than search/replace blocks and the names above them.

    Raises:
        EditRefused: a fence has no end.
    """
    fences = _fences(_BLOCK.sub("", answer).split("\n"))
    return [
        fence
        for fence in fences
        if any(row.strip() and not _ABOVE.fullmatch(row.strip()) for row in fence.text.split("\n"))
    ]


def _fences(rows: Sequence[str]) -> Iterator[Fenced]:
    start: int | None = None
    mark = name = ""
    for number, row in enumerate(rows):
        match = _FENCE.fullmatch(row.rstrip())
        if match is None:
            continue
        if start is None:
            start, mark = number + 1, match[1]
            name = _name(match[2], rows[:number], number + 1)
        elif not match[2] and match[1].startswith(mark):
            text = "".join(f"{line}\n" for line in rows[start:number])
            yield Fenced(name, text, start)
            start = None
    if start is not None:
        raise EditRefused(f"the block that begins on line {start} of the answer has no end")


def _name(info: str, above: Sequence[str], line: int) -> str:
    """The file that a fence is for, by what stands behind its sign or on the line above."""
    named = _INFO.fullmatch(info.strip().rstrip("}").lstrip("{"))
    inside = named[1] if named and _is_path(named[1]) else ""
    last = next((row.strip() for row in reversed(above) if row.strip()), "")
    match = _ABOVE.fullmatch(last)
    over = match[1].rstrip(":") if match and _is_path(match[1].rstrip(":")) else ""
    if inside and over and inside != over:
        raise EditRefused(
            f"the block on line {line} is for '{over}' or '{inside}'; name one of them"
        )
    return inside or over


def _is_path(name: str) -> bool:
    """Whether a word names a file: `src/a.py` or `a.py`, and not the language of a fence."""
    return (
        name in _BARE_NAMES or bool(re.search(r"[^./\\]\.[A-Za-z]\w*$", name)) or "/" in name[:-1]
    )
