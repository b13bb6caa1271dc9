"""Several files edited, created, deleted and moved together: all of it is done, or nothing.

changes = [Move(old, new, data, edited_data), Change(importer, before, after), Create(test, b"...")]
write_all(changes, Journal())  # one `specedit undo` takes all of it back
"""

from collections.abc import Sequence
from pathlib import Path

from specedit.editor._transaction_steps import steps_of
from specedit.editor.changes import Create, Delete, FileChange, Move, Write
from specedit.editor.journal import Journal

__all__ = ["Create", "Delete", "FileChange", "Move", "Write", "check_all", "write_all"]


def write_all(changes: Sequence[FileChange], journal: Journal) -> list[Path]:
    """Do all changes, and return the files that were written in place; what fails leaves all of them as they were.

    The order of the changes does not matter: a file may go where another one of them is deleted or moved away, and two may
    change places. They are one run of `journal`, so that one undo takes them back. Where we are killed in between, the
    journal's `repair` does.

    Raises:
        EditRefused: a file is not what it was when it was read, something is where a file is to go, two changes are for the
            same file, or one cannot be written. If what was written before it cannot be taken back either, the message
            says how to do that.
    """
    return [step.path for step in journal.make_all(steps_of(changes))]


def check_all(changes: Sequence[FileChange]) -> None:
    """See that all changes can be done together, as far as that is to be seen without doing them.

    Raises:
        EditRefused: as `write_all`.
    """
    steps_of(changes)
