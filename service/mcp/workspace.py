"""Edits over all files of a root: what syntax alone makes of them, with files that go elsewhere."""

import posixpath
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from specedit.editor.file_result import FileResult
from specedit.editor.workspace import WorkspaceEditor
from specedit.service.mcp.call import ToolCall
from specedit.service.mcp.edited import Edited
from specedit.service.mcp.patched import check_new
from specedit.service.root import Root

Make = Callable[[WorkspaceEditor], list[FileResult]]


def by_instruction(instruction: str, file: str | None) -> Make:
    """Return what carries out an instruction; `file` is where the symbol is that it is about."""
    return partial(WorkspaceEditor.edit, instruction=instruction, file=file, may_move=True)


def by_move(path: str, to: str) -> Make:
    """Return what moves a file or a folder."""
    return partial(WorkspaceEditor.move, moves={_normal(path): _normal(to)})


def edit_workspace(call: ToolCall, root: Root, make: Make) -> list[Edited]:
    """Return what becomes of the files of a root.

    Raises:
        OutsideRoot: one of them is not to be edited, or not where it would go.
        EditRefused: as of what `make` asks of the editor.
    """
    call.watch.check(f"searching {root.folder}")
    results = call.work(partial(_made, root.folder, call.bounds.max_bytes, make))
    for each in results:
        if each.change is not None:
            root.check(PurePath(each.path), each.path)
        if each.is_new:
            check_new(each.path)
        if each.to is not None:
            root.check(PurePath(each.moved_to), each.moved_to)
            check_new(each.moved_to)
    return [
        Edited(each.path, each.change, replace(each.result, reason=""), each.moved_to or None)
        for each in results
    ]


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def _made(folder: Path, max_bytes: int, make: Make) -> list[FileResult]:
    return make(WorkspaceEditor(folder, max_bytes=max_bytes))
