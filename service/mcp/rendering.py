"""Answers as text: what an agent reads first, and all that clients show which know no structured output."""

from collections.abc import Iterator

from specedit.service.mcp.answers import EditAnswer, FileChange, Refusal, UndoAnswer

_DONE = {"changed": "Wrote", "created": "Created", "deleted": "Deleted", "moved": "Moved"}
_WOULD = {
    "changed": "Would write",
    "created": "Would create",
    "deleted": "Would delete",
    "moved": "Would move",
}


def text_of(answer: EditAnswer | UndoAnswer) -> str:
    """Return what was done, or why nothing was and what to do next."""
    if isinstance(answer, UndoAnswer):
        return "\n".join(_undone(answer))
    return "\n".join([*_edited(answer), *_refused(answer.refusals)])


def _edited(answer: EditAnswer) -> Iterator[str]:
    if answer.status == "unchanged":
        yield "Nothing to change, nothing was written."
    if answer.status == "dry_run":
        yield "Dry run, nothing was written."
    for file in answer.files:
        if file.status == "unchanged":
            yield f"{file.path}: unchanged"
        else:
            verb = (_WOULD if answer.status == "dry_run" else _DONE)[file.status]
            to = f" to {file.moved_to}" if file.moved_to is not None else ""
            sha256 = f", sha256 {file.sha256_after}" if file.sha256_after is not None else ""
            yield f"{verb} {file.path}{to}: {_counts(file)}{sha256}"
        yield from (f"  note: {remark}" for remark in file.remarks)
    for file in answer.files:
        yield file.diff
        if file.diff_is_cut:
            yield f"(the rest of the diff of {file.path} is not shown)"
    if answer.edit_id is not None:
        yield f'undo(edit_id="{answer.edit_id}") takes this back.'


def _counts(file: FileChange) -> str:
    count = len(file.hunks)
    return f"{count} hunk{'s' * (count != 1)}, decided by {file.decided_by}"


def _undone(answer: UndoAnswer) -> Iterator[str]:
    if answer.status == "unchanged":
        yield "The files are as they were before that edit already."
    for file in answer.restored:
        what = f"Restored {file.path}, sha256 {file.sha256}"
        yield what if file.sha256 is not None else f"Removed {file.path}, which the edit had made"
    yield from _refused(answer.refusals)


def _refused(refusals: list[Refusal]) -> Iterator[str]:
    if refusals:
        yield "Nothing was written, in no file."
    for refusal in refusals:
        where = f"{refusal.path}: " if refusal.path else ""
        yield f"{where}{refusal.code}: {refusal.reason}"
        if refusal.proposed_diff:
            yield f"Held back:\n{refusal.proposed_diff}"
        for excerpt in refusal.current_text:
            last = excerpt.first_line + excerpt.text.count("\n") - 1
            yield f"{excerpt.path}, lines {excerpt.first_line} to {last}, as they are:\n{excerpt.text}"
        yield f"Next: {refusal.next_step}"
