"""Putting back what an edit has changed."""

from pathlib import Path

from specedit.editor.journal import Journal
from specedit.engine.errors import EditRefused, OutsideRoot
from specedit.service.mcp.answers import Refusal, Restored, UndoAnswer
from specedit.service.mcp.bounds import Bounds
from specedit.service.mcp.refusals import refusal_of

_NOTHING = Refusal(
    path=None,
    code="nothing_to_undo",
    reason="no edit is named, and there is none of this session that is not undone yet; with several clients each is named",
    next_step="Give the edit_id of the answer that said what was written.",
    lines=[],
    current_text=[],
    proposed_diff="",
)


def take_back(bounds: Bounds, edit_id: str | None) -> UndoAnswer:
    """Put the files of an edit back, if all of them lie within bounds.

    Raises:
        OutsideRoot: one does not; no file is touched.
    """
    if edit_id is None:
        return UndoAnswer(status="refused", edit_id=None, restored=[], refusals=[_NOTHING])
    journal = Journal()
    for run in journal.runs():
        if run.name == edit_id:
            for entry in run.entries:
                _check(entry.path, bounds)
                _check(entry.moved_to or entry.path, bounds)
    try:
        restored = journal.undo(edit_id)
    except EditRefused as refusal:
        return refused(refusal, edit_id)
    return UndoAnswer(
        status="restored" if restored else "unchanged",
        edit_id=edit_id,
        restored=[Restored(path=str(e.path), sha256=e.base_sha256) for e in restored],
        refusals=[],
    )


def refused(error: Exception, edit_id: str | None = None) -> UndoAnswer:
    """Return the answer that tells of an error: no file was touched."""
    return UndoAnswer(status="refused", edit_id=edit_id, restored=[], refusals=[refusal_of(error)])


def _check(path: Path, bounds: Bounds) -> None:
    if not bounds.has(path):
        raise OutsideRoot(
            f"that edit changed {path}, which is outside of what may be edited: {bounds}"
        )
