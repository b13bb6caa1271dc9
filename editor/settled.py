"""Edits that syntax has settled: where no place is in doubt there is nothing to ask a target."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from specedit.editor import author, certain, plan
from specedit.editor.author import Written
from specedit.editor.config import Accept
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult, Piece
from specedit.editor.stats import Tally
from specedit.edits import safety
from specedit.edits.document import edited
from specedit.edits.garbage import rarely_collected
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused

T = TypeVar("T")


class Work(Protocol):
    """Has a task done, here or in another process, which takes it and its result through pickle."""

    def __call__(self, task: Callable[[], T], /) -> T:
        """Return what the task returns, or raise what it raises."""


def do_here(task: Callable[[], T], /) -> T:
    """Do a task in this process."""
    return task()


def is_settled(planned: Plan, accept: Accept) -> bool:
    """Return whether the plan's prediction is the result, so that no target is needed.

    `exact` wants the target's own words, `guided` its verdict on every change, `trust` its objections.
    """
    prediction = planned.prediction
    if prediction is None or prediction.hint:
        return False
    return not planned.sections or (prediction.certain and accept in ("auto", "syntax"))


@rarely_collected()
def settle(request: EditRequest, planned: Plan) -> EditResult:
    """Return the result of a settled plan.

    Raises:
        EditRefused: it is not settled.
        UnsafeEdit: the gate refuses the predicted text.
    """
    if planned.prediction is None:
        raise EditRefused("nothing predicts this edit, and no model is asked to write it")
    certain.check(planned.prediction, planned.sections)
    document, body = request.document, planned.prediction.body
    language = language_of(request.path, document.body, body)
    safety.check(document.body, body, language, planned.wording, request.force)
    hunks, data = edited(document, body, planned.prediction.final_newline)
    return EditResult(
        document=document,
        model="",
        status="changed" if hunks else "unchanged",
        reason="" if hunks else planned.prediction.reason_unchanged,
        operation=planned.prediction.origin,
        body=body,
        data=data,
        hunks=hunks,
        stats=Tally().stats(),
        pieces=(Piece(0, len(body), planned.prediction.origin),),
        remarks=planned.prediction.notices if hunks else (),
    )


def settle_alone(request: EditRequest, accept: Accept) -> EditResult:
    """Return the result that syntax makes of a request. What it is not certain of is taken under `trust`, else refused.

    Raises:
        InvalidRequest, EditRefused: as of `plan.make` and `settle`.
    """
    planned = plan.make(request, "trust" if accept == "trust" else "syntax", can_write=False)
    if accept == "trust" and planned.prediction is not None:
        planned = replace(planned, prediction=replace(planned.prediction, certain=True))
    return settle(request, planned)


def settle_or_ask(
    request: EditRequest,
    accept: Accept,
    ask: Callable[[Plan], EditResult],
    *,
    can_write: bool,
    check_others: Callable[[Prediction], Sequence[str]] = lambda made: (),
    write: Callable[[EditRequest], Written] | None = None,
    work: Work = do_here,
) -> EditResult:
    """Return the result of a request: what syntax alone settles or refuses needs no target, the rest `ask` gets from one.

    `write` has an author write what nothing else understands; `syntax` asks none.
    `check_others` refuses to take out, to break or to rename definitions, as for what other files say of them, and returns what
    else is to be told. `work` does what takes long.

    Raises:
        InvalidRequest, EditRefused: as of `plan.make` and `settle`; and what `ask`, `write` and `check_others` raise.
    """
    planned = work(partial(plan.make, request, accept, can_write=can_write or write is not None))
    by = None
    if write is not None and author.is_needed(planned):
        planned, by = write(request)
    others = () if planned.prediction is None else tuple(check_others(planned.prediction))
    is_there = is_settled(planned, accept)
    result = work(partial(settle, request, planned)) if is_there else ask(planned)
    return replace(result, author=by, remarks=(*result.remarks, *others))
