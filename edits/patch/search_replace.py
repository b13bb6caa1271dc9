"""Search/replace blocks, as aider, Cline, Roo and others write them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.patch.block import Known, PatchBlock, leaves_out
from specedit.edits.patch.sections import FilePatch
from specedit.edits.reindented import check_reindented
from specedit.edits.syntax.languages import language_of
from specedit.edits.text import changed_lines, whole_number
from specedit.engine.errors import EditRefused

_SEARCH = re.compile(r"(?:<{5,9}(?: ?(?:SEARCH|ORIGINAL)\b.*)?|-{5,9} ?SEARCH\b.*)>?")
_DIVIDER = re.compile(r"={5,9}")
_REPLACE = re.compile(r"(?:>{5,9}|\+{5,9})(?: ?(?:REPLACE|UPDATED)\b.*)?>?")
_ESCAPED = re.compile(r"\\(?=<{5,9}|={5,9}|>{5,9}|-{5,9})")
_ROW = re.compile(r":(start_line|end_line): ?(\d+)")
_HEAD = re.compile(r"^\W+(?:SEARCH|ORIGINAL)?")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})(.*)")
_WITH_SUFFIX = re.compile(r"[\w.@+~/\\-]+\.[A-Za-z]\w*")
# One word with a folder, of whatever suffix, or the name of a file that has none, as Makefile.
_WITHOUT_SUFFIX = re.compile(r"(?:[A-Za-z]:)?[\w.@+~-]*[/\\][\w.@+~/\\-]*\w|[A-Z][a-z]+file")
_CANONICAL, _BEGIN = "=======", "<<<<<<< SEARCH"


def is_one(lines: Sequence[str]) -> bool:
    """Whether lines hold search/replace blocks."""
    return any(_SEARCH.fullmatch(line.rstrip()) for line in lines)


def sections(lines: Sequence[str], known: Known) -> list[FilePatch]:
    """Return the blocks by the file that is named above them; `known` are the lines of the file at hand.

    Raises:
        EditRefused: a block is not ended, or where its two halves meet is not clear.
    """
    made = [FilePatch()]
    start: int | None = None
    for number, line in enumerate(lines):
        bare = line.rstrip()
        if start is None and _SEARCH.fullmatch(bare):
            names = _names_above(lines, number) or names_in(re.sub(_HEAD, "", bare))
            if names and names != made[-1].names:
                made.append(FilePatch(names))
            start = number + 1
        elif start is not None and _REPLACE.fullmatch(bare):
            if _closes(lines, number):
                made[-1].blocks.append(_block(lines[start:number], known))
                made[-1].rows += [_BEGIN, *lines[start : number + 1]]
                start = None
        elif start is not None and _SEARCH.fullmatch(bare) and "SEARCH" in bare:
            raise EditRefused(f"line {number + 1} of the patch begins a block inside another")
    if start is not None:
        raise EditRefused("the last block of the patch is not ended by '>>>>>>> REPLACE'")
    return [section for section in made if section.blocks]


def compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the lines of both halves as those of a diff.

    What both end with is shown, also where as much of it could be added: blank lines that only the block has, at its end,
    are then no part of the edit.
    """
    same = 0
    while same < min(len(before), len(after)) and before[-1 - same] == after[-1 - same]:
        same += 1
    at, end = 0, len(before) - same
    for i1, i2, j1, j2 in changed_lines(before[:end], after[: len(after) - same]):
        yield from ((" ", line) for line in before[at:i1])
        yield from (("-", line) for line in before[i1:i2])
        yield from (("+", line) for line in after[j1:j2])
        at = i2
    yield from ((" ", line) for line in before[at:])


def _closes(lines: Sequence[str], number: int) -> bool:
    """Whether a line ends its block: the one behind, if there is another before the next block, does not."""
    line = lines[number].rstrip()
    if "REPLACE" in line or "UPDATED" in line:
        return True
    for below in lines[number + 1 :]:
        if _SEARCH.fullmatch(below.rstrip()):
            return True
        if _REPLACE.fullmatch(below.rstrip()):
            return False
    return True


def _block(lines: Sequence[str], known: Known) -> PatchBlock:
    row, lines = _without_rows(lines)
    before, after = _halves(lines, known)
    before, after = ([_ESCAPED.sub("", line) for line in half] for half in (before, after))
    return _of_halves(before, after, known, row)


def _of_halves(
    before: Sequence[str], after: Sequence[str], known: Known, row: int | None = None
) -> PatchBlock:
    """The block that makes one half of the other. Lines that stand for others stand for the same ones in both."""
    marks = [line.strip() for line in before if leaves_out(line) and not known.has(line)]
    if len(marks) > sum(line.strip() in marks for line in after):
        raise EditRefused(
            f"the search block leaves lines out by {marks[0]!r}, and what it becomes does not: they would be lost; "
            "write the lines"
        )
    if all(map(known.exactly, before)):
        check_reindented(before, after)
    tagged = [
        ("~" if t == " " and x.strip() in marks else t, x) for t, x in compared(before, after)
    ]
    return PatchBlock(tuple(tagged), row, is_pair=True)


def _without_rows(lines: Sequence[str]) -> tuple[int | None, Sequence[str]]:
    """What Roo writes above the search: `:start_line:12`, and a rule below it."""
    row, at = None, 0
    while at < len(lines) and (match := _ROW.fullmatch(lines[at].strip())):
        row = whole_number(match[2]) - 1 if match[1] == "start_line" else row
        at += 1
    if at and at < len(lines) and re.fullmatch(r"-{5,9}", lines[at].strip()):
        at += 1
    return row, lines[at:]


def _halves(lines: Sequence[str], known: Known) -> tuple[list[str], list[str]]:
    """What is searched, and what it becomes. A rule inside either of them is not what divides them."""
    rules = [i for i, line in enumerate(lines) if _DIVIDER.fullmatch(line.rstrip())]
    exact = [i for i in rules if lines[i].rstrip() == _CANONICAL]
    if not rules:
        raise EditRefused("a block of the patch has no ======= between its halves")
    at = rules if len(exact) != 1 else exact
    if len(at) > 1:
        at = [i for i in at if known.has_together(lines[:i])]
    # What is found in the file on both sides of a rule is no accident, what follows the last one may be.
    if len(at) > 1 and any(map(str.strip, lines[at[-2] + 1 : at[-1]])):
        at = at[-1:]
    if len(at) != 1:
        raise EditRefused(
            f"a block of the patch has {len(rules)} lines like {_CANONICAL}, and which of them divides it is not clear; "
            "escape the others as \\======="
        )
    return list(lines[: at[0]]), list(lines[at[0] + 1 :])


def _names_above(lines: Sequence[str], number: int) -> list[str]:
    """The file that the lines just above a block name, as aider has it."""
    for line in lines[max(0, number - 3) : number][::-1]:
        if fence := _FENCE.match(line):
            if names := file_names(fence[1]):
                return names[-1:]
        elif line.strip():
            return names_in(line)
    return []


def file_names(info: str) -> list[str]:
    """Return the names of files in what stands behind the beginning of a fence, as in `python:src/a.py` or `title="a.py"`."""
    return [word for word in re.split(r"[\s:=\"']+", info) if _WITH_SUFFIX.fullmatch(word)]


def names_in(line: str) -> list[str]:
    """Return what a line may mean as the name of a file: all of it, or the word behind a verb; `np.array` is none there."""
    name = line.strip().strip("#*`: ").removeprefix("File:").strip().strip("`")
    if _WITHOUT_SUFFIX.fullmatch(name):
        return [name]
    if not re.fullmatch(r"[\w.@+-][\w.@+/\\ -]*\.[A-Za-z]\w*", name):
        return []
    words = name.split()
    if len(words) == 1:
        return [name]
    return [name, words[1]] if len(words) == 2 and language_of(name) else []


def of_pair(old: str, new: str, known: Known) -> PatchBlock:
    """Return the block that makes the text `new` of `old`, by their lines.

    Raises:
        EditRefused: `old` leaves lines out, which `new` would lose.
    """
    halves: Iterable[list[str]] = (
        text.strip("\n").split("\n") if text else [] for text in (old, new)
    )
    before, after = halves
    return _of_halves(before, after, known)
