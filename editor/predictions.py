"""What a request is predicted to make of its file, before any target has seen it."""

from dataclasses import replace

from specedit.editor.result import EditRequest
from specedit.edits import operations, ops, patch, plain_text
from specedit.edits.prediction import Note, Prediction
from specedit.edits.syntax.source import Source
from specedit.edits.text import (
    changed_lines,
    ended,
    line_by_line,
    split_lines,
    with_line_feeds,
)
from specedit.engine.errors import EditRefused, InvalidRequest


def predict(request: EditRequest, source: Source | None) -> Prediction | None:
    """Return what the request gives, or what an operation makes of its instruction; None where none recognises it.

    Raises:
        InvalidRequest: nothing is asked for, or two things at once.
        EditRefused: what is asked for does not fit the file.
    """
    body, given = request.document.body, request.given
    if len(given) > 1:
        raise InvalidRequest(f"{' and '.join(given)} were given; give one of them")
    if not given and not request.instruction.strip():
        raise InvalidRequest("the instruction is empty; say what to change")
    if request.snippet is not None:
        from specedit.edits import snippet  # with numpy, which takes longer to load than most edits

        language = source.language if source else None
        return snippet.place(body, request.snippet, language, request.instruction, request.path)
    if request.patch is not None:
        return patch.place(body, request.patch, request.path)
    if request.ops is not None:
        text = ended(with_line_feeds(ops.apply_ops(request.document.text, request.ops)))
        return _with_diff_notes(Prediction("ops", text, certain=True), body)
    if request.prediction is not None:
        text = ended(with_line_feeds(request.prediction))
        hint = Prediction("prediction", text, hint=True)
        if not request.instruction.strip():
            return _with_diff_notes(hint, body)
        if text != body:
            return hint
        # It hints at nothing: the instruction stands.
    made = operations.predict(request.instruction, source) if source is not None else None
    return made or plain_text.predict(request.instruction, body, request.path)


def within(prediction: Prediction, body: str, bounds: tuple[int, int]) -> Prediction:
    """Return the prediction with its changes of the lines [first, last) alone.

    Raises:
        EditRefused: there are none, or others, and the caller has written the edit out.
    """
    old, new = split_lines(body), split_lines(prediction.body)
    first, last = bounds
    parts: list[str] = []
    at = 0
    for i1, i2, j1, j2 in line_by_line(changed_lines(old, new)):
        inside = first <= i1 and i2 <= last
        if not inside and prediction.notes:
            raise EditRefused(
                f"the edit changes line {i1 + 1}, outside of lines {first + 1} to {last}"
            )
        parts += [*old[at:i1], *(new[j1:j2] if inside else old[i1:i2])]
        at = i2
    kept = "".join([*parts, *old[at:]])
    if kept == body != prediction.body:
        lines = ", ".join(str(i1 + 1) for i1, *_ in [*changed_lines(old, new)][:10])
        raise EditRefused(
            f"there is nothing to change in lines {first + 1} to {last}: the {prediction.origin} is about line {lines}"
        )
    return prediction.with_body(kept)


def _with_diff_notes(prediction: Prediction, body: str) -> Prediction:
    """The prediction with a note for each change: without an instruction the target must be told of it."""
    old, new = split_lines(body), split_lines(prediction.body)
    notes = []
    for i1, i2, j1, j2 in changed_lines(old, new):
        shown = [f" {line}" for line in old[max(0, i1 - 2) : i1]]
        shown += [f"-{line}" for line in old[i1:i2]] + [f"+{line}" for line in new[j1:j2]]
        shown += [f" {line}" for line in old[i2 : i2 + 2]]
        text = "".join(shown)
        notes.append(Note(max(0, i1 - 1), min(len(old), i2 + 1), text, is_hunk=True))
    return replace(prediction, notes=tuple(notes))
