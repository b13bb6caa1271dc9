"""What goes into an edit and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

from specedit.editor.stats import Stats
from specedit.edits.document import Document, Hunk

Status = Literal["changed", "unchanged", "disagreed", "refused"]


@dataclass(frozen=True, slots=True)
class EditRequest:
    """One edit. `path` tells the language and the name shown to the model; nothing is read from it."""

    document: Document
    instruction: str
    path: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: tokens of the prompt cached, then tokens of the answer settled, of about `total`."""

    stage: Literal["prompt", "answer"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the target would have written otherwise: `line` of the predicted text is 1-based."""

    line: int
    predicted: str
    preferred: str
    ratio: float


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of a request.

    `body` and `data` are the edited file, or what was predicted where the target `disagreed`; `alternative` is then the
    target's own version, if it is one. `objections` are the places where its choices were, or would have been, overruled.
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
    objections: tuple[Place, ...] = ()
    alternative: str | None = None
