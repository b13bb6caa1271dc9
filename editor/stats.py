"""What a request cost, and where its tokens came from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from specedit.engine.step import Step


@dataclass(frozen=True, slots=True)
class DrafterStats:
    """One drafter's part."""

    drafted: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Stats:
    """A request in numbers. `seconds` is the whole, `tokens_per_second` the output's over the time after the prompt.

    Of `prompt_tokens`, `known_tokens` were still cached and not read again.
    `overruled` counts accepted tokens that were not the target's own choice. `speculation` is "on", or why not.
    """

    prompt_tokens: int
    known_tokens: int
    output_tokens: int
    passes: int
    drafted: int
    accepted: int
    overruled: int
    seconds: float
    tokens_per_second: float
    drafters: Mapping[str, DrafterStats]
    speculation: str

    @property
    def copied_share(self) -> float:
        """Share of the output that was drafted."""
        return self.accepted / self.output_tokens if self.output_tokens else 0.0


@dataclass(slots=True)
class Tally:
    """Counts steps as they come."""

    prompt_tokens: int = 0
    known_tokens: int = 0
    speculation: str = "on"
    _began: float = field(default_factory=perf_counter)
    _reading: float = 0.0
    _output_tokens: int = 0
    _passes: int = 0
    _overruled: int = 0
    _drafters: dict[str, DrafterStats] = field(default_factory=dict)

    def begin(self) -> None:
        """Count the time from here."""
        self._began = perf_counter()

    @contextmanager
    def reading(self, tokens: int, *, known: int) -> Iterator[None]:
        """The time inside is the prompt's, not the answer's."""
        began = perf_counter()
        self.prompt_tokens += tokens
        self.known_tokens += known
        try:
            yield
        finally:
            self._reading += perf_counter() - began

    def add(self, step: Step) -> None:
        """Count one pass."""
        self._passes += 1
        self._output_tokens += len(step.token_ids)
        self._overruled += len(step.objections) - step.vetoed
        for share in step.shares:
            known = self._drafters.get(share.drafter, DrafterStats(0, 0))
            self._drafters[share.drafter] = DrafterStats(
                known.drafted + share.drafted, known.accepted + share.accepted
            )

    def look(self) -> None:
        """Count a pass whose tokens are no part of the answer."""
        self._passes += 1

    def stats(self) -> Stats:
        """Return the sums up to now."""
        now = perf_counter()
        answering = now - self._began - self._reading
        return Stats(
            prompt_tokens=self.prompt_tokens,
            known_tokens=self.known_tokens,
            output_tokens=self._output_tokens,
            passes=self._passes,
            drafted=sum(drafter.drafted for drafter in self._drafters.values()),
            accepted=sum(drafter.accepted for drafter in self._drafters.values()),
            overruled=self._overruled,
            seconds=now - self._began,
            tokens_per_second=self._output_tokens / answering if self._passes else 0.0,
            drafters=dict(self._drafters),
            speculation=self.speculation,
        )
