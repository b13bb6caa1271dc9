"""A patch placed into its file: unified diff, search/replace blocks, `*** Begin Patch` (V4A), or strings in JSON.

Each block is looked for by its lines: as they are, then without regard to spaces at their ends, to indentation, to
typographic signs, then nearly. The lines that a patch removes must be in the file; those that it only shows may have
drifted, and stay as the file has them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from specedit.edits.patch import reading
from specedit.edits.patch.block import Fit, Known, PatchBlock, Replacement
from specedit.edits.patch.changes import LineChange, applied, changes, notes
from specedit.edits.patch.drift import drift
from specedit.edits.patch.placing import fits
from specedit.edits.patch.search_replace import of_pair
from specedit.edits.patch.strings import replaced
from specedit.edits.prediction import Note, Prediction
from specedit.edits.text import changed_lines, ended
from specedit.engine.errors import EditRefused

_APPLIED = "the patch is applied already"
_CONTEXT = 3  # lines around a change that a note shows


def place(body: str, patch: str, path: str) -> Prediction:
    """Return `body` with the patch applied; unchanged, with a remark, if it is applied already.

    It is certain where all that it shows and removes stands in the file to the letter, and in one place.

    Raises:
        EditRefused: it is no patch, is for other files, or one of its blocks fits nowhere or in two places.
    """
    lines = body.split("\n")[:-1]
    read = reading.read(patch, path, lines)
    made = (
        _with_strings(body, read.replacements)
        if read.replacements
        else _with_blocks(lines, read.blocks)
    )
    return replace(made, remarks=(*made.remarks, *read.remarks), unchanged=_APPLIED)


def _with_blocks(lines: Sequence[str], blocks: Sequence[PatchBlock]) -> Prediction:
    unique = [b for b in dict.fromkeys(blocks) if b.removed or b.added or b.ended is not None]
    placed = fits(unique, lines)
    names = [f"block {number} of {len(unique)}" for number in range(1, len(unique) + 1)]
    each = [
        _changes(which, block, fit, lines)
        for which, block, fit in zip(names, unique, placed, strict=True)
    ]
    result = applied(each, lines)
    shown = [
        note
        for block, fit, made in zip(unique, placed, each, strict=True)
        if fit is not None
        for note in notes(block, fit, made, lines)
    ]
    remarks = _remarks([fit is None for fit in placed])
    for which, block, fit in zip(names, unique, placed, strict=True):
        remarks += drift(which, block, fit, lines)
    if len(set(blocks)) < len(blocks):
        remarks.append("a block that is in the patch twice is applied once")
    if len(unique) < len(set(blocks)):
        remarks.append("a block that changes nothing is left out")
    untold = [
        block.ended
        for block, fit in zip(unique, placed, strict=True)
        if block.ended is not None and (fit is None or fit.reaches(len(lines)))
    ]
    return Prediction(
        "patch",
        _joined(result),
        notes=tuple(shown),
        certain=len(unique) == len(blocks)
        and all(fit is not None and fit.is_exact for fit in placed),
        remarks=tuple(remarks),
        final_newline=untold[-1] if untold else None,
    )


def _changes(
    which: str, block: PatchBlock, fit: Fit | None, lines: Sequence[str]
) -> list[LineChange]:
    """What a block changes; a refusal names it."""
    try:
        return [] if fit is None else changes(block, fit, lines)
    except EditRefused as refusal:
        raise EditRefused(f"{which}: {refusal}") from refusal


def _remarks(done: Sequence[bool]) -> list[str]:
    """What is said of blocks that are applied already."""
    if done and all(done):
        return [_APPLIED]
    numbers = ", ".join(str(i + 1) for i, is_done in enumerate(done) if is_done)
    return [f"block {numbers} of {len(done)} is applied already"] if numbers else []


def _with_strings(body: str, edits: Sequence[Replacement]) -> Prediction:
    """The edits one after the other, each in what the one before has made."""
    text, done, exact, remarks = body, list[bool](), list[bool](), list[str]()
    for number, edit in enumerate(edits, 1):
        which = f"edit {number} of {len(edits)}"
        made = replaced(text, edit, which, partial(_by_lines, which, remarks))
        done.append(made is None)
        exact.append(made is not None and made.is_exact)
        text = text if made is None else ended(made.text)
    notes, all_remarks = tuple(_word_notes(body, text)), (*_remarks(done), *remarks)
    return Prediction("patch", text, notes=notes, certain=all(exact), remarks=all_remarks)


def _by_lines(which: str, remarks: list[str], text: str, old: str, new: str) -> str | None:
    lines = text.split("\n")[:-1]
    block = of_pair(old, new, Known(lines))
    (fit,) = fits([block], lines, [which])
    made = _changes(which, block, fit, lines)
    remarks += drift(which, block, fit, lines)
    return None if fit is None else _joined(applied([made], lines))


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _word_notes(before: str, after: str) -> Iterator[Note]:
    """A hunk for each change."""
    old, new = before.split("\n")[:-1], after.split("\n")[:-1]
    for i1, i2, j1, j2 in changed_lines(old, new):
        first, last = max(0, i1 - _CONTEXT), min(len(old), i2 + _CONTEXT)
        shown = [f" {line}\n" for line in old[first:i1]] + [f"-{line}\n" for line in old[i1:i2]]
        shown += [f"+{line}\n" for line in new[j1:j2]] + [f" {line}\n" for line in old[i2:last]]
        yield Note(first, last, "".join(shown), is_hunk=True)
