"""The files of a folder, kept parsed between edits: what has not changed since is neither read nor parsed again."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from specedit.editor import file_moves
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.settled import settle
from specedit.edits import files
from specedit.edits.document import Document
from specedit.edits.garbage import rarely_collected
from specedit.edits.moves.paths import moves_of
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import all_languages, language_of
from specedit.edits.workspace import at, rename
from specedit.edits.workspace.listing import list_files
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, StaleBase


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a rename makes of one file; `path` is from the folder, with slashes, as is `moved_to`, "" if it stays.

    `notices` are what the user should look at.
    """

    path: str
    document: Document
    result: EditResult
    notices: tuple[str, ...] = ()
    moved_to: str = ""


class Index:
    """The files below `root` whose language is renamed over files. One call at a time.

    Open documents count as the client has them. A file has changed if its size, its time or its inode is another.
    """

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root, self._max_bytes = root, max_bytes
        self._stamps: dict[str, object] = {}
        self._workspace = Workspace((), self._text)
        self._opened: Mapping[str, Document] = {}

    @rarely_collected()
    def rename(
        self, path: str, offset: int, new: str, opened: Mapping[str, Document]
    ) -> list[Renamed]:
        """Return what each file becomes that changes, if the symbol at a character of a file's lines gets a new name.

        Raises:
            EditRefused: no symbol is there, or it cannot be renamed in one of the files.
        """
        workspace = self._renewed(opened)
        self._check_known(path, workspace)
        byte = _byte(path, offset, workspace)
        instruction = f"rename {at.name_at(path, byte, workspace)} to {new}"
        predictions = at.predict(path, byte, new, workspace)
        return self._made(predictions, instruction, workspace)

    def move(self, moves: Mapping[str, str], opened: Mapping[str, Document]) -> list[Renamed]:
        """Return what each file becomes, by its old path, that changes or names what goes elsewhere: files or folders.

        Raises:
            EditRefused: what names them cannot be followed, or they cannot go there.
        """
        workspace = self._renewed(opened)
        paths = frozenset([*list_files(self._root), *self._opened])
        going = moves_of(moves, paths)
        predictions = file_moves.predict(going, workspace, paths, self._text)
        kept = {
            path: each
            for path, each in predictions.items()
            if path in workspace.files or path not in going.files
        }
        return self._made(kept, "move files", workspace)

    def _made(
        self, predictions: Mapping[str, Prediction], instruction: str, workspace: Workspace
    ) -> list[Renamed]:
        made = []
        for each, prediction in sorted(predictions.items()):
            document = self._document(each)
            if each in workspace.files and document.body != workspace.text(each):
                raise StaleBase(f"{each} was changed meanwhile; ask again", document.sha256)
            try:
                request = EditRequest(document, instruction, each)
                result = settle(request, Plan((), prediction, instruction))
            except EditRefused as refusal:
                raise EditRefused(f"{each}: {refusal}") from refusal
            made.append(Renamed(each, document, result, prediction.notices, prediction.moved_to))
        return made

    def name_at(self, path: str, offset: int, opened: Mapping[str, Document]) -> str:
        """Return the name at a character of a file's lines; "" where none is, or where it is not known over files."""
        workspace = self._renewed(opened)
        if path not in workspace.files:
            return ""
        return at.name_at(path, _byte(path, offset, workspace), workspace)

    @rarely_collected()
    def read_ahead(self, path: str, offset: int, opened: Mapping[str, Document]) -> None:
        """Read and resolve what a rename of the symbol at a character of a file's lines needs: the next one takes less."""
        workspace = self._renewed(opened)
        if path in workspace.files:
            byte = _byte(path, offset, workspace)
            name = at.name_at(path, byte, workspace)
            with suppress(EditRefused):  # the rename itself will say it
                at.predict(path, byte, f"{name}_", workspace)

    def _check_known(self, path: str, workspace: Workspace) -> None:
        if path not in workspace.files:
            raise EditRefused(
                f"{path} is ignored, or in a language in which names are renamed in one file at a time"
            )

    def _renewed(self, opened: Mapping[str, Document]) -> Workspace:
        """The workspace as it is now."""
        self._opened = {path: document for path, document in opened.items() if _is_known(path)}
        listed = {*list_files(self._root, _suffixes()), *self._opened}
        stamps = {path: self._stamp(path) for path in sorted(listed)}
        changed = {path for path, stamp in stamps.items() if stamp != self._stamps.get(path)}
        self._workspace = self._workspace.renewed(stamps, self._text, changed)
        self._stamps = stamps
        return self._workspace

    def _stamp(self, path: str) -> object:
        if path in self._opened:
            return self._opened[path].data
        try:
            about = os.stat(self._root / path)
        except OSError:
            return None
        return about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino

    def _text(self, path: str) -> str:
        return self._document(path).body

    def _document(self, path: str) -> Document:
        if path in self._opened:
            return self._opened[path]
        file = files.read(self._root / path, root=self._root, max_bytes=self._max_bytes)
        return file.document


def _byte(path: str, offset: int, workspace: Workspace) -> int:
    """The byte of a file's text that a character of its lines begins at."""
    return len(workspace.text(path)[:offset].encode())


def _is_known(path: str) -> bool:
    return rename.is_known(language_of(path))


def _suffixes() -> frozenset[str]:
    known = (language for language in all_languages() if rename.is_known(language))
    return frozenset(suffix for language in known for suffix in language.suffixes)
