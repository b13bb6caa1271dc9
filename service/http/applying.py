"""An edit that a client asks for, as the engine takes it, and what comes of it as the client reads it."""

from dataclasses import replace

from specedit.editor.config import Config
from specedit.editor.result import EditRequest, EditResult
from specedit.edits.document import decode_document
from specedit.edits.syntax.languages import language_of
from specedit.edits.text import with_line_feeds
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.service.convert import known_checks
from specedit.service.http.errors import Disagreed, TooLarge
from specedit.service.http.models import APPLY, Purpose
from specedit.service.http.shapes import ChangeRequest
from specedit.service.http.updates import file_of, is_patch
from specedit.service.http.wire import BadField, Extension


def edit_request(change: ChangeRequest, extension: Extension, most_bytes: int) -> EditRequest:
    """Return the request for an edit of `asked.code`.

    Raises:
        InvalidRequest: the file is too large, or no text that can be written as UTF-8.
        EditRefused: it cannot be edited.
    """
    try:
        data = change.code.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest(
            f"the file has {error.object[error.start]!r}, half of a character, at {error.start}"
        ) from error
    if len(data) > most_bytes:
        raise TooLarge(f"the file has {len(data)} bytes; at most {most_bytes} are edited at once")
    labelled = f"file.{change.label}"
    path = extension.path or (labelled if language_of(labelled) else "")
    snippet = None if change.snippet is None else with_line_feeds(change.snippet)
    patch = snippet if snippet is not None and is_patch(snippet, change.code) else None
    if patch is not None:
        snippet, path = None, path or file_of(patch)
    return EditRequest(
        decode_document(data, "utf-8", path=path),
        change.instruction,
        path,
        snippet=snippet,
        patch=patch,
        scope=extension.scope,
        force=known_checks(extension.force),
    )


def config_with(extension: Extension, use: Purpose, config: Config) -> Config:
    """Return how the edit is made.

    Raises:
        BadField: the model asks no model, and is to accept what another has judged.
    """
    if use is not Purpose.SYNTAX:
        return replace(config, accept=extension.accept) if extension.accept else config
    if extension.accept not in (None, "syntax", "trust"):
        raise BadField("specedit.accept", f"'{extension.accept}' is for the model {APPLY}")
    return replace(config, accept=extension.accept or "syntax")


def text_of(result: EditResult, change: ChangeRequest) -> str:
    """Return the edited file in the client's dress.

    Raises:
        Disagreed: the model has vetoed it.
        EditRefused: the dress could not be taken off again.
    """
    if result.status == "disagreed":
        raise Disagreed(result)
    text, dress = result.data.decode(), change.dress
    if dress.forbidden and dress.forbidden in text:
        raise EditRefused(
            f"the file has {dress.forbidden} in it, at which you would take it to end; ask for it without such tags"
        )
    return f"{dress.before}{text}{dress.after}"
