"""A target whose answer is known: for tests, and to measure drafters with no model."""

from collections.abc import Mapping, Sequence

from specedit.engine.draft import Draft
from specedit.engine.target import ANYWHERE, Choices, LocalTarget, Sampling


class ScriptedTarget(LocalTarget):
    """Says `answer` after any prompt of `prompt_length` tokens, whatever is drafted."""

    name = "scripted"
    dtype = "none"
    max_length = vocab_size = 1 << 30
    near_tie = 0.0

    def __init__(self, prompt_length: int, answer: Sequence[int], stop_ids: frozenset[int]) -> None:
        self.stop_ids = stop_ids
        self._prompt_length, self._answer = prompt_length, tuple(answer)

    def open(self, prompt: Sequence[int] = ()) -> "ScriptedSequence":
        """Return a new, empty sequence."""
        return ScriptedSequence(self._prompt_length, self._answer, min(self.stop_ids))


class ScriptedSequence:
    """Remembers its tokens, so that a wrong `keep` or `rollback` shows."""

    rollback_limit = ANYWHERE

    def __init__(self, prompt_length: int, answer: tuple[int, ...], stop_id: int) -> None:
        self._prompt_length, self._answer = prompt_length, answer
        self._stop_id = stop_id  # what it says after text that is not its own
        self._cached: list[int] = []
        self._pass_start = 0
        self._draft = Draft()

    @property
    def length(self) -> int:
        """Tokens cached."""
        return len(self._cached)

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens."""
        self._cached += token_ids

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Return the answer's next token after every row that follows the answer so far."""
        self._pass_start, self._draft = len(self._cached), draft
        spoken = [*self._cached[self._prompt_length :], last]
        if len(self._cached) < self._prompt_length:
            spoken = []
        assert tuple(spoken) == self._answer[: len(spoken)], "the cache is not prompt and answer"
        depths: list[int | None] = [
            len(spoken)
        ]  # of the answer, spoken up to this row; None = strayed
        ratios = []
        for node, token_id in enumerate(draft.token_ids):
            depth = depths[draft.parent(node) + 1]
            right = depth is not None and self._at(depth) == token_id
            depths.append(depth + 1 if right and depth is not None else None)
            ratios.append(1.0 if right else 0.0)
        self._cached += [last, *draft.token_ids]
        choices = tuple(self._stop_id if depth is None else self._at(depth) for depth in depths)
        return Choices(choices, tuple(ratios), (1.0,) * len(choices) if margins else ())

    def keep(self, nodes: Sequence[int]) -> None:
        """Keep `last` and these nodes of the last pass."""
        kept = [self._draft.token_ids[node] for node in nodes]
        self._cached[self._pass_start + 1 :] = kept

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        del self._cached[length:]

    @property
    def nbytes(self) -> int:
        """Eight bytes a token."""
        return 8 * len(self._cached)

    def fork(self, length: int) -> "ScriptedSequence":
        """Return a new sequence that holds the first `length` tokens."""
        copy = ScriptedSequence(self._prompt_length, self._answer, self._stop_id)
        copy._cached = self._cached[:length]
        return copy

    def close(self) -> None:
        """Give the sequence up."""

    def _at(self, depth: int) -> int:
        return self._answer[depth] if depth < len(self._answer) else self._stop_id
