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
    """Do what is to be done with files, all or nothing, and return what the run is called.

    Raises:
        Refused: one has changed since it was read.
        EditRefused: as of `write_all`.
    """
    journal = Journal()
    try:
        write_all([each.change for each in edited if each.change is not None], journal)
    except StaleBase as error:
        refusals = [*filter(None, map(_stale, edited))]
        raise (Refused(*refusals) if refusals else error) from error
    name = journal.run_name
    assert name is not None
    return name


def _stale(edited: Edited) -> Refusal | None:
    """What is told of a file that is not what it was when it was read."""
    before = edited.before
    if before is None or edited.change is None:
        return None
    try:
        current = files.content(edited.change.path)
    except (OSError, EditRefused) as error:
        return refusal_of(EditRefused(f"cannot read it any more: {error}"), edited.path)
    known = edited.result.document.body if edited.result else None
    return None if current == before else stale(edited.path, known, current)
