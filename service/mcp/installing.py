"""The configuration of a client: shown, or merged into its file in a way that can be undone."""

from collections.abc import Sequence
from pathlib import Path

from specedit.editor.changes import Create, FileChange, Write
from specedit.editor.journal import Journal
from specedit.editor.transaction import write_all
from specedit.edits import files
from specedit.edits.document import Document
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.service.mcp.clients import CLIENTS, ClientConfig

_MOST_BYTES = 1 << 22


def shown(client: str, command: Sequence[str], project: Path) -> tuple[Path, str]:
    """Return the file that a client reads, and what a new one would say."""
    config = _config(client)
    return config.file(project), config.whole(command)


def write(client: str, command: Sequence[str], project: Path) -> tuple[Path, str | None]:
    """Put a server into a client's file; return the file, and what undoes it, None if it has it already.

    Raises:
        EditRefused: the file is not understood, or has another server of that name.
    """
    config = _config(client)
    path = config.file(project.resolve()).resolve()
    try:
        change = _change(config, path, command)
    except EditRefused as refusal:
        raise EditRefused(
            f"{path}: {refusal}; nothing was written. Put there by hand what --install {client} shows"
        ) from refusal
    if change is None:
        return path, None
    journal = Journal()
    write_all([change], journal)
    return path, journal.run_name


def _config(client: str) -> ClientConfig:
    if client not in CLIENTS:
        raise InvalidRequest(f"no client '{client}' is known; known: {', '.join(CLIENTS)}")
    return CLIENTS[client]


def _change(config: ClientConfig, path: Path, command: Sequence[str]) -> FileChange | None:
    if not path.exists():
        return Create(path, config.whole(command).encode())
    document = files.read(path, root=path.parent, max_bytes=_MOST_BYTES).document
    text = config.with_entry(document.text, command)
    if text == document.text:
        return None
    data = Document(document.data, document.bom, document.encoding)
    return Write(path, data.data, document.bom + text.encode(document.encoding))
