"""An instruction carried out in all files of a workspace, or in several: every result is made before any is written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from specedit.editor import file_moves, whole_files
from specedit.editor.file_result import FileResult
from specedit.editor.named_elsewhere import refuse_named
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest
from specedit.editor.settled import settle
from specedit.edits import files
from specedit.edits.definition_moves import move
from specedit.edits.document import decode_document
from specedit.edits.file_changes import path_in
from specedit.edits.files import SourceFile
from specedit.edits.garbage import rarely_collected
from specedit.edits.moves import move_request
from specedit.edits.moves.paths import Moves, moves_of
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import all_languages
from specedit.edits.text import line_ending, split_lines
from specedit.edits.workspace import callers, rename
from specedit.edits.workspace.listing import list_files
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


class WorkspaceEditor:
    """Edits the files below `root`: `paths`, from there and with slashes, or all that it knows the language of.

    It needs no target: what syntax cannot settle is left, and told in the results' remarks. `workspace` is what it reads.
    """

    def __init__(
        self,
        root: Path,
        paths: Sequence[str] = (),
        *,
        max_bytes: int = 1 << 20,
        encoding: str | None = None,
    ) -> None:
        self._root, self._max_bytes, self._encoding = root, max_bytes, encoding
        self._files: dict[str, SourceFile] = {}
        self.unreadable: dict[str, str] = {}  # files that are left out, and why
        listed = paths or list_files(root, _suffixes())
        self.workspace = Workspace(listed, self._text, lambda path: self._file(path).document.body)

    @rarely_collected()
    def edit(
        self,
        instruction: str,
        force: frozenset[str] = frozenset(),
        *,
        file: str | None = None,
        may_move: bool = False,
    ) -> list[FileResult]:
        """Return what each file becomes that changes, or has places which nothing tells.

        `file`: the one that declares the symbol, unless the instruction names it. `may_move`: whether files may be moved.

        Raises:
            EditRefused: the instruction is no rename, no move to another file and no change of a function with its callers, or
                cannot be carried out in one of the files.
        """
        made = self._predicted(instruction, file)
        return self._results(made, instruction, force, may_move=may_move)

    def move(
        self, moves: Mapping[str, str], force: frozenset[str] = frozenset()
    ) -> list[FileResult]:
        """Return what each file becomes if files or folders go elsewhere: what names them is changed, or told.

        Raises:
            EditRefused: it cannot be done in one of the files.
        """
        paths = frozenset(list_files(self._root))
        made = self._moved(moves_of(moves, paths), paths)
        return self._results(made, "move files", force, may_move=True)

    def _predicted(self, instruction: str, file: str | None) -> dict[str, Prediction]:
        if move_request.is_recognised(instruction):
            paths = frozenset(list_files(self._root))
            moves = move_request.read_moves(instruction, paths, file)
            if moves is not None:
                return self._moved(moves, paths)
        if callers.is_recognised(instruction):
            return callers.predict(instruction, self.workspace, file)
        predict = move.predict if move.is_recognised(instruction) else rename.predict
        return predict(instruction, self.workspace, file)

    def _moved(self, moves: Moves, paths: frozenset[str]) -> dict[str, Prediction]:
        for to in moves.requested.values():
            path_in(self._root, to)
        made = file_moves.predict(moves, self.workspace, paths, self._text)
        for path in moves.files:
            if path not in self.workspace.files:  # whatever it is, its bytes stay
                self._files[path] = file_moves.source_file(self._root / path, self._root)
                made[path] = replace(made[path], body=self._files[path].document.body)
        first = next(iter(moves.files))
        made[first] = replace(made[first], remarks=tuple(file_moves.left_behind(self._root, moves)))
        return made

    def _results(
        self,
        made: Mapping[str, Prediction],
        instruction: str,
        force: frozenset[str],
        *,
        may_move: bool,
    ) -> list[FileResult]:
        results = []
        for path, prediction in sorted(made.items()):
            if prediction.like:
                results.append(self._created(path, prediction, force))
                continue
            if prediction.moved_to and not may_move:
                raise EditRefused(
                    f"{path} is called after what is renamed, and would have to be called {prediction.moved_to}: move it "
                    f"there first, or use `specedit apply`"
                )
            refuse_named(self._root, path, prediction.removed, self._max_bytes)
            read = self._file(path)
            request = EditRequest(read.document, instruction, path, force=force)
            try:
                result = settle(request, Plan((), prediction, instruction))
            except EditRefused as refusal:
                raise EditRefused(f"{path}: {refusal}") from refusal
            to = path_in(self._root, prediction.moved_to) if prediction.moved_to else None
            if result.hunks or prediction.notices or to:
                result = replace(result, remarks=prediction.notices)
                results.append(FileResult(path, read, result, prediction.moved_to, to))
        return results

    def _created(self, path: str, prediction: Prediction, force: frozenset[str]) -> FileResult:
        """A file that is yet to be made, in UTF-8, with the line endings of the one that it is like."""
        ending = line_ending(split_lines(self._file(prediction.like).document.text)[0])
        data = prediction.body.replace("\n", ending or "\n").encode()
        file = SourceFile(path_in(self._root, path), decode_document(b""))
        result = whole_files.created(path, data, force, prediction.origin)
        return FileResult(path, file, result, is_new=True)

    def _text(self, path: str) -> str:
        try:
            return self._file(path).document.body
        except EditRefused as refusal:
            self.unreadable[path] = str(refusal)
            raise

    def _file(self, path: str) -> SourceFile:
        if path not in self._files:
            self._files[path] = files.read(
                self._root / path,
                root=self._root,
                max_bytes=self._max_bytes,
                encoding=self._encoding,
            )
        return self._files[path]


def _suffixes() -> frozenset[str]:
    known = (language for language in all_languages() if rename.is_known(language))
    return frozenset(suffix for language in known for suffix in language.suffixes)
