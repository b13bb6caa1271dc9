"""A patch in any form, read for one file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specedit.edits.patch import hunks, replacements, search_replace
from specedit.edits.patch.block import Known, PatchBlock, Replacement, leaves_out
from specedit.edits.patch.sections import FilePatch, choose
from specedit.edits.text import whole_number, with_line_feeds
from specedit.engine.errors import EditRefused

NO_PATCH = (
    "this is no patch that is understood: give a unified diff, <<<<<<< SEARCH blocks, *** Begin Patch, or JSON with "
    "old_string and new_string"
)
_NUMBER = re.compile(r"\s*(\d+)(?: ?[|\u2502:] ?|\t|\u2192)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a patch asks of one file, and what of it is left out."""

    blocks: tuple[PatchBlock, ...]
    replacements: tuple[Replacement, ...]
    remarks: tuple[str, ...]


def read(patch: str, path: str, lines: Sequence[str]) -> Reading:
    """Return what a patch asks of the file `path`, which has these lines.

    Raises:
        EditRefused: the patch is of no known form, is damaged, or is for other files.
    """
    known = Known(lines)
    rows = with_line_feeds(patch).removesuffix("\n").split("\n")
    parts = _parts(rows, known) or _parts(list(_without_margins(rows)), known)
    if not parts:
        raise EditRefused(NO_PATCH)
    mine, remarks = choose(parts, path, is_empty=not any(map(str.strip, lines)))
    for part in mine:
        if part.stray is not None:
            number, row = part.stray
            raise EditRefused(
                f"line {number} of the patch stands in no hunk: {row!r}; begin one above it with @@"
            )
    blocks = [_without_numbers(block, known) for part in mine for block in part.blocks]
    for block in blocks:
        _check_added(block, known)
    strings = [each for part in mine for each in part.replacements]
    for each in strings:
        _check_new(each, known)
    if not blocks and not strings:
        raise EditRefused(f"the patch changes no line of '{path}'")
    return Reading(tuple(blocks), tuple(strings), tuple(remarks))


def sections_of(patch: str, lines: Sequence[str] = ()) -> list[FilePatch]:
    """Return what a patch says of each file, in the patch's own line endings; nothing, if it is of no known form.

    `lines` are those of the file that it is for, where there is only one: they tell what is a rule of its text.

    Raises:
        EditRefused: it is damaged.
    """
    rows = patch.removesuffix("\n").split("\n")
    known = Known(lines)
    return _parts(rows, known) or _parts(list(_without_margins(rows)), known) or list[FilePatch]()


def _parts(rows: Sequence[str], known: Known) -> list[FilePatch] | None:
    """What the patch says of each file; None or nothing if it is of no known form."""
    parts = replacements.sections("\n".join(rows))
    if parts is None and search_replace.is_one(rows):
        return search_replace.sections(rows, known)
    if parts is None and hunks.is_one(rows):
        return hunks.sections(rows, known)
    if parts is None and _is_bare_hunk(rows, known):
        return hunks.sections(["@@", *rows], known)
    return parts


def _is_bare_hunk(rows: Sequence[str], known: Known) -> bool:
    """Whether the lines are those of one hunk without any header: all with a tag, and those to be removed known."""
    full = [row for row in rows if row.strip()]
    removed = [row[1:] for row in full if row[0] == "-"]
    return bool(removed) and all(row[0] in "-+ " for row in full) and all(map(known.has, removed))


def _without_margins(rows: Sequence[str]) -> Iterator[str]:
    """Yield the lines, those of an indented fence, as in a list, without its indentation."""
    margin: str | None = None  # of the fence that is open
    for row in rows:
        fence = re.match(r"([ \t]*)(?:`{3,}|~{3,})", row)
        yield row.removeprefix(fence[1] if fence else margin or "")
        if fence:
            margin = fence[1] if margin is None else None


def _check_added(block: PatchBlock, known: Known) -> None:
    """Refuse added lines that stand for others, as `...` does, where it is no statement of its own."""
    above = ""
    for tag, text in block.lines:
        is_body = text.strip() == "..." and above.rstrip().endswith(":")
        if tag == "+" and leaves_out(text) and not is_body and not known.has(text):
            raise EditRefused(
                f"{text.strip()!r} in the new lines stands for lines that the patch does not give; write them"
            )
        above = text if tag != "-" and text.strip() else above


def _check_new(edit: Replacement, known: Known) -> None:
    """Refuse a new string with lines that stand for others, which the old one does not have. `...` alone is a body."""
    if edit.new.strip() != "...":
        old, new = (text.strip("\n").split("\n") for text in (edit.old, edit.new))
        _check_added(PatchBlock(tuple(search_replace.compared(old, new))), known)


def _without_numbers(block: PatchBlock, known: Known) -> PatchBlock:
    """The block without the line numbers in front of its lines, where a viewer's have been copied."""
    full = [(tag, text) for tag, text in block.lines if text.strip() and tag != "~"]
    matches = [_NUMBER.fullmatch(text) for tag, text in full if tag != "+"]
    numbers = [whole_number(match[1]) for match in matches if match]
    if not numbers or len(numbers) < len(matches) or numbers != sorted(set(numbers)):
        return block
    if any(known.has(text) for tag, text in full if tag != "+"):
        return block
    added = [_NUMBER.fullmatch(text) for tag, text in full if tag == "+"]
    strip = set("+ -") if all(added) else set(" -")
    lines = [(tag, _bare(text) if tag in strip else text) for tag, text in block.lines]
    return replace(block, lines=tuple(lines))


def _bare(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    return match[2] if match else ("" if text.strip().isdigit() else text)
