"""Edits over all files of a root: what syntax alone makes of them, with files that go elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from specedit.editor.file_result import FileResult
from specedit.editor.workspace import WorkspaceEditor
from specedit.service.mcp.call import ToolCall
from specedit.service.mcp.edited import Edited
from specedit.service.mcp.patched import check_new
from specedit.service.root import Root


def edit_workspace(
    call: ToolCall, root: Root, make: Callable[[WorkspaceEditor], list[FileResult]]
) -> list[Edited]:
    """Return what becomes of the files of a root.

    Raises:
        OutsideRoot: one of them is not to be edited, or not where it would go.
        EditRefused: as of what `make` asks of the editor.
    """
    call.watch.check(f"searching {root.folder}")
    results = make(WorkspaceEditor(root.folder, max_bytes=call.bounds.max_bytes))
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
