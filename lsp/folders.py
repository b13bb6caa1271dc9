"""The folders of a window."""

from collections.abc import Iterable
from pathlib import Path

from pygls.workspace import Workspace

from specedit.lsp import convert


def folders_of(workspace: Workspace) -> list[Path]:
    """Return the folders that the client has opened, those that are on this machine."""
    uris: Iterable[str] = [*workspace.folders] or [workspace.root_uri or ""]
    return [folder for folder in map(convert.path_of, uris) if folder]


def is_inside(uri: str, folders: Iterable[Path]) -> bool:
    """Return whether a document lies in one of the folders, or is no file, or there are no folders."""
    path, folders = convert.path_of(uri), list(folders)
    if path is None or not folders:
        return True
    try:
        real = path.resolve()
    except ValueError:  # a NUL in it
        return False
    return any(real.is_relative_to(folder.resolve()) for folder in folders)
