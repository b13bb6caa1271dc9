"""What goes into an edit and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

from specedit.editor.stats import Stats
from specedit.edits.document import Document, Hunk
from specedit.engine.errors import EditRefused

Status = Literal["changed", "unchanged", "disagreed", "refused"]


@dataclass(frozen=True, slots=True)
class EditRequest:
    """One edit: an instruction, and at most one of a snippet, a patch, operations and a predicted file.

    `path` tells the language and the name shown to the model; nothing is read from it. `scope` is file, symbol:NAME,
    lines:A-B or auto; `force` names the checks of the result that are turned off.
    """

    document: Document
    instruction: str
    path: str
    snippet: str | None = None
    patch: str | None = None
    ops: str | None = None
    prediction: str | None = None
    scope: str = "auto"
    force: frozenset[str] = frozenset()

    @property
    def given(self) -> dict[str, str]:
        """What there is besides the instruction, by its name."""
        named = {n: getattr(self, n) for n in ("snippet", "patch", "ops", "prediction")}
        return {name: text for name, text in named.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: tokens of the prompt cached, then tokens of the answer settled, of about `total`.

    `copied`: how many of those settled were drafted.
    """

    stage: Literal["prompt", "answer"]
    done: int
    total: int
    copied: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """Hunks that the target has agreed to. They count if, in the end, the result has them."""

    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where the target would have written otherwise: `line` of the predicted text is 1-based.

    `vetoed` if that ended it; `ignored` if it could not, `always_vetoes` if it does whatever the threshold is, see
    `editor/veto.py`.
    """

    line: int
    predicted: str
    preferred: str
    ratio: float
    vetoed: bool = False
    ignored: bool = False
    always_vetoes: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of the edited text, and who wrote them: a drafter or an operation, or the "model"."""

    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who wrote an edit, in how many answers, of how many tokens, and in what time; see `editor/author.py`."""

    name: str
    answers: int
    tokens: int | None
    seconds: float

    def __str__(self) -> str:
        tokens = "" if self.tokens is None else f", {self.tokens} tokens"
        times = "" if self.answers == 1 else f", {self.answers} answers"
        return f"written by {self.name}{times}{tokens}, {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of a request.

    `body`, `data` and `hunks` are the edited file; where the edit was `refused` or the target `disagreed`, the file as it
    is. After a disagreement, `proposed` is the text that the target vetoed (None if it lacks what only a model can write),
    and `alternative` its own version, if it is one.
    `objections` are the places where the target's choices were, or would have been, overruled: lines of the edited or
    proposed text, as are the characters of `pieces`, which cover what the target has seen of it. `refusal` is why it was
    `refused`. `remarks` are what else the user should know: what was ignored, and what was left for want of certainty.
    `author` is who has written what nothing else understood.
    """

    document: Document
    model: str
    status: Status
    reason: str
    operation: str | None
    body: str
    data: bytes
    hunks: tuple[Hunk, ...]
    stats: Stats
    objections: tuple[Disagreement, ...] = ()
    proposed: str | None = None
    alternative: str | None = None
    pieces: tuple[Piece, ...] = ()
    remarks: tuple[str, ...] = ()
    refusal: EditRefused | None = None
    author: Authorship | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Who has written it, if an author has, and its remarks."""
        return (*((str(self.author),) if self.author else ()), *self.remarks)
