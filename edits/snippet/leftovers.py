"""What a lazy snippet leaves in its file that may be meant to go: nothing but the edit's sense tells."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from specedit.edits.snippet.match import File, Shown
from specedit.edits.syntax.heads import head_of
from specedit.edits.syntax.outline import walk
from specedit.edits.syntax.statements import is_comment, key_of
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace

_WORD = re.compile(r"[^\W\d]\w*")
_FEW = 2  # words of a value that two names have by chance
_IMPORT = re.compile(r"\s*(?:import|from|use|using|#include|require)\b(?P<names>.*)")
_KEYWORDS = frozenset({"import", "from", "as", "use", "pub", "static", "type", "require"})
_VALUE = re.compile(
    r"\s*(?:export\s+)?(?:(?:const|let|var|val)\s+(?:mut\s+)?(?P<a>[\w$]+)|(?P<b>\w+)\s*:=)(?P<rest>.*)"
)
_TYPE = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:class|interface|struct|enum|function|func)\s+(?P<a>[\w$]+)"
)


@dataclass(frozen=True, slots=True)
class Edge:
    """A row of the file that a snippet does not show, and the lines of the part right below it, or above it."""

    row: int
    shown: tuple[str, ...]
    is_above: bool

    def may_hide(self, lines: Sequence[str], first: int, last: int) -> bool:
        """Whether without the lines [first, last) the file has the part there too: then it may show that they go."""
        longest = range(1, len(self.shown))
        if self.is_above:
            return any(
                _bare(self.shown[:k]) == _bare(lines[max(0, first - k) : first]) for k in longest
            )
        return any(_bare(self.shown[-k:]) == _bare(lines[last : last + k]) for k in longest)


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines]


def check_unused(file: File, edges: Sequence[Edge], new: Sequence[str]) -> None:
    """Refuse to leave what is beside a part that changes nothing, unless it goes, where the edit takes its last use.

    Raises:
        AmbiguousPlace: something there is used in the file and not in `new`.
    """
    for edge in edges:
        for first, last in _regions(file, edge.row):
            if not edge.may_hide(file.lines, first, last):
                continue
            region = file.lines[first:last]
            for at, name in _names(region):
                pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
                here, before, after = (_uses(pattern, x) for x in (region, file.lines, new))
                if before > here >= after > 0:
                    line = first + at + 1
                    raise AmbiguousPlace(
                        f"{name!r} on line {line}, right beside what the snippet shows, is not used any more: is it to go? "
                        "Show what stands before and after it, with it to keep it and without to take it out",
                        (line,),
                    )


def _regions(file: File, row: int) -> Iterator[tuple[int, int]]:
    """What ends or begins with a row: definitions, and lines without a blank one between."""
    first, last = row, row + 1
    while first and file.lines[first - 1].strip():
        first -= 1
    while last < len(file.lines) and file.lines[last].strip():
        last += 1
    yield first, last
    for block in walk(file.blocks):
        if row in (block.first, block.last - 1) and not block.first <= first <= last <= block.last:
            yield block.first, block.last


def _names(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The names that lines define or import."""
    for at, line in enumerate(lines):
        imported, head = _IMPORT.match(line), head_of(line)
        if imported is not None:
            bare = re.sub(r"([\"'<]).*?[\"'>]", "", imported["names"])
            names = [name for name in _WORD.findall(bare) if name not in _KEYWORDS]
            yield from ((at, name) for name in names)
        elif head is not None:
            yield at, head.name
        elif (name := key_of(line)) and _WORD.fullmatch(name):
            yield at, name


def _uses(pattern: re.Pattern[str], lines: Sequence[str]) -> int:
    return sum(len(pattern.findall(line)) for line in lines if not is_comment(line))


def check_declared(
    result: Sequence[str], new: Sequence[int], shown: Collection[int], starts: Mapping[str, int]
) -> None:
    """Refuse a value in one of the `new` lines of a result where a name of its block has one, or a type, already.

    The `shown` ones are the snippet's; `starts` tells for others which line of the file they are.
    """
    for i in new:
        _check_same_value(result, i, shown, starts)
        declares = _VALUE.match(result[i])
        if declares is None:
            continue
        name = declares["a"] or declares["b"]
        if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", declares["rest"]):
            continue  # it goes on with the value that it had
        for j in _beside(result, i):
            other = _VALUE.match(result[j]) or _TYPE.match(result[j])
            if other is None or j in shown or name not in other.groups():
                continue
            row = starts[result[j]] + 1
            raise AmbiguousPlace(
                f"{result[i].strip()!r} would stand beside line {row}, {result[j].strip()!r}, which has that name; "
                "show that line to keep it, or what stands before and after it to take it out",
                (row,),
            )


def _check_same_value(
    result: Sequence[str], i: int, shown: Collection[int], starts: Mapping[str, int]
) -> None:
    """Refuse a new name that nothing uses, of what the line beside it gives another one: that may be renamed."""
    name, value = key_of(result[i]), result[i].partition("=")[2].strip()
    if name is None or not _WORD.fullmatch(name) or len(_WORD.findall(value)) < _FEW:
        return
    pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    for rows in (range(i - 1, -1, -1), range(i + 1, len(result))):
        j = next((row for row in rows if result[row].strip()), i)
        is_same = result[j].partition("=")[2].strip() == value and key_of(result[j]) != name
        if j not in shown and is_same and _uses(pattern, result) == 1:
            row = starts[result[j]] + 1
            raise AmbiguousPlace(
                f"{result[i].strip()!r} may stand in place of line {row}, {result[j].strip()!r}, or beside it; "
                "show that line to keep it, or what stands before and after it to take it out",
                (row,),
            )


def _beside(lines: Sequence[str], i: int) -> Iterator[int]:
    """The other lines of the block that a line is of, those that are indented as it is."""
    width = len(indent_of(lines[i]))
    for rows in (range(i - 1, -1, -1), range(i + 1, len(lines))):
        for j in rows:
            if lines[j].strip() and len(indent_of(lines[j])) <= width:
                if len(indent_of(lines[j])) < width:
                    break
                yield j


def check_moved(shown: Sequence[Shown], file: File) -> None:
    """Refuse a new class all of whose methods are functions of the file: those may be meant to go into it."""
    targets = {one.target for one in shown if one.target}
    hidden = {b.name: b for b in file.blocks if not b.is_container and b not in targets}
    for one in shown:
        names = {child.name for child in one.block.children if not child.name.startswith("__")}
        names -= {"constructor", "new"}
        if one.is_new and one.owner is None and names and names <= hidden.keys():
            lines = sorted(hidden[name].head + 1 for name in names)
            raise AmbiguousPlace(
                f"the new class {one.block.name!r} has methods that are functions of the file, on lines "
                f"{', '.join(map(str, lines))}: are those to go? Show them, or write of each that it is removed",
                lines,
            )
