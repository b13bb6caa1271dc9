"""An author: a model that writes an edit which nothing else understands, and is told why where it does not fit.

Nothing that it says is trusted. Its edit is placed as any patch or snippet, and passes the gate as if nobody had written
it: only what the instruction says is to go may vanish.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from time import monotonic
from typing import NamedTuple, Protocol

from specedit.editor import author_checks, plan
from specedit.editor.author_prompt import Turn, complaint, opening
from specedit.editor.config import Form
from specedit.editor.plan import Plan
from specedit.editor.result import Authorship, EditRequest
from specedit.edits import safety
from specedit.edits.patch import reply
from specedit.edits.prediction import HOLE
from specedit.edits.safety import Wording
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused

_ORIGIN = "author"
_TRIES = 3
_SECONDS = 600.0  # of all tries together, where the caller gives no time
_MOST_BACK = 20_000  # characters of its answer that an author is shown again
_MOST_SHOWN = 1_000  # characters of it that a refusal shows
_CANNOT = "CANNOT:"
# By which definitions go that an instruction names; where it only says more of them, none is to vanish.
_GOES = re.compile(
    r"\b(?:remov|delet|drop|get(?:ting)?\s+rid|eliminat|strip|clean|renam|replac|inlin|merg|unif|combin|split|mov|extract|convert|"
    r"turn|fold|collaps|deduplicat|consolidat)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an author has written; not `is_whole` where it was cut off. `tokens` None: that is not known."""

    text: str
    is_whole: bool = True
    tokens: int | None = None


class Author(Protocol):
    """Who can be asked for an edit."""

    @property
    def name(self) -> str:
        """What it is called where its edits are shown."""
        ...

    def answer(self, turns: Sequence[Turn], source: str, until: float) -> Answer:
        """Return the answer to a conversation about the text `source`, before `until`, by `time.monotonic`.

        Raises:
            TargetError: it cannot be reached, or fails.
            EditRefused: the time is over, or it says more than an edit can be.
        """
        ...

    def cancel(self) -> None:
        """Have `answer` raise soon, from any thread; the author is asked nothing more."""
        ...


class Written(NamedTuple):
    """A plan whose prediction an author has written, and what that took."""

    plan: Plan
    by: Authorship


def is_needed(planned: Plan) -> bool:
    """Return whether nothing predicts the edit, or something of it is left to be written."""
    prediction = planned.prediction
    return prediction is None or (HOLE in prediction.body and not prediction.hint)


def write(
    request: EditRequest,
    author: Author,
    form: Form = "blocks",
    seconds: float | None = None,
    place: Callable[[EditRequest, Answer], Plan] | None = None,
) -> Written:
    """Return the plan that an author writes for an instruction; it has passed the gate.

    `seconds`: for all of it. `place`: `placed`, or what has it called where it can be given up.

    Raises:
        EditRefused: the author cannot do it, or what it writes does not fit, each time that it is asked.
        TargetError: it cannot be asked.
    """
    began = monotonic()
    until = began + (seconds or _SECONDS)
    turns, answers, tokens = opening(request, form), list[str](), list[int | None]()
    while True:
        answer = author.answer(turns, request.document.body, until)
        tokens.append(answer.tokens)
        if _cannot(answer.text):
            raise EditRefused(f"{author.name} does not write it: {_shown(_cannot(answer.text))}")
        try:
            planned = (place or placed)(request, answer)
        except EditRefused as refusal:
            if len(tokens) == _TRIES or answer.text in answers:
                raise EditRefused(
                    f"{author.name} was asked {len(tokens)} times and wrote no edit that fits: {refusal}; it said: "
                    f"{_shown(answer.text)}"
                ) from refusal
            answers.append(answer.text)
            back = answer.text[:_MOST_BACK] or "(nothing)"
            reason = complaint(refusal, request.document.body, form)
            turns = (*turns, Turn("assistant", back), Turn("user", reason))
        else:
            known = [number for number in tokens if number is not None]
            total = sum(known) if len(known) == len(tokens) else None
            return Written(
                planned, Authorship(author.name, len(tokens), total, monotonic() - began)
            )


def placed(request: EditRequest, answer: Answer) -> Plan:
    """Return the plan that an answer makes, if it passes the gate.

    Raises:
        EditRefused: it does not, or the answer fits nowhere, is cut off, or changes nothing.
    """
    if not answer.is_whole:
        raise EditRefused("the answer was cut off before its end; write a shorter edit")
    before = request.document.body
    edit = reply.read(answer.text, request.path, before.split("\n")[:-1])
    anew = [{"delete": len(request.document.text)}, {"insert": edit.whole}]
    is_file = edit.whole is not None and edit.snippet is None
    ops = json.dumps(anew) if is_file else None
    given = replace(request, patch=edit.patch, snippet=edit.snippet, ops=ops)
    planned = plan.make(given, "trust")
    assert planned.prediction is not None
    after = planned.prediction.body
    if after == before:
        raise EditRefused("the edit changes nothing")
    if edit.whole is not None:
        _check_whole(edit.whole, after, request.path)
    if after.count(HOLE) > before.count(HOLE):
        raise EditRefused(f"the edit has {HOLE!r} in it, which is no character of a text")
    author_checks.check(before, after, request.instruction)
    language = language_of(request.path, before, after)
    named = request.instruction if _GOES.search(request.instruction) else ""
    safety.check(before, after, language, Wording(named), request.force)
    # Whoever wants its places judged says so: by itself, a judge that checks knows less than an author.
    prediction = replace(planned.prediction, origin=_ORIGIN, certain=True)
    return replace(planned, prediction=prediction, named=named, code="")


def _check_whole(code: str, after: str, path: str) -> None:
    """Refuse a snippet that may be all of the file, and then says something else.

    Raises:
        EditRefused: what stays is not marked.
    """
    first, _, rest = code.partition("\n")
    label = PurePath(path).name in first  # a line that only names the file
    if after not in (code, rest if label else code):
        raise EditRefused(
            "whether the code block is all of the file is not clear: it has most of its lines, and no marker for what stays; write "
            "fewer lines, and `... existing code ...` for all others"
        )


def _cannot(text: str) -> str:
    """Why an author says that it cannot do what is asked; "" where it does not say so."""
    last = text.strip().rsplit("\n", 1)[-1].strip()
    return (
        last.removeprefix(_CANNOT).strip() or "it gives no reason"
        if last.startswith(_CANNOT)
        else ""
    )


def _shown(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")
