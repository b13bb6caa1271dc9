"""A symbol renamed in all files of a window's folder, as the client's own rename asks for it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lsprotocol import types

from specedit.edits.document import Document
from specedit.edits.text import TextEdit, minimal_edits, with_line_feeds
from specedit.engine.errors import EditRefused, OutsideRoot, SpeceditError
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
        self._ahead: asyncio.Task[None] | None = None  # kept, so that it is not collected

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
            edit = await asyncio.to_thread(_edit, made, root, snapshots, units, client)
        return edit, _left(made)

    async def move(
        self, files: Sequence[types.FileRename], units: ColumnUnits, client: types.InitializeParams
    ) -> tuple[types.WorkspaceEdit, list[str]]:
        """Return what is to change before the client gives files or folders other names, and what the user should look at.

        Raises:
            EditRefused: what names them cannot be followed.
        """
        root, moves = self._moves(files)
        snapshots = self._snapshots(root)
        opened = {name: snapshot.document for name, snapshot in snapshots.items()}
        async with self._turn:
            index = self._indexes.setdefault(root, Index(root, self._max_bytes))
            made = await asyncio.to_thread(index.move, moves, opened)
            stay = [replace(each, moved_to="") for each in made]  # the client moves them itself
            edit = await asyncio.to_thread(_edit, stay, root, snapshots, units, client)
        return edit, _left(made)

    def _moves(self, files: Sequence[types.FileRename]) -> tuple[Path, dict[str, str]]:
        """The folder that all of the files are in, and where each goes from there."""
        for root in self._folders():
            pairs = [(_path_in(root, each.old_uri), _path_in(root, each.new_uri)) for each in files]
            moves = {old: new for old, new in pairs if old and new}
            if len(moves) == len(files):
                return root, moves
        raise OutsideRoot("the files, or where they go, are not in one of this window's folders")

    async def name_at(self, uri: str, position: types.Position) -> str:
        """Return the name at a position that can be renamed, "" where none is.

        While the user types another name, what the rename will need is read.
        """
        root, path, offset = self._place(uri, position)
        opened = {name: each.document for name, each in self._snapshots(root).items()}
        async with self._turn:
            index = self._indexes.setdefault(root, Index(root, self._max_bytes))
            name = await asyncio.to_thread(index.name_at, path, offset, opened)
        if name:
            self._ahead = asyncio.create_task(self._read_ahead(index, path, offset, opened))
        return name

    async def _read_ahead(
        self, index: Index, path: str, offset: int, opened: Mapping[str, Document]
    ) -> None:
        async with self._turn:
            with suppress(SpeceditError):
                await asyncio.to_thread(index.read_ahead, path, offset, opened)

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


def _left(made: Sequence[Renamed]) -> list[str]:
    return [f"{each.path}: {notice}" for each in made for notice in each.notices]


def _edit(
    made: Sequence[Renamed],
    root: Path,
    snapshots: Mapping[str, Snapshot],
    units: ColumnUnits,
    client: types.InitializeParams,
) -> types.WorkspaceEdit:
    parts = [_part(each, root, snapshots, units) for each in made if each.result.hunks]
    moves = {
        (root / each.path).as_uri(): (root / each.moved_to).as_uri()
        for each in made
        if each.moved_to
    }
    return convert.edit_of_documents(parts, client, moves)


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
