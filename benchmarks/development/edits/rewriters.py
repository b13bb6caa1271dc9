"""Engines that write a file or a region again, with the same weights and their best speculation.

What they take is computed from what is measured of each request: the time to the first token of the answer, and the rate at
which the next ones come. They are given the tokens of the right answer as its length; whether they wrote it is told beside.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.benchmarks.development.edits.requests import Request
from specedit.benchmarks.development.edits.ways import Outcome, Start
from specedit.benchmarks.development.side_by_side import Engine, Runs, Setting, Worker
from specedit.benchmarks.development.workloads import Workload
from specedit.editor import prompt as prompts
from specedit.engine.targets.hf_tokenizer import HfTokenizer

_TOKENS = 256  # of an answer that are written
_FILE_LINES = 100  # more do not fit the model's context twice


@dataclass(frozen=True, slots=True)
class Part:
    """What is written again: the file, or the definitions that change."""

    name: str

    def texts(self, request: Request) -> tuple[str, str]:
        """Return it as it is, and as it must be."""
        return (request.text, request.expected) if self.name == "file" else request.region


FILE, REGION = Part("file"), Part("region")


class Rewriter:
    """An engine that writes a part again."""

    start: Start = "warm"

    def __init__(self, engine: Engine, worker: Worker, part: Part, tokenizer: HfTokenizer) -> None:
        self.name = f"{engine.name}, {part.name} rewritten"
        self._engine, self._worker, self._part = engine, worker, part
        self._tokenizer = tokenizer
        self._best: Setting | None = None

    def takes(self, request: Request) -> bool:
        """Return whether the part fits the model's context."""
        before = self._part.texts(request)[0]
        return 0 < before.count("\n") <= 2 * _FILE_LINES

    def edit(self, request: Request) -> Outcome:
        """Write the beginning of the answer, and compute what all of it takes."""
        before, after = self._part.texts(request)
        instruction = request.instruction or prompts.LEAVE_ALONE
        update = request.snippet or request.patch
        if update is not None:
            instruction = prompts.with_update(instruction, update)
        built = prompts.build(instruction, before, "module.py", self._tokenizer)
        source = [*built.source_ids, *built.closing_ids]
        workload = Workload(request.kind, request.lines, list(built.token_ids), source)
        expected = self._tokenizer.encode(after)
        if self._best is None:
            self._best = self._swept(workload)
        runs = Runs(self._best)
        self._worker.run(workload, runs, min(_TOKENS, len(expected)))
        seconds = runs.first[0] + len(expected) / runs.rates[0]
        is_right = list(runs.tokens) == expected[: len(runs.tokens)]
        return Outcome(request.expected if is_right else request.text, seconds)

    def _swept(self, workload: Workload) -> Setting:
        """The best of the engine's settings, on the first request that it gets."""
        swept = [Runs(setting) for setting in self._engine.speculative]
        for runs in swept:
            self._worker.run(workload, runs, _TOKENS // 2)
        return max(swept, key=lambda runs: runs.rates[0]).setting

    def close(self) -> None:
        """The worker is ended by who has started it."""


def of_engine(engine: Engine, worker: Worker, tokenizer: HfTokenizer) -> Iterator[Rewriter]:
    """Yield an engine that writes files again, and regions."""
    for part in (FILE, REGION):
        yield Rewriter(engine, worker, part, tokenizer)
