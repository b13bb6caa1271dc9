"""What is to be done about a request: which lines the target sees, and what is expected of them."""

from dataclasses import dataclass, replace

from specedit.editor import certain, several_files, unwritten
from specedit.editor.config import Accept
from specedit.editor.predictions import predict, within
from specedit.editor.result import EditRequest
from specedit.editor.sections import Section, sections
from specedit.edits import own_words, scope, update_tags
from specedit.edits.garbage import rarely_collected
from specedit.edits.prediction import Prediction
from specedit.edits.safety import Wording
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Plan:
    """The sections, in order and not overlapping, and the prediction that they come from."""

    sections: tuple[Section, ...]
    prediction: Prediction | None
    named: str  # all that the caller wrote
    code: str = ""  # what of it is a snippet, a patch or the like

    @property
    def characters(self) -> int:
        """How much a target may have to read of it."""
        return sum(len(each.text) + len(each.predicted or "") for each in self.sections)

    @property
    def wording(self) -> Wording:
        """What the gate is told of what the caller wrote."""
        removed = self.prediction.removed if self.prediction is not None else ()
        return Wording(self.named, self.code, removed)


@rarely_collected()
def make(request: EditRequest, accept: Accept = "auto", *, can_write: bool = True) -> Plan:
    """Return the plan for a request. Needs no target.

    `can_write`: whether there is a target that makes edits which nothing but itself predicts; under `syntax` there is none.

    Raises:
        InvalidRequest: nothing is asked for, or two things at once.
        NotUnderstood: no operation recognises the instruction, and the target cannot write.
        EditRefused: what is asked for does not fit the file, or, under `syntax`, is not certain.
    """
    try:
        made = _plan(request)
        if accept == "syntax":
            unwritten.check(request, made.prediction, unwritten.NO_MODEL)
            if made.prediction is not None:
                certain.check(made.prediction, made.sections)
        elif not can_write:
            unwritten.check(request, made.prediction, unwritten.CHECKS_ONLY)
        return made
    except EditRefused:
        is_rename = own_words.asks_for_rename(request.instruction)
        several_files.refuse_move(request.instruction)
        if accept != "exact" or request.given or not can_write or is_rename:
            raise
        # Under `exact` the target answers, whatever syntax makes of the instruction; but a rename is for syntax to make.
        body = request.document.body
        whole = Section(0, body.count("\n"), body, request.instruction)
        return Plan((whole,), None, request.instruction)


def _plan(request: EditRequest) -> Plan:
    body = request.document.body
    if not request.given:
        several_files.refuse_move(request.instruction)
    tagged = update_tags.read(request.snippet, body) if request.snippet else None
    if tagged is not None:
        instruction, update = tagged
        request = replace(request, instruction=request.instruction or instruction, snippet=update)
    language = language_of(request.path, body)
    source = Source(body, language, request.path) if language else None
    bounds = scope.resolve(request.scope, body, source)
    prediction = predict(request, source)
    code = "\n".join(filter(None, request.given.values()))
    named = f"{request.instruction}\n{code}"
    if prediction is None:
        if request.scope == "auto" and source is not None:
            bounds = scope.named_in(request.instruction, source)
        first, last = bounds or (0, body.count("\n"))
        text = "".join(split_lines(body)[first:last])
        return Plan((Section(first, last, text, request.instruction),), None, named, code)
    if request.snippet is not None:  # to show a call, or a line like another, names nothing
        named = "\n".join([request.instruction, *prediction.removed])
    if request.ops is not None:  # what they delete, they name
        named = "\n".join([named, *(note.text for note in prediction.notes)])
    if bounds is not None:
        prediction = within(prediction, body, bounds)
    return Plan(tuple(sections(request, prediction, source)), prediction, named, code)
