"""What authors get wrong without meaning it: looked for in their edits, and sent back. The gate is beside this."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specedit.edits.text import changed_lines, split_lines
from specedit.engine.errors import EditRefused

_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d"
_STRAIGHT = str.maketrans(dict(zip(_TYPOGRAPHIC, "''\"\"", strict=True)))


class _Change(NamedTuple):
    """Lines of the file and the lines in their place, blank ones left out; `row` is the first of the latter."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    row: int


def check(before: str, after: str, instruction: str) -> None:
    """Refuse an edit that has what is likely a slip.

    Raises:
        EditRefused: with the line, and what to write.
    """
    old, new = split_lines(before), split_lines(after)
    changes = list(_changes(old, new))
    _check_stubs(old, new)
    _check_signs(before, new, instruction)
    slips = [change for change in changes if _is_slip(change)]
    if slips and len(slips) < len(changes):  # alone they are what is asked for
        raise EditRefused(
            f"line {slips[0].row + 1} of the result differs from the file's only in its indentation or its quotes, and nothing "
            "beside it changes: write it as the file has it"
        )


def _check_stubs(old: Sequence[str], new: Sequence[str]) -> None:
    """Refuse `...` where there was code: it is a statement in some languages, and authors write it for what they leave out.

    Raises:
        EditRefused: with the line.
    """
    for first, last, start, end in changed_lines(old, new):
        for row in range(start, end if first < last else start):
            if new[row].strip() in ("...", "…"):
                raise EditRefused(
                    f"line {row + 1} of the result is '...' where the file has code; write the code"
                )


def _check_signs(before: str, new: Sequence[str], instruction: str) -> None:
    """Refuse typographic quotes in a file that has none: chat models write prose with them, and curl those of code.

    Raises:
        EditRefused: with the line.
    """
    if any(sign in before or sign in instruction for sign in _TYPOGRAPHIC):
        return
    for row, line in enumerate(new):
        if any(sign in line for sign in _TYPOGRAPHIC):
            raise EditRefused(
                f"line {row + 1} of the result has typographic quotes, which the file has nowhere; write ' and \""
            )


def _is_slip(change: _Change) -> bool:
    """Whether a line got another indentation, or lines got other quotes, and nothing else changes there."""
    if not change.new or len(change.new) != len(change.old):
        return False
    if all(
        new.translate(_STRAIGHT) == old for old, new in zip(change.old, change.new, strict=True)
    ):
        return True
    # Several lines go to another depth on purpose, as into a new block or out of one.
    return len(change.new) == 1 and change.new[0].strip() == change.old[0].strip()


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    """Yield what changes; changes with nothing but blank lines between them are one."""
    hunks = list[list[int]]()
    for first, last, start, end in changed_lines(old, new):
        if hunks and not any(line.strip() for line in new[hunks[-1][3] : start]):
            hunks[-1][1], hunks[-1][3] = last, end
        else:
            hunks.append([first, last, start, end])
    for first, last, start, end in hunks:
        yield _Change(_filled(old[first:last]), _filled(new[start:end]), start)


def _filled(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line.strip())
