"""Several files written together: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specedit.editor.journal import Journal
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Change:
    """What one file is to become. `path` is one that `files.read` returned."""

    path: Path
    before: bytes
    after: bytes


def write_all(changes: Sequence[Change], journal: Journal) -> list[Path]:
    """Write all files, and return those that were written in place; what fails leaves all of them as they were.

    They are one run of `journal`, so that one undo takes them back, also where we are killed in between.

    Raises:
        EditRefused: a file is not what it was when it was read, or cannot be written. If what was written before it
            cannot be taken back either, the message says how to do that.
    """
    for change in changes:
        _check_unchanged(change)
    in_place: list[Path] = []
    try:
        for change in changes:
            with journal.recording(change.path, change.before, change.after):
                base = sha256(change.before)
                if not files.write(change.path, change.after, base_sha256=base):
                    in_place.append(change.path)
    except BaseException as error:
        _take_back(journal, error)
        raise
    return in_place


def _check_unchanged(change: Change) -> None:
    try:
        current = files.content(change.path)
    except OSError as error:
        raise EditRefused(
            f"cannot read {change.path}: {error.strerror}; nothing was written"
        ) from error
    if current != change.before:
        raise EditRefused(f"{change.path} has changed since it was read; nothing was written")


def _take_back(journal: Journal, error: BaseException) -> None:
    try:
        journal.take_back()
    except EditRefused as refusal:
        raise EditRefused(
            f"{error}; some files are written already, and cannot be taken back: {refusal}"
        ) from error
