"""What a request cost, and where its tokens came from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from specedit.engine.speedup import DraftCounts, speedup
from specedit.engine.step import Step


@dataclass(frozen=True, slots=True)
class DrafterStats:
    """One drafter's part.

    `acceptance` is how often a token was right where those before it were, their alpha; None where nothing was decided. `cost` is what
    computing one took, in plain passes, their c; 0 for copies. `seconds` is all of its computing.
    """

    drafted: int
    accepted: int
    acceptance: float | None = None
    cost: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stats:
    """A request in numbers. `seconds` is the whole, `tokens_per_second` the output's over the time after the prompt.

    Of `prompt_tokens`, `known_tokens` were still cached and not read again.
    `overruled` counts accepted tokens that were not the target's own choice. `speculation` is "on", or why not.

    `speedup` is how much faster it was written than in passes of one token, which take `plain_seconds`; 0 where it was only
    judged. `speedup_by_theorem` is what is expected of such drafts where a pass with them takes no longer (Leviathan et al.
    2023, theorem 3.8), `speedup_by_length` where it takes what passes of their length do here.
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
    plain_seconds: float = 0.0
    speedup: float = 0.0
    speedup_by_theorem: float = 0.0
    speedup_by_length: float = 0.0

    @property
    def copied_share(self) -> float:
        """Share of the output that was drafted."""
        return self.accepted / self.output_tokens if self.output_tokens else 0.0


@dataclass(slots=True)
class _Written:
    """What was written, and not only judged."""

    plain_seconds: float = 0.0
    _tokens: int = 0
    _passes: int = 0
    _seconds: float = 0.0
    _expected_seconds: float = 0.0
    _drafters: dict[str, DraftCounts] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        self.plain_seconds = step.plain_seconds
        self._tokens += len(step.token_ids)
        self._passes += 1
        self._seconds += step.draft_seconds + step.pass_seconds
        self._expected_seconds += step.expected_seconds
        _count(self._drafters, step)

    def speedups(self) -> dict[str, float]:
        plain, passes, parts = self.plain_seconds, self._passes, self._drafters.values()
        if not self._seconds:
            return {}
        by_theorem = speedup(parts, passes, plain_seconds=plain, pass_seconds=passes * plain)
        by_length = speedup(parts, passes, plain_seconds=plain, pass_seconds=self._expected_seconds)
        return {
            "plain_seconds": plain,
            "speedup": self._tokens * plain / self._seconds,
            "speedup_by_theorem": by_theorem,
            "speedup_by_length": by_length,
        }


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
    _drafters: dict[str, DraftCounts] = field(default_factory=dict)
    _written: _Written = field(default_factory=_Written)

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
        _count(self._drafters, step)
        if step.plain_seconds:
            self._written.add(step)

    def take(self, step: Step) -> None:
        """Count tokens that no pass was needed for."""
        self._output_tokens += len(step.token_ids)
        self._overruled += len(step.objections)
        _count(self._drafters, step)

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
            drafters={name: self._part(counts) for name, counts in self._drafters.items()},
            speculation=self.speculation,
            **self._written.speedups(),
        )

    def _part(self, counts: DraftCounts) -> DrafterStats:
        plain = self._written.plain_seconds
        cost = counts.seconds / counts.drafted / plain if plain and counts.drafted else 0.0
        return DrafterStats(
            counts.drafted, counts.accepted, counts.acceptance, cost, counts.seconds
        )


def _count(drafters: dict[str, DraftCounts], step: Step) -> None:
    is_reached = True
    for share in step.shares:
        counts = drafters.setdefault(share.drafter, DraftCounts())
        counts.add(share.drafted, share.accepted, share.seconds, is_reached=is_reached)
        is_reached = is_reached and share.accepted == share.drafted
