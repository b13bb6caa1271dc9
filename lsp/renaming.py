"""A symbol renamed in all files of a window's folder, as the client's own rename asks for it."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from lsprotocol import types

from specedit.edits.document import Document
from specedit.edits.text import TextEdit, minimal_edits, with_line_feeds
from specedit.engine.errors import EditRefused, OutsideRoot
from specedit.lsp import convert
from specedit.lsp.documents import ColumnUnits, OpenDocument, Snapshot
from specedit.lsp.index import Index, Renamed

Part = tuple[
    Snapshot, tuple[TextEdit, ...], bool
]  # of a document: its edits, and whether it is open


class Renaming:
    """Renames in the folders of a window. `documents` are those that are open; `folders` tells which there are."""

    def __init__(
        self,
        documents: Mapping[str, OpenDocument],
        folders: Callable[[], list[Path]],
        max_bytes: int,
    ) -> None:
        self._documents, self._folders, self._max_bytes = documents, folders, max_bytes
        self._indexes: dict[Path, Index] = {}
        self._turn = asyncio.Lock()  # an index is used by one thread at a time

    async def rename(
        self, uri: str, position: types.Position, new: str, client: types.InitializeParams
    ) -> tuple[types.WorkspaceEdit, list[str]]:
        """Return the edit that gives the symbol at a position a new name, and what the user should look at.

        Raises:
            EditRefused: no symbol is there, or it cannot be renamed in one of the files.
        """
        root, path, offset = self._place(uri, position)
        snapshots = self._snapshots(root)
        opened = {name: snapshot.document for name, snapshot in snapshots.items()}
        async with self._turn:
            index = self._indexes.setdefault(root, Index(root, self._max_bytes))
            made = await asyncio.to_thread(index.rename, path, offset, new, opened)
            units = self._documents[uri].units

            def parts() -> list[Part]:
                return [_part(each, root, snapshots, units) for each in made if each.result.hunks]

            edit = convert.edit_of_documents(await asyncio.to_thread(parts), client)
        left = [f"{each.path}: {remark}" for each in made for remark in each.result.remarks]
        return edit, left

    async def name_at(self, uri: str, position: types.Position) -> str:
        """Return the name at a position that can be renamed, "" where none is."""
        root, path, offset = self._place(uri, position)
        opened = {name: each.document for name, each in self._snapshots(root).items()}
        async with self._turn:
            index = self._indexes.setdefault(root, Index(root, self._max_bytes))
            return await asyncio.to_thread(index.name_at, path, offset, opened)

    def _place(self, uri: str, position: types.Position) -> tuple[Path, str, int]:
        """The folder that a document is in, its path there, and the character of its lines that a position is at."""
        document = self._documents.get(uri)
        if document is None:
            raise EditRefused(f"'{uri}' is not open in this window")
        root = next((each for each in self._folders() if _path_in(each, uri) is not None), None)
        if root is None:
            raise OutsideRoot(f"'{uri}' is in none of this window's folders")
        path = _path_in(root, uri)
        assert path is not None
        snapshot = document.snapshot()
        offset = snapshot.offset((position.line, position.character))
        return root, path, len(with_line_feeds(snapshot.text[:offset]))

    def _snapshots(self, root: Path) -> dict[str, Snapshot]:
        """The open documents of a folder, by their paths."""
        snapshots = {}
        for uri, document in self._documents.items():
            path = _path_in(root, uri)
            if path is not None:
                snapshots[path] = document.snapshot()
        return snapshots


def _path_in(root: Path, uri: str) -> str | None:
    """The path of a document from a folder, with slashes; None where it is elsewhere."""
    path = convert.path_of(uri)
    if path is None or not path.is_relative_to(root):
        return None
    return path.relative_to(root).as_posix()


def _part(each: Renamed, root: Path, snapshots: Mapping[str, Snapshot], units: ColumnUnits) -> Part:
    snapshot = snapshots.get(each.path)
    after = _text(each.document, each.result.data)
    if snapshot is not None:
        return snapshot, minimal_edits(snapshot.text, after), True
    text = each.document.text
    closed = Snapshot((root / each.path).as_uri(), 0, text, units)
    return closed, minimal_edits(text, after), False


def _text(document: Document, data: bytes) -> str:
    return data[len(document.bom) :].decode(document.encoding)
