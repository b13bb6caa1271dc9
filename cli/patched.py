"""`specedit apply --patch` without a file: what a patch does with the files that it names, all or nothing."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.cli.one_file import OneFile
from specedit.cli.outcome import Outcome
from specedit.cli.render import Screen
from specedit.editor import whole_files
from specedit.editor.patch_places import PlacedPart, place_parts
from specedit.editor.result import EditResult
from specedit.editor.transaction import Create, Delete, FileChange, Move, Write
from specedit.edits import files
from specedit.edits.patch.files import FilePart
from specedit.engine.errors import EditRefused

if TYPE_CHECKING:
    from specedit.cli.one_file import Engine

Made = tuple[Outcome, FileChange | None]


class PatchedFiles:
    """Makes what a patch does with each of its files, and writes nothing."""

    def __init__(
        self,
        options: argparse.Namespace,
        given: dict[str, Any],
        open_editor: "Callable[[], Engine]",
        screen: Screen,
    ) -> None:
        self._options, self._given = options, given
        self._open_editor, self._screen = open_editor, screen

    def make(self, parts: Sequence[FilePart], root: Path) -> list[Made]:
        """Return what becomes of each file, and what is to be done for that.

        Raises:
            EditRefused: a part goes nowhere, or to several files.
        """
        return [self._made(each) for each in place_parts(parts, root, Path.cwd())]

    def _made(self, placed: PlacedPart) -> Made:
        shown = os.path.relpath(placed.path)
        try:
            if placed.is_new:
                return self._created(placed, shown)
            if placed.part.kind == "delete":
                return self._deleted(placed, shown)
            return self._edited(placed, shown)
        except EditRefused as refusal:
            return Outcome(shown, "refused", str(refusal)), None

    def _created(self, placed: PlacedPart, shown: str) -> Made:
        part = placed.part
        data = _encoded(part.text or "", self._options.patch_encoding)
        result = whole_files.created(shown, data, self._given["force"])
        outcome = _outcome(shown, result, "create", executable=part.executable)
        return outcome, Create(placed.path, data, executable=bool(part.executable))

    def _deleted(self, placed: PlacedPart, shown: str) -> Made:
        before = _content(placed.path)
        if placed.part.deleted is not None:
            whole_files.check_deleted(before, placed.part.deleted, self._options.encoding)
        outcome = _outcome(shown, _shown(whole_files.deleted, shown, before), "delete")
        return outcome, Delete(placed.path, before)

    def _edited(self, placed: PlacedPart, shown: str) -> Made:
        part, before = placed.part, _content(placed.path)
        if part.patch is None and part.snippet is None:
            outcome = _outcome(shown, _shown(whole_files.kept, shown, before), "edit")
            after = before
        else:
            given = {**self._given, "patch": part.patch, "snippet": part.snippet}
            one_file = OneFile(
                self._options, given, self._open_editor, self._screen, only_looks=True
            )
            outcome = one_file.edit(shown)
            if outcome.failed or outcome.result is None:
                return outcome, None
            before, after = outcome.result.document.data, outcome.data or b""
        if placed.to is not None:
            to = os.path.relpath(placed.to)
            outcome = replace(outcome, action="move", moved_to=to, status="changed", reason="")
            moved = Move(placed.path, placed.to, before, after, part.executable)
            return replace(outcome, executable=part.executable), moved
        if after == before and part.executable is None:
            return outcome, None
        outcome = replace(outcome, executable=part.executable, status="changed")
        return outcome, Write(placed.path, before, after, part.executable)


def _outcome(
    shown: str, result: EditResult | None, action: Any, executable: bool | None = None
) -> Outcome:
    hunks, data = (result.hunks, result.data) if result else ((), None)
    base = result.document.sha256 if result and action != "create" else None
    return Outcome(
        shown,
        "changed",
        "",
        base,
        result=result,
        hunks=hunks,
        data=data,
        action=action,
        executable=executable,
    )


def _shown(make: Callable[[str, bytes], EditResult], shown: str, data: bytes) -> EditResult | None:
    """What there is to be shown of a file; nothing, if it is not text."""
    try:
        return make(shown, data)
    except EditRefused:
        return None


def _content(path: Path) -> bytes:
    try:
        return files.content(path)
    except OSError as error:
        raise EditRefused(f"cannot read: {error.strerror}") from error


def _encoded(text: str, encoding: str | None) -> bytes:
    """A new file in the encoding that the patch came in; in UTF-8, if that has all characters anyway."""
    if encoding is None or encoding.startswith("utf"):
        return text.encode("utf-8")
    return text.encode(encoding)
