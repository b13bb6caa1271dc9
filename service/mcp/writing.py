"""Edits written to disk, all or none; and what is told where a file has changed meanwhile."""

from collections.abc import Sequence

from specedit.editor.journal import Journal
from specedit.editor.transaction import write_all
from specedit.edits import files
from specedit.engine.errors import EditRefused, StaleBase
from specedit.service.mcp.answers import Refusal
from specedit.service.mcp.call import Refused
from specedit.service.mcp.edited import Edited
from specedit.service.mcp.refusals import refusal_of, stale


def write(edited: Sequence[Edited]) -> str:
    """Write files, all or none, and return what the run is called.

    Raises:
        Refused: one has changed since it was read.
    """
    journal = Journal()
    try:
        write_all([each.change for each in edited], journal)
    except StaleBase as error:
        refusals = [*filter(None, map(_stale, edited))]
        raise (Refused(*refusals) if refusals else error) from error
    name = journal.run_name
    assert name is not None
    return name


def _stale(edited: Edited) -> Refusal | None:
    """What is told of a file that is not what it was when it was read."""
    before = edited.file.document
    try:
        current = files.content(edited.file.path)
    except (OSError, EditRefused) as error:
        return refusal_of(EditRefused(f"cannot read it any more: {error}"), edited.path)
    return None if current == before.data else stale(edited.path, before.body, current)
