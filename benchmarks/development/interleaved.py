"""Targets of one model that take turns: what their passes take, and how fast their answers come, plain and drafted.

All are open in one process, so that what else the machine does falls on all alike; figures are medians.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from specedit import drafters
from specedit.benchmarks.development.workloads import Workload
from specedit.engine import calibration
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY, Target, TargetSequence
from specedit.engine.tokenizer import Tokenizer

Report = Callable[[str], None]
_ROWS = (1, 8, 16, 64, 256)
_CONTEXT = 1000  # tokens before a pass


@dataclass(slots=True)
class Entry:
    """A target, and what was measured of it."""

    name: str
    target: Target
    cost: PassCost
    expected: dict[int, float]  # milliseconds, by rows
    acceptance: AcceptanceRate = field(default_factory=AcceptanceRate)
    passes: dict[int, list[float]] = field(default_factory=lambda: {rows: [] for rows in _ROWS})


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: of passes and answers so many `rounds`, of answers so many `tokens`."""

    rounds: int
    tokens: int


Targets = dict[str, Callable[[], Target]]
Rows = Iterator[tuple[Entry, dict[str, object]]]


def compare(
    targets: Targets,
    chosen: dict[str, Workload],
    words: Tokenizer,
    extent: Extent,
    report: Report,
) -> Rows:
    """Yield the targets of a model, with what they write in a second of each workload, plain and drafted."""
    entries = []
    for name, open_one in targets.items():
        report(f"{name}: opening")
        target = open_one()
        cost = calibration.measured(target)
        expected = {rows: round(1e3 * cost.seconds(rows), 1) for rows in _ROWS}
        entries.append(Entry(name, target, cost, expected))
    _measure_passes(entries, extent.rounds)
    answers: dict[str, dict[str, object]] = {entry.name: {} for entry in entries}
    for name, workload in chosen.items():
        report(f"answers: {name}")
        for entry, rates in _rates(entries, workload, words, extent):
            answers[entry.name] |= {f"{name}, {key}": value for key, value in rates.items()}
    for entry in entries:
        yield entry, answers[entry.name]


def _measure_passes(entries: Sequence[Entry], rounds: int) -> None:
    with ExitStack() as stack:
        opened: list[tuple[Entry, TargetSequence]] = []
        for entry in entries:
            sequence = stack.enter_context(closing(entry.target.open()))
            for _ in prefill(sequence, range(100, 101 + _CONTEXT)):
                pass
            opened.append((entry, sequence))
        for number in range(rounds + 1):
            for rows in _ROWS:
                for entry, sequence in opened:
                    seconds = _pass(sequence, rows)
                    if number:  # the first of a length takes longer
                        entry.passes[rows].append(seconds)


def _pass(sequence: TargetSequence, rows: int) -> float:
    began = perf_counter()
    sequence.forward(1100, Draft(tuple(range(1101, 1100 + rows))), GREEDY)
    seconds = perf_counter() - began
    sequence.rollback(_CONTEXT)
    return seconds


def milliseconds(entry: Entry) -> dict[str, object]:
    """Return what its passes took, in the median, by rows."""
    return {f"{rows} rows, ms": 1e3 * median(times) for rows, times in entry.passes.items()}


def _rates(
    entries: Sequence[Entry], workload: Workload, words: Tokenizer, extent: Extent
) -> Iterator[tuple[Entry, dict[str, object]]]:
    """What each target writes in a second, plain and drafted, in turns."""
    names = ("none", "cascade")
    rates: dict[tuple[str, str], list[float]] = {
        (e.name, drafter): [] for e in entries for drafter in names
    }
    outputs = {}
    with ExitStack() as stack:
        prompts = {}
        for entry in entries:
            prompts[entry.name] = stack.enter_context(closing(entry.target.open()))
            list(prefill(prompts[entry.name], workload.prompt))
        for _ in range(extent.rounds):
            for drafter in names:
                for entry in entries:
                    output, rate = _answer(
                        entry, prompts[entry.name], workload, words, drafter, extent.tokens
                    )
                    rates[entry.name, drafter].append(rate)
                    outputs[entry.name, drafter] = output
    for entry in entries:
        plain, drafted = (median(rates[entry.name, drafter]) for drafter in names)
        same = outputs[entry.name, "none"] == outputs[entry.name, "cascade"]
        yield entry, {"plain": plain, "drafted": drafted, "same": same}


def _answer(
    entry: Entry,
    prompt: TargetSequence,
    workload: Workload,
    words: Tokenizer,
    drafter: str,
    tokens: int,
) -> tuple[list[int], float]:
    output: list[int] = []
    budget = Budget(entry.cost, entry.acceptance)
    budget.expect(tokens)
    prompt_ids, source = tuple(workload.prompt), tuple(workload.source)
    context = DraftContext(prompt_ids, source, output, (), budget, words)
    with closing(prompt.fork(prompt.length)) as sequence:
        began = perf_counter()
        for _ in write(
            sequence,
            context,
            drafters.load(drafter),
            stop_ids=entry.target.stop_ids,
            sampling=GREEDY,
            max_tokens=tokens,
        ):
            pass
        return output, len(output) / (perf_counter() - began)
