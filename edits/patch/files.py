"""What a patch does with files: each of its parts by itself, an edit, or a file that is made, removed or moved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePath
from typing import Literal

from specedit.edits.patch import answers, reading, whole
from specedit.edits.patch.block import Replacement
from specedit.edits.patch.names import is_name
from specedit.edits.patch.sections import CANNOT, FilePatch, for_path
from specedit.edits.text import with_line_feeds
from specedit.engine.errors import EditRefused

_HEADS = ("old mode", "new mode", "similarity index", "rename from", "rename to", "*** Move to:")


@dataclass(frozen=True, slots=True)
class FilePart:
    """What a patch does with one file, which it calls `name`.

    `patch` is what it does with the file's lines, as a patch for it alone; None if that is nothing. `text` is all that a
    new file is to hold, also one that is edited though there is none yet; `deleted` are the lines of one that is deleted,
    None where they are not shown. `snippet` is what an answer shows of the file: it is to be placed in it, or it is new.
    """

    kind: Literal["edit", "create", "delete", "move", "snippet"]
    name: str
    patch: str | None = None
    text: str | None = None
    deleted: tuple[str, ...] | None = None
    moved_to: str = ""
    executable: bool | None = None
    snippet: str | None = None


def parts_of(patch: str) -> list[FilePart]:
    """Return what a patch does, file by file; an answer that shows files, each in a fence under its name, is one too.

    Raises:
        EditRefused: it is of no known form; a part names no file, or asks for what is not done; two are at odds.
    """
    sections = reading.sections_of(_with_own_endings(patch))
    if sections:
        answers.check_no_files(with_line_feeds(patch))
        return _joined([_part(section) for section in sections])
    files = parts_of_answer(patch)
    if not files:
        raise EditRefused(reading.NO_PATCH)
    return files


def parts_of_answer(answer: str) -> list[FilePart]:
    """Return the files that stand in an answer, each in a fence under its name; none, if it has none.

    Raises:
        EditRefused: of a fence it is not clear which file it is for.
    """
    return [
        FilePart(
            "snippet", each.name, text=None if each.leaves_out else each.text, snippet=each.text
        )
        for each in answers.files_of(with_line_feeds(answer))
    ]


def split(patch: str, paths: Sequence[str]) -> list[str]:
    """Return what of a patch is for each of several files, as a patch for it alone; all of it for one that it does not name.

    A file that is alone has all of it, too: it is told there what is left out.

    Raises:
        EditRefused: it is of no known form, or a part of it is for none of them.
    """
    sections = reading.sections_of(with_line_feeds(patch))
    unnamed = [section for section in sections if not is_name(section.name)]
    each = [for_path(sections, path.replace("\\", "/")) for path in paths]
    if not any(each) or len(paths) == 1:
        return [patch] * len(paths)  # it is told, then, what the patch is for
    lost = [s.name for s in sections if s not in unnamed and not any(s in mine for mine in each)]
    if lost:
        raise EditRefused(
            f"the patch is for {', '.join(dict.fromkeys(lost))} too, which is not among the files: name it, or none, so that "
            "all are edited; nothing was written"
        )
    texts = (
        [
            _patch_of(s) if s.replacements else "\n".join(s.rows)
            for s in sections
            if s in mine or s in unnamed
        ]
        for mine in each
    )
    return [
        "\n".join(filter(None, some)) if mine else patch
        for some, mine in zip(texts, each, strict=True)
    ]


def _with_own_endings(patch: str) -> str:
    """The patch, with the carriage returns that its lines have of their own: where not all lines, headers too, end so."""
    rows = patch.split("\n")
    heads = ("--- ", "+++ ", "@@ ", "diff ", "*** ")
    if any(row.endswith("\r") for row in rows if row.startswith(heads)):
        return with_line_feeds(patch)
    return patch


def _part(section: FilePatch) -> FilePart:
    name = _name(section)
    if not is_name(name):
        raise EditRefused("a part of the patch names no file; give the file that it is for")
    for kind, (verb, remedy) in CANNOT.items():
        if kind in section.kinds - {"adds", "deletes", "renames"}:
            raise EditRefused(f"the patch {verb} {name}, which is not done: {remedy}")
    executable = {"100755": True, "100644": False}.get(section.mode)
    if {"adds", "deletes"} <= section.kinds:
        raise EditRefused(f"the patch adds and deletes '{name}'; say once what becomes of it")
    if "adds" in section.kinds:
        text = whole.text_of_new(section.rows, name)
        return FilePart("create", name, text=text, executable=executable)
    if "deletes" in section.kinds:
        removed = whole.lines_of_gone(section.rows, name)
        if removed is None and not _is_by_name_alone(section):
            removed = []  # what git deletes without showing a line is empty
        return FilePart("delete", name, deleted=None if removed is None else tuple(removed))
    lines = _patch_of(section)
    if section.moved_to:
        return FilePart("move", name, lines, moved_to=section.moved_to, executable=executable)
    if lines is None and executable is None:
        raise EditRefused(f"the patch changes no line of '{name}'")
    return FilePart("edit", name, lines, _text_of_only(section), executable=executable)


def _name(section: FilePatch) -> str:
    """What the patch calls the file as it is before, or is to be where there is none."""
    if section.moved_from:
        return section.moved_from
    names = section.names
    if len(names) > 1 and names[0] == names[1] and section.rows[:1] and section.kinds:
        return names[0]  # in git's first line, which is never without one
    old, new = (PurePath(n).parts for n in (names[0], names[-1])) if names else ((), ())
    if len(new) > 1 and old[1:] == new[1:] and old != new:  # two trees that were compared
        return "/".join(new[1:])
    return section.name


def _is_by_name_alone(section: FilePatch) -> bool:
    return any(row.startswith("*** Delete File") for row in section.rows)


def _patch_of(section: FilePatch) -> str | None:
    """A part as a patch of its own, without what is said of the file itself; None if no line is changed."""
    if section.replacements:
        return json.dumps([_fields(each) for each in section.replacements])
    if not section.blocks:
        return None
    first = next((i for i, row in enumerate(section.rows) if row.startswith("@@")), 0)
    rows = [
        row for i, row in enumerate(section.rows) if i >= first + 1 or not row.startswith(_HEADS)
    ]
    return "\n".join(rows)


def _fields(each: Replacement) -> dict[str, str | bool]:
    return {"old_string": each.old, "new_string": each.new, "replace_all": each.everywhere}


def _text_of_only(section: FilePatch) -> str | None:
    """The text of a file that is not there yet, where a part searches for nothing in it."""
    if len(section.replacements) == 1 and not section.replacements[0].old:
        return section.replacements[0].new
    if len(section.blocks) == 1 and section.blocks[0].is_pair and not section.blocks[0].old:
        return "".join(f"{line}\n" for line in section.blocks[0].added)
    return None


def _joined(parts: Sequence[FilePart]) -> list[FilePart]:
    """The parts, one for each file: its edits are one patch."""
    made = []
    for name, group in groupby(sorted(parts, key=lambda part: part.name), lambda part: part.name):
        each = list(group)
        if len(each) > 1 and any(part.kind != "edit" for part in each):
            kinds = " and ".join(dict.fromkeys(part.kind for part in each))
            raise EditRefused(
                f"the patch has {len(each)} parts for '{name}' ({kinds}); say once what becomes of it"
            )
        patches = [part.patch for part in each if part.patch is not None]
        modes = {part.executable for part in each} - {None}
        if len(modes) > 1 or (len(patches) > 1 and any(p.startswith("[{") for p in patches)):
            raise EditRefused(f"the patch has several parts for '{name}'; make one of them")
        text = each[0].text if len(each) == 1 else None
        patch = "\n".join(patches) if patches else None
        made.append(replace(each[0], patch=patch, text=text, executable=next(iter(modes), None)))
    order = list(dict.fromkeys(part.name for part in parts))
    return sorted(made, key=lambda part: order.index(part.name))
