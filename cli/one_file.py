"""One file through an editor or a server: read, edited, and written. Whatever happens to it, the others go on."""

import argparse
import errno
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from specedit.cli.options import author_from
from specedit.cli.outcome import DEBUG, Outcome, unexpected
from specedit.cli.render import Screen
from specedit.cli.shared_server import SharedServer
from specedit.editor.editor import Editor, finish
from specedit.editor.journal import Journal
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult, Status
from specedit.editor.settled import settle_or_ask
from specedit.editor.uses import refuse_used
from specedit.edits import files
from specedit.edits.document import Document, apply_hunks, decode_document
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.workspace.listing import root_of
from specedit.engine.errors import (
    EditRefused,
    NotUnderstood,
    SpeceditError,
    SymbolNotFound,
    TargetError,
    Unavailable,
)
from specedit.models import store

if TYPE_CHECKING:
    from specedit.editor.author import Written
    from specedit.service.client import Client

    Engine = Editor | SharedServer | Client

_FAULTS = frozenset(
    {
        errno.EIO,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EFBIG,
        errno.ENOMEM,
        errno.EMFILE,
        errno.ENFILE,
    }
)


class _Failed(Exception):
    """The target is there, but has failed with this file."""


class OneFile:
    """Edits files, one at a time, as the options say. `inputs` is what is asked for, `open_editor` who does it.

    `only_looks`: nothing is written, whatever the options say.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        inputs: dict[str, Any],
        open_editor: "Callable[[], Engine]",
        screen: Screen,
        *,
        only_looks: bool = False,
    ) -> None:
        self._options, self._inputs, self._open_editor = options, inputs, open_editor
        self._screen, self._journal = screen, Journal()
        self._author = author_from(options)
        self._only_looks = bool(only_looks or options.diff or options.check or options.emit)
        for problem in self._journal.repair():
            screen.note(problem)

    def edit(self, path: str) -> Outcome:
        """Return what became of a file.

        Raises:
            InvalidRequest, TargetError: no file can be edited so.
        """
        shown = (self._options.stdin_filename or "stdin") if path == "-" else path
        try:
            document, real = self._read(path)
        except EditRefused as refusal:
            return Outcome(shown, _status_of(refusal), str(refusal))
        except OSError as error:
            return Outcome(shown, "error", f"cannot read: {error.strerror or error}")
        if document.encoding_guessed:
            self._screen.note(f"{shown}: read as {document.encoding}, a guess; --encoding says it")
        base = document.sha256
        request = EditRequest(document, path=shown, **self._inputs)
        try:
            return self._edited(request, real)
        except EditRefused as refusal:
            lacks = _lacks(refusal, request)
            reason = f"{refusal}{self._who_could(refusal, request)}"
            return Outcome(shown, _status_of(refusal), reason, base, lacks_symbol=lacks)
        except _Failed as failed:
            return Outcome(shown, "error", str(failed), base)
        except OSError as error:
            return Outcome(shown, "error", error.strerror or str(error), base)
        except SpeceditError:
            raise
        except Exception as error:  # a bug, which is to harm this file's edit only
            if os.environ.get(DEBUG):
                traceback.print_exc()
            return Outcome(shown, "error", unexpected(error), base)

    def _read(self, path: str) -> tuple[Document, Path | None]:
        most = self._options.max_bytes
        if path != "-":
            root, encoding = self._options.root, self._options.encoding
            source = files.read(Path(path), root=root, max_bytes=most, encoding=encoding)
            return source.document, source.path
        data = sys.stdin.buffer.read(most + 1)
        if len(data) > most:
            raise EditRefused(f"stdin has more than --max-bytes {most} bytes")
        name = self._options.stdin_filename or ""
        return decode_document(data, self._options.encoding, path=name), None

    def _edited(self, request: EditRequest, real: Path | None) -> Outcome:
        document, shown, base = request.document, request.path, request.document.sha256
        result = self._result(request, real)
        if result.status in ("refused", "disagreed"):
            lacks = _lacks(result.refusal, request)
            return Outcome(
                shown, result.status, result.reason, base, result=result, lacks_symbol=lacks
            )
        hunks, data, reason = result.hunks, result.data, result.reason
        if self._options.interactive and hunks:
            hunks = self._screen.ask(shown, document, hunks)
            data = apply_hunks(document.data, hunks)
            reason = "" if hunks else "no hunk was chosen"
        writes = real is not None and bool(hunks) and not self._only_looks
        if real is not None and writes:
            with uninterrupted(), self._journal.recording(real, document.data, data):
                if not files.write(real, data, base_sha256=base):
                    self._screen.note(f"{shown}: written in place, to keep its links and owner")
        status: Status = "changed" if hunks else "unchanged"
        return Outcome(shown, status, reason, base, writes, result, hunks, data)

    def _result(self, request: EditRequest, real: Path | None) -> EditResult:
        """The result of one edit. What syntax alone settles or refuses needs no model to be loaded."""
        if self._options.server:
            return self._by_model(request)
        return settle_or_ask(
            request,
            self._options.accept,
            partial(self._by_model, request),
            can_write=store.can_write(self._options.model, self._options.engine),
            check_others=partial(self._refuse_used, request, real),
            write=self._written if self._author else None,
        )

    def _by_model(self, request: EditRequest, planned: Plan | None = None) -> EditResult:
        opened = self._open_editor()
        try:
            with self._screen.progress(request.path) as advance:
                if isinstance(opened, Editor | SharedServer):
                    return finish(opened.edit(request, planned), advance)
                return finish(opened.edit(request), advance)
        except Unavailable:
            raise
        except TargetError as error:
            raise _Failed(str(error)) from error

    def _written(self, request: EditRequest) -> "Written":
        """What the author writes."""
        assert self._author is not None
        try:
            with self._screen.status(f"{request.path}: {self._options.author} writes"):
                return self._author(request)
        except Unavailable:
            raise
        except TargetError as error:
            raise _Failed(str(error)) from error

    def _who_could(self, refusal: EditRefused, request: EditRequest) -> str:
        """How a chat server that runs here is asked for what nothing understands, if there is one."""
        asks_none = self._author or self._options.server or self._options.accept == "syntax"
        if asks_none or not isinstance(refusal, NotUnderstood):
            return ""
        from specedit.cli import author_lines  # with an HTTP client

        line = author_lines.line(request.path, request.instruction)
        return f". One that runs here is asked by: {line}" if line else ""

    def _refuse_used(
        self, request: EditRequest, path: Path | None, made: Prediction
    ) -> tuple[str, ...]:
        """Refuse to take out, to break or to rename what other files of the workspace use."""
        if path is None or "uses" in request.force:
            return ()
        given: Path = self._options.root
        root = given.resolve() if given != Path() else root_of(path.parent)
        return refuse_used(root, path, made, self._options.max_bytes)


def _status_of(refusal: EditRefused) -> Literal["refused", "error"]:
    """Whether an edit was refused, or the disk or the system has failed under it."""
    cause = refusal.__cause__
    return "error" if isinstance(cause, OSError) and cause.errno in _FAULTS else "refused"


def _lacks(refusal: EditRefused | None, request: EditRequest) -> bool:
    """Whether a file was refused for a symbol that it has nothing of: no member or import of that name either."""
    if not isinstance(refusal, SymbolNotFound):
        return False
    language, name = language_of(request.path), re.split(r"\W+", refusal.name)[-1]
    body = request.document.body
    if language is None or not language.has_operations:
        return name not in re.findall(r"\w+", body)
    source = Source(body, language)
    return all(source.code(node) != name for node in source.identifiers)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until a file is written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
