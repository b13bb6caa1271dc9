"""Files that a patch deletes, though others of the workspace import them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from specedit.editor.changes import Create, Delete, FileChange, Move, Write
from specedit.edits import files
from specedit.edits.document import decode_document
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace.listing import list_files
from specedit.edits.workspace.uses import importers
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import UnsafeEdit

_SHOWN = 5  # files that a refusal names


def refuse_imported(root: Path, changes: Sequence[FileChange], max_bytes: int) -> None:
    """Refuse to delete a file that others below `root` import after the changes.

    Raises:
        UnsafeEdit: with the files and the lines.
    """
    gone = [_below(root, each.path) for each in changes if isinstance(each, Delete)]
    gone = [path for path in gone if _is_followed(path)]
    if not gone:
        return
    after = _after(root, changes)
    left = {*gone, *(_below(root, each.path) for each in changes if isinstance(each, Move))}

    def read(path: str) -> str:
        if path in after:
            return decode_document(after[path]).body
        return files.read(root / path, root=root, max_bytes=max_bytes).document.body

    listed = [path for path in list_files(root) if language_of(path) is not None]
    workspace = Workspace(dict.fromkeys([*listed, *gone, *after]), read)
    for path in gone:
        lines = importers(path, workspace)
        used = {other: rows for other, rows in lines.items() if other not in left}
        if used:
            shown = "; ".join(
                f"{other} on line {rows[0]}" for other, rows in [*used.items()][:_SHOWN]
            )
            more = f"; and {len(used) - _SHOWN} more files" if len(used) > _SHOWN else ""
            raise UnsafeEdit("uses", f"'{path}' would be deleted, and is imported in {shown}{more}")


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _is_followed(path: str) -> bool:
    language = language_of(path)
    return language is not None and bool(language.modules) and not path.startswith("/")


def _after(root: Path, changes: Sequence[FileChange]) -> Mapping[str, bytes]:
    """What files hold after the changes, those that are new or come from elsewhere too."""
    after: dict[str, bytes] = {}
    for each in changes:
        match each:
            case Write():
                after[_below(root, each.path)] = each.after
            case Create():
                after[_below(root, each.path)] = each.data
            case Move():
                after[_below(root, each.to)] = each.after
    return {path: data for path, data in after.items() if language_of(path) is not None}
