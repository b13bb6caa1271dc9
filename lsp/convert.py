"""Our records as types of the protocol: edits with versions, hunks to confirm, plain values of custom requests."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from specedit.edits.document import Hunk
from specedit.edits.text import TextEdit
from specedit.engine.errors import EditRefused
from specedit.lsp.documents import Snapshot


def plain(value: Any) -> Any:
    """Return what a client sent in a custom request as dicts, lists and values."""
    if hasattr(value, "_asdict"):  # how pygls gives objects that it has no type for
        value = value._asdict()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def path_of(uri: str) -> Path | None:
    """Return the path of a file's URI, None for what is no file."""
    parts = urlsplit(uri)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def range_of(snapshot: Snapshot, edit: TextEdit) -> types.Range:
    """Return the range of an edit."""
    start, end = snapshot.position(edit.start), snapshot.position(edit.end)
    return types.Range(types.Position(*start), types.Position(*end))


def can_review(capabilities: types.ClientCapabilities) -> bool:
    """Return whether the client has hunks confirmed one by one."""
    can = capabilities.workspace.workspace_edit if capabilities.workspace else None
    return (
        can is not None
        and can.document_changes is not False
        and can.change_annotation_support is not None
    )


def workspace_edit(
    snapshot: Snapshot,
    edits: Sequence[TextEdit],
    client: types.InitializeParams,
    label: str,
    *,
    review: bool = False,
) -> types.WorkspaceEdit:
    """Return edits of a document as a client that introduced itself so takes them.

    With the document's version wherever the client handles one. `review`: each hunk is for the user to confirm, which
    takes a client that can.
    """
    workspace = client.capabilities.workspace
    can = workspace.workspace_edit if workspace else None
    if can is not None and can.document_changes is False:
        changes = [types.TextEdit(range_of(snapshot, edit), edit.new_text) for edit in edits]
        return types.WorkspaceEdit(changes={snapshot.uri: changes})
    version = max(snapshot.version, _first_version(client))
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, version)
    if not review:
        plain_edits = [types.TextEdit(range_of(snapshot, edit), edit.new_text) for edit in edits]
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, plain_edits)])
    annotations = {
        f"hunk {number}": types.ChangeAnnotation(
            f"{label}, hunk {number}", needs_confirmation=True, description=_short(edit.new_text)
        )
        for number, edit in enumerate(edits, 1)
    }
    annotated = [
        types.AnnotatedTextEdit(name, range_of(snapshot, edit), edit.new_text)
        for name, edit in zip(annotations, edits, strict=True)
    ]
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(document, annotated)],
        change_annotations=annotations,
    )


def edit_of_documents(
    parts: Iterable[tuple[Snapshot, Sequence[TextEdit], bool]],
    client: types.InitializeParams,
    moves: Mapping[str, str] | None = None,
) -> types.WorkspaceEdit:
    """Return edits of several documents, each with whether it is open: such a one with its version, if the client can.

    `moves`: the URIs of files that get others once they are edited.

    Raises:
        EditRefused: the client cannot move files.
    """
    workspace = client.capabilities.workspace
    can = workspace.workspace_edit if workspace else None
    if can is None or not can.document_changes:
        _refuse_moves(moves or {})
        plain_changes = {
            snapshot.uri: [types.TextEdit(range_of(snapshot, e), e.new_text) for e in edits]
            for snapshot, edits, _ in parts
        }
        return types.WorkspaceEdit(changes=plain_changes)
    if types.ResourceOperationKind.Rename not in (can.resource_operations or ()):
        _refuse_moves(moves or {})
    return types.WorkspaceEdit(
        document_changes=[
            *(
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(
                        snapshot.uri,
                        max(snapshot.version, _first_version(client)) if is_open else None,
                    ),
                    [types.TextEdit(range_of(snapshot, e), e.new_text) for e in edits],
                )
                for snapshot, edits, is_open in parts
            ),
            *(types.RenameFile(old, new) for old, new in (moves or {}).items()),
        ]
    )


def _refuse_moves(moves: Mapping[str, str]) -> None:
    for old, new in moves.items():
        raise EditRefused(
            f"{old} would have to be called {new}, and this client cannot rename files in an edit (resourceOperations); use "
            "`specedit apply`"
        )


def _first_version(client: types.InitializeParams) -> int:
    """The version to send instead of 0.

    Neovim puts an edit for version 0 into whatever its buffer has become since; its versions go from 0 to a count that
    is never less than 2.
    """
    return 1 if client.client_info and client.client_info.name == "Neovim" else 0


def hunk(snapshot: Snapshot, one: Hunk) -> dict[str, Any]:
    """Return a hunk of the document's bytes as a TextEdit in JSON."""
    data = snapshot.document.data
    start = len(data[: one.start].decode("utf-8"))
    edit = TextEdit(start, start + len(one.old.decode("utf-8")), one.new.decode("utf-8"))
    at = range_of(snapshot, edit)
    ends = {
        name: {"line": position.line, "character": position.character}
        for name, position in (("start", at.start), ("end", at.end))
    }
    return {"range": ends, "newText": edit.new_text}


def _short(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= 80 else f"{line[:79]}…"
