"""Results that differ from the recorded edit only in what a damaged patch does not tell."""

from collections import Counter
from collections.abc import Callable, Sequence

from specedit.benchmarks.development.hunks import Hunk

Lines = list[str]


def _without_blanks(lines: Sequence[str]) -> Lines:
    return [line for line in lines if line.strip()]


def _without_ends(lines: Sequence[str]) -> Lines:
    return [line.rstrip() for line in lines]


def _without_tabs(lines: Sequence[str]) -> Lines:
    return [line.expandtabs(4) for line in lines]


# What a text looks like to one who has only what each damage leaves of it.
_SEEN: dict[str, Callable[[Sequence[str]], Lines]] = {
    "blank lines left out beside an addition": _without_blanks,
    "trailing space stripped": _without_ends,
    "dedented": _without_ends,
    "tabs to spaces": _without_tabs,
}


def is_untold(
    what: str,
    result: Sequence[str],
    expected: Sequence[str],
    before: Sequence[str],
    hunks: tuple[Sequence[Hunk], Sequence[Hunk]],
) -> bool:
    """Return whether nothing in a patch tells that `result` is not `expected`.

    It is the same but for the space that the damage takes from changed lines, or just what the patch says where it stands
    to the letter. `hunks` are those of the edit and those of the patch.
    """
    edit, patch = hunks
    if list(result) == _to_the_letter(edit, patch, before):
        return True
    seen = _SEEN.get(what)
    if seen is None or seen(result) != seen(expected):
        return False
    changed = {text for hunk in edit for tag, text in hunk.lines if tag in "+-"}
    return changed.issuperset(Counter(expected) - Counter(result))


def _to_the_letter(
    edit: Sequence[Hunk], patch: Sequence[Hunk], lines: Sequence[str]
) -> Lines | None:
    """The lines with each hunk of the patch done where it stands as it is, once; else as the edit has it."""
    if len(edit) != len(patch):
        return None
    places = [
        (rows[0], own) if len(rows := _rows(own, lines)) == 1 else (whole.start, whole)
        for own, whole in zip(patch, edit, strict=True)
    ]
    made = list(lines)
    for at, hunk in sorted(places, key=lambda place: place[0], reverse=True):
        made[at : at + len(hunk.old)] = [text for tag, text in hunk.lines if tag != "-"]
    return made


def _rows(hunk: Hunk, lines: Sequence[str]) -> list[int]:
    size = len(hunk.old)
    return [at for at in range(len(lines) - size + 1) if list(lines[at : at + size]) == hunk.old]
