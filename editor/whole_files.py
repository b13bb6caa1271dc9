"""Files that are made, removed or only moved as results of an edit: what is shown of them, and what the gate says of a new one."""

from collections.abc import Sequence
from dataclasses import replace

from specedit.editor.result import EditResult
from specedit.editor.stats import Tally
from specedit.edits import safety
from specedit.edits.document import Hunk, decode_document
from specedit.edits.safety import Wording
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused


def created(
    path: str, data: bytes, force: frozenset[str] = frozenset(), operation: str = "patch"
) -> EditResult:
    """Return the result that makes a file hold `data`.

    Raises:
        EditRefused: it is not text.
        UnsafeEdit: it does not parse, and `force` does not have it so.
    """
    body = decode_document(data, path=path).body
    safety.check("", body, language_of(path, body), Wording("", body), force)
    return replace(_result(b"", body, data), operation=operation)


def deleted(path: str, data: bytes) -> EditResult:
    """Return the result of removing a file that holds `data`.

    Raises:
        EditRefused: it is not text, so that there is nothing to show.
    """
    decode_document(data, path=path)
    return _result(data, "", b"")


def kept(path: str, data: bytes) -> EditResult:
    """Return the result of leaving all lines of a file, which is moved or gets another mode.

    Raises:
        EditRefused: it is not text.
    """
    body = decode_document(data, path=path).body
    return _result(data, body, data)


def check_deleted(before: bytes, deleted: Sequence[str], encoding: str | None = None) -> None:
    """Refuse to delete a file that holds anything else than the patch shows; `encoding` as of `decode_document`.

    Raises:
        EditRefused: it does.
    """
    lines = decode_document(before, encoding).body.split("\n")[:-1]
    if lines != list(deleted):
        pairs = enumerate(zip(lines, deleted, strict=False), 1)
        row = next(
            (n for n, (line, shown) in pairs if line != shown), min(len(lines), len(deleted)) + 1
        )
        raise EditRefused(
            f"the patch deletes it, and shows {len(deleted)} lines; the file has {len(lines)}, and line {row} is another: "
            "it has changed since the patch was made"
        )


def _result(before: bytes, body: str, data: bytes) -> EditResult:
    hunks = (Hunk(0, len(before), before, data, 1),) if before != data else ()
    return EditResult(
        document=decode_document(before) if before != data else decode_document(data),
        model="",
        status="changed",
        reason="",
        operation="patch",
        body=body,
        data=data,
        hunks=hunks,
        stats=Tally().stats(),
    )
