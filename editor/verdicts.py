"""What a target has said of answers that it let pass: of the same prompt and the same answer it would say so again.

Who looks at an edit before it is made asks twice, as an editor does for a preview, and so do agents that work on one file.
"""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from specedit.engine.target import Sampling
from specedit.engine.verify import Objection

_MOST = 4096  # questions, some hundred bytes each


@dataclass(frozen=True, slots=True)
class Question:
    """An answer to a prompt, of which the tokens of a range are judged."""

    prompt: Sequence[int]
    answer: Sequence[int]
    judged: range
    sampling: Sampling

    @property
    def digest(self) -> bytes:
        """What tells it from all others."""
        numbers = (len(self.prompt), self.judged.start, self.judged.stop)
        tokens = array("q", (*numbers, *self.prompt, *self.answer)).tobytes()
        return blake2b(tokens + repr(self.sampling).encode(), digest_size=16).digest()


class Verdicts:
    """The objections to the answers that passed, by question; the latest are kept. Threads may share it."""

    def __init__(self, most: int = _MOST) -> None:
        self._most, self._lock = most, Lock()
        self._objections: OrderedDict[bytes, tuple[Objection, ...]] = OrderedDict()

    def find(self, question: Question) -> tuple[Objection, ...] | None:
        """Return the objections to an answer that was judged to its end, None if it was not."""
        digest = question.digest
        with self._lock:
            if digest in self._objections:
                self._objections.move_to_end(digest)
            return self._objections.get(digest)

    def note(self, question: Question, objections: Sequence[Objection]) -> None:
        """Note that an answer was judged to its end, with these objections."""
        with self._lock:
            self._objections[question.digest] = tuple(objections)
            if len(self._objections) > self._most:
                self._objections.popitem(last=False)
