"""What placed blocks change: ranges of rows with their new lines, and the hunks that show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specedit.edits.patch.block import Fit, PatchBlock
from specedit.edits.patch.style import restyled, with_signs_of
from specedit.edits.prediction import Note
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace, EditRefused


@dataclass(frozen=True, slots=True)
class LineChange:
    """Rows [first, last) become the new lines."""

    first: int
    last: int
    new: tuple[str, ...]


def changes(block: PatchBlock, fit: Fit, lines: Sequence[str]) -> list[LineChange]:
    """Return what a placed block changes, in the file's style and order.

    Raises:
        EditRefused: how the added lines are to be indented is not clear.
    """
    removed: list[tuple[str, str]] = []
    shown: list[tuple[str, str]] = []
    for (tag, text), row in zip(block.old, fit.rows, strict=True):
        if row is not None:
            (removed if tag == "-" else shown).append((text, lines[row]))
    fresh = iter(restyled(block.added, removed, shown))
    rows, inserts = iter(fit.rows), iter(fit.inserts)
    runs = list(_runs(block))
    made = [_change(run, rows, inserts, fresh) for run in runs]
    own = {row: text for (_, text), row in zip(block.old, fit.rows, strict=True) if row is not None}
    made = [change and _with_signs(change, own, lines) for change in made]
    for at in {0, len(runs) - 1}:
        change = made[at]
        if change is not None and change.new:
            _check_edge(change, lines)
    return [_trimmed(change, lines) for change in made if change is not None]


def _with_signs(change: LineChange, own: dict[int, str], lines: Sequence[str]) -> LineChange:
    """A change of so many lines to as many, with the file's signs in what stays of each."""
    if change.last - change.first != len(change.new):
        return change
    new = [
        with_signs_of(lines[row], own[row], text)
        for row, text in zip(range(change.first, change.last), change.new, strict=True)
    ]
    return replace(change, new=tuple(new))


def _check_edge(change: LineChange, lines: Sequence[str]) -> None:
    """Refuse lines that are shown beside others on one side only, and would cut what stands there in two.

    A function that is added behind the one line that is shown may land in the middle of another one.
    """
    full = [line for line in change.new if line.strip() and not line.startswith("#")]
    depth = min((len(indent_of(line)) for line in full), default=None)
    lost = [row for row in range(change.first, change.last) if lines[row].strip()]
    if full and [line.strip() for line in full] == [lines[row].strip() for row in lost]:
        return  # they only get another indentation, as a `return` that leaves its loop
    above = lost[-1:] or [row for row in range(change.first) if lines[row].strip()][-1:]
    below = lost[:1] or [row for row in range(change.last, len(lines)) if lines[row].strip()][:1]
    beside = [len(indent_of(lines[row])) for row in (*above, *below)]
    if depth is not None and len(beside) == 2 and min(beside) > depth:
        raise EditRefused(
            f"the lines to be added before line {below[0] + 1} are indented less than those above and below; "
            "show the lines on both sides of them"
        )


def _runs(block: PatchBlock) -> Iterator[str]:
    """The tags of a block, those of removed and added lines that stand together in one string."""
    run = ""
    for tag, _ in block.lines:
        if tag in "-+":
            run += tag
            continue
        if run:
            yield run
        yield tag
        run = ""
    if run:
        yield run


def _change(
    run: str, rows: Iterator[int | None], inserts: Iterator[int], fresh: Iterator[str]
) -> LineChange | None:
    if run[0] not in "-+":
        next(rows)
        return None
    removed = [row for row in (next(rows) for _ in range(run.count("-"))) if row is not None]
    places = [next(inserts) for i, tag in enumerate(run) if tag == "+" and run[i - 1 : i] != "+"]
    new = tuple(next(fresh) for _ in range(run.count("+")))
    if removed:
        return LineChange(removed[0], removed[-1] + 1, new)
    return LineChange(places[0], places[0], new) if places else None


def _trimmed(change: LineChange, lines: Sequence[str]) -> LineChange:
    """A change without the lines at its ends that it leaves as they are."""
    first, last, new = change.first, change.last, change.new
    while first < last and new and lines[first] == new[0]:
        first, new = first + 1, new[1:]
    while first < last and new and lines[last - 1] == new[-1]:
        last, new = last - 1, new[:-1]
    return LineChange(first, last, new)


def applied(each: Sequence[Sequence[LineChange]], lines: Sequence[str]) -> list[str]:
    """Return the lines with the changes of all blocks made.

    Raises:
        EditRefused: two blocks change the same lines.
    """
    flat = sorted(
        ((c, i) for i, made in enumerate(each) for c in made if c.new or c.first < c.last),
        key=lambda pair: (pair[0].first, pair[0].last),
    )
    parts: list[str] = []
    at, last = 0, -1
    for change, block in flat:
        if change.first < at:
            raise EditRefused(f"two blocks of the patch change line {change.first + 1}")
        if change.first == change.last == at and last not in (-1, block) and change.new:
            raise AmbiguousPlace(
                f"two blocks of the patch add lines before line {at + 1}; make one of them",
                [at + 1],
            )
        parts += [*lines[at : change.first], *change.new]
        at = change.last
        last = block if change.first == change.last else -1
    return [*parts, *lines[at:]]


def notes(
    block: PatchBlock, fit: Fit, made: Sequence[LineChange], lines: Sequence[str]
) -> Iterator[Note]:
    """Yield the hunks that show a placed block's changes, with the file's own lines around them."""
    ends = [c.first for c in made] + [c.last for c in made]
    stretches: list[tuple[int, int]] = []
    seen: list[int] = []
    for (tag, _), row in zip([*block.old, ("~", "")], [*fit.rows, None], strict=True):
        if row is not None:
            seen.append(row)
        elif tag == "~" and seen:
            stretches.append((seen[0], seen[-1] + 1))
            seen = []
    stretches = stretches or [(min(ends, default=0), max(ends, default=0))]
    for first, last in stretches:
        inside = [c for c in made if first <= c.first and c.last <= last]
        yield Note(first, last, _hunk(first, last, inside, lines), is_hunk=True)


def _hunk(first: int, last: int, made: Sequence[LineChange], lines: Sequence[str]) -> str:
    shown, at = [], first
    for change in made:
        shown += [f" {line}\n" for line in lines[at : change.first]]
        shown += [f"-{line}\n" for line in lines[change.first : change.last]]
        shown += [f"+{line}\n" for line in change.new]
        at = change.last
    return "".join([*shown, *(f" {line}\n" for line in lines[at:last])])
