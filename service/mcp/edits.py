"""The tools' work: the same plans, gate, transaction and journal as the command line's, one call after the other."""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from specedit.editor.config import Config
from specedit.editor.edit import check_result
from specedit.editor.editor import Editor, finish
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.settled import settle_or_ask
from specedit.editor.uses import refuse_used
from specedit.edits.definition_moves import move as definition_move
from specedit.edits.document import sha256
from specedit.edits.moves import move_request
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace import callers, rename
from specedit.edits.workspace.instruction import asks_for_rename
from specedit.engine.errors import EditRefused, SpeceditError
from specedit.models import store
from specedit.service.mcp import symbols
from specedit.service.mcp.answers import EditAnswer, Refusal
from specedit.service.mcp.author_calls import AuthorCalls
from specedit.service.mcp.bounds import FilePlace
from specedit.service.mcp.call import Refused, ToolCall, check_texts
from specedit.service.mcp.edited import Edited, described, edited
from specedit.service.mcp.patched import PatchedFiles
from specedit.service.mcp.refusals import disagreement, refusal_of, stale
from specedit.service.mcp.workspace import by_instruction, by_move, edit_workspace
from specedit.service.mcp.writing import write

_REMEMBERED = 32  # texts that clients may know, to tell what has changed since


class Edits:
    """Edits files within bounds. The model is opened by the first edit that syntax does not settle."""

    def __init__(
        self, config: Config, open_editor: Callable[[], Editor], authors: AuthorCalls | None
    ) -> None:
        self._config, self._open_editor, self._authors = config, open_editor, authors
        self._editor: Editor | None = None
        self._texts: OrderedDict[str, str] = OrderedDict()

    def edit_file(
        self,
        call: ToolCall,
        path: str,
        base: str | None,
        *,
        instruction: str = "",
        snippet: str | None = None,
        patch: str | None = None,
    ) -> EditAnswer:
        """Edit one file; `base`: the hash of what the client has read of it, if it says so."""

        def edit() -> list[Edited]:
            check_texts(path, instruction, snippet or "", patch or "")
            place = self._read(call, path, base)
            request = EditRequest(place.file.document, instruction, place.path, snippet, patch)
            return [edited(place, self._result(call, place, request))]

        return self._answer(call, edit)

    def patch(self, call: ToolCall, patch: str) -> EditAnswer:
        """Do what a patch does with all files that it names, or with none."""

        def edit() -> list[Edited]:
            check_texts(patch)
            return PatchedFiles(call.bounds, partial(self._result, call)).make(patch)

        return self._answer(call, edit)

    def replace(
        self, call: ToolCall, path: str, base: str | None, edits: Sequence[tuple[str, str, bool]]
    ) -> EditAnswer:
        """Replace texts in one file; `edits`: the old one, the new one, and whether wherever it stands."""
        given = [
            {"old_string": old, "new_string": new, "replace_all": everywhere}
            for old, new, everywhere in edits
        ]
        return self.edit_file(call, path, base, patch=json.dumps(given))

    def rename(
        self, call: ToolCall, path: str | None, name: str | None, new_name: str, line: int | None
    ) -> EditAnswer:
        """Rename a symbol in all files of a root; in the one that declares it where its language has no modules."""
        place: FilePlace | None = None

        def edit() -> list[Edited]:
            nonlocal place
            place = call.bounds.read(path) if path else None
            instruction = symbols.instruction(place, name, new_name, line)
            if place is not None and not self._is_known(place.path):
                request = EditRequest(place.file.document, instruction, place.path)
                return [edited(place, self._result(call, place, request))]
            root = place.root if place else call.bounds.only()
            file = place.path if place else None
            return edit_workspace(call, root, by_instruction(instruction, file))

        return self._answer(call, edit, lambda: place)

    def move(self, call: ToolCall, path: str, new_path: str) -> EditAnswer:
        """Move a file or a folder, and change what names it in all files of its root."""

        def edit() -> list[Edited]:
            check_texts(path, new_path)
            root, old = call.bounds.find(path)
            new = call.bounds.find_in(root, new_path)
            return edit_workspace(call, root, by_move(old, new))

        return self._answer(call, edit)

    def refactor(self, call: ToolCall, path: str, base: str | None, instruction: str) -> EditAnswer:
        """Carry out an instruction: in one file, or in all of its root if it moves or renames, or changes callers."""
        moves = definition_move.is_recognised(instruction) or move_request.is_certain(instruction)
        renames = self._is_known(path) and asks_for_rename(instruction)

        def edit() -> list[Edited]:
            check_texts(path, instruction)
            place = self._read(call, path, base)
            file, request = place.path, EditRequest(place.file.document, instruction, place.path)
            try:
                if moves or renames or callers.is_recognised(instruction):
                    return edit_workspace(call, place.root, by_instruction(instruction, file))
            except EditRefused:
                if moves:  # callers in other files may be none, or are refused again
                    raise
            return [edited(place, self._result(call, place, request))]

        return self._answer(call, edit)

    def _is_known(self, path: str) -> bool:
        """Whether the file's symbols are renamed over a workspace, by syntax alone."""
        return self._config.accept in ("auto", "syntax", "trust") and rename.is_known(
            language_of(path)
        )

    def _result(self, call: ToolCall, place: FilePlace, request: EditRequest) -> EditResult:
        """The edit of one file.

        Raises:
            Refused: it is refused, or the model objects.
        """
        call.watch.check(f"editing {place.path}")
        text = next(iter(request.given.values()), "")
        try:
            result = settle_or_ask(
                request,
                self._config.accept,
                partial(self._by_model, call, request),
                can_write=store.can_write(self._config.model, self._config.engine),
                check_others=partial(self._refuse_used, call, place),
                write=partial(self._authors.write, call.watch) if self._authors else None,
                work=call.work,
            )
            if result.refusal is not None:
                raise result.refusal
        except SpeceditError as error:
            body = request.document.body
            raise Refused(refusal_of(error, place.path, body, text)) from error
        if result.status == "disagreed":
            raise Refused(disagreement(result, place.path))
        return replace(result, remarks=result.notes)

    def _refuse_used(self, call: ToolCall, place: FilePlace, made: Prediction) -> tuple[str, ...]:
        """Refuse to take out, to break or to rename what other files of the workspace use."""
        where = place.root.folder, place.file.path
        return call.work(partial(refuse_used, *where, made, call.bounds.max_bytes))

    def _by_model(self, call: ToolCall, request: EditRequest, planned: Plan) -> EditResult:
        if self._editor is None:
            call.watch.check("loading the model")
            self._editor = self._open_editor()
        events = self._editor.edit(request, planned, check=partial(_check, call))
        return finish(events, call.watch.advance)

    def _answer(
        self,
        call: ToolCall,
        edit: Callable[[], list[Edited]],
        about: Callable[[], FilePlace | None] = lambda: None,
    ) -> EditAnswer:
        """Make an edit and write it; `about`: the file that a refusal of the whole is about, once it is read."""
        try:
            files = edit()
            for each in files:
                self._remember(each.result)
            changed = [each for each in files if each.change is not None]
            if not changed or call.dry_run:
                return EditAnswer(
                    status="dry_run" if changed else "unchanged",
                    files=described(files),
                    refusals=[],
                    edit_id=None,
                )
            call.watch.check("writing")
            edit_id = write(changed)
        except Refused as ended:
            return _refused(*ended.refusals)
        except OSError as error:  # as of a name that is too long for the disk
            return refused(EditRefused(f"{error.filename or 'a file'}: {error.strerror}"))
        except SpeceditError as error:
            place = about()
            if place is None:
                return refused(error)
            return _refused(refusal_of(error, place.path, place.file.document.body))
        return EditAnswer(status="written", files=described(files), refusals=[], edit_id=edit_id)

    def _read(self, call: ToolCall, path: str, base: str | None) -> FilePlace:
        """Read a file, unless it is not what the client has read."""
        place = call.bounds.read(path)
        if base is not None and base.strip().lower() != place.file.document.sha256:
            known = self._texts.get(base.strip().lower())
            raise Refused(stale(place.path, known, place.file.document.data))
        return place

    def _remember(self, result: EditResult | None) -> None:
        if result is None:
            return
        for document_hash, body in (
            (result.document.sha256, result.document.body),
            (sha256(result.data), result.body),
        ):
            self._texts[document_hash] = body
            self._texts.move_to_end(document_hash)
        while len(self._texts) > _REMEMBERED:
            self._texts.popitem(last=False)


def _check(call: ToolCall, *result: Any) -> None:
    """Refuse a result that cannot be trusted; see `check_result`."""
    call.work(partial(check_result, *result))


def refused(error: Exception) -> EditAnswer:
    """Return the answer that tells of an error: no file was touched."""
    return _refused(refusal_of(error))


def _refused(*refusals: Refusal) -> EditAnswer:
    return EditAnswer(status="refused", files=[], refusals=[*refusals], edit_id=None)
