"""GGUF files through llama.cpp beside our own passes: what passes take, and how fast answers come, plain and drafted.

All targets of a model are open in one process and take turns, so that what else the machine does falls on all alike; figures are
medians.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from specedit import drafters
from specedit.benchmarks.development.gguf_models import Size, quantise, widen, write_counting
from specedit.benchmarks.development.workloads import Workload, workloads
from specedit.engine import calibration
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY, Target, TargetSequence
from specedit.engine.targets.devices import fastest_dtype
from specedit.engine.targets.load import open_target
from specedit.engine.targets.registry import TargetContext, load, tokenizer
from specedit.engine.tokenizer import Tokenizer
from specedit.models import gguf, gguf_files, store

Report = Callable[[str], None]
_DEVICE = "cpu"  # of our own passes
_ROWS = (1, 8, 16, 64, 256)
_CONTEXT = 1000  # tokens before a pass
_FIRST = 1000  # of what the counting model is asked for
# Tokens of its file after which one is changed: where it is to be edited, and where all that is proposed is soon wrong.
_CHANGED_EVERY, _MISLEADING_EVERY = 25, 3


@dataclass(slots=True)
class _Entry:
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


def run(folder: Path, extent: Extent, report: Report, *, is_large: bool) -> dict[str, object]:
    """Return a row for each target of the embedded model, or of a large random one; files are made in `folder`, once."""
    folder.mkdir(parents=True, exist_ok=True)
    measure, rows, expected = _large if is_large else _small, [], {}
    for entry, answers in measure(folder, extent, report):
        rows.append({"target": entry.name} | _milliseconds(entry) | answers)
        expected[entry.name] = entry.expected
    return {"what the budget expects before it drafts, ms": expected, "rows": rows}


def in_format(base: Path, folder: Path, kind: str, report: Report) -> Path:
    """Return the weights of a small Llama as a file of a format, made once; for K-quants widened by zeros."""
    if kind.endswith("_K_M"):
        base = _made(folder / "135M-wide-F16.gguf", lambda new: widen(base, new), report)
    return _made(folder / f"135M-{kind}.gguf", lambda new: quantise(base, new, kind), report)


Targets = dict[str, Callable[[], Target]]
Rows = Iterator[tuple[_Entry, dict[str, object]]]


def _small(folder: Path, extent: Extent, report: Report) -> Rows:
    ours = store.resolve(store.EMBEDDED_BASE, report)
    base = gguf_files.find(store.EMBEDDED_BASE, report)
    targets: Targets = {
        f"ours, {kind}": partial(open_target, ours, "135M", kind, _DEVICE)
        for kind in dict.fromkeys((fastest_dtype(_DEVICE), "float32"))
    }
    for kind in ("F16", "Q8_0", "Q4_K_M"):
        path = in_format(base, folder, kind, report)
        targets[f"llama.cpp, {kind}"] = partial(_llamacpp, path)
    words = tokenizer("llama", path)
    asked = {work.name.partition(",")[0]: work for work in workloads(words, (100,))}
    chosen = {
        "copy": asked["verbatim copy"],
        "edit": asked["one hunk"],
        "free": asked["free text"],
    }
    yield from compare(targets, chosen, words, extent, report)


def _large(folder: Path, extent: Extent, report: Report) -> Rows:
    base = gguf_files.find(store.EMBEDDED_BASE, report)
    wide = _made(folder / "1.5B-F16.gguf", lambda new: write_counting(new, base, Size()), report)
    quantised = _made(
        folder / "1.5B-Q4_K_M.gguf", lambda new: quantise(wide, new, "Q4_K_M"), report
    )
    ours = _made(folder / "1.5B", lambda new: _converted(wide, new), report)
    dtype = fastest_dtype(_DEVICE)
    targets: Targets = {
        f"ours, {dtype}": partial(open_target, ours, "1.5B", dtype, _DEVICE),
        "llama.cpp, Q4_K_M": partial(_llamacpp, quantised),
    }
    answer = list(range(_FIRST, _FIRST + 800))

    def changed(every: int) -> list[int]:
        return [7 if i % every == 0 else token for i, token in enumerate(answer)]

    sources = {"copy": answer, "edit": changed(_CHANGED_EVERY), "free": changed(_MISLEADING_EVERY)}
    chosen = {
        name: Workload(name, 0, [9, *source, 8, _FIRST - 1], source)
        for name, source in sources.items()
    }
    yield from compare(targets, chosen, tokenizer("llama", quantised), extent, report)


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
        entries.append(_Entry(name, target, cost, expected))
    _measure_passes(entries, extent.rounds)
    answers: dict[str, dict[str, object]] = {entry.name: {} for entry in entries}
    for name, workload in chosen.items():
        report(f"answers: {name}")
        for entry, rates in _rates(entries, workload, words, extent):
            answers[entry.name] |= {f"{name}, {key}": value for key, value in rates.items()}
    for entry in entries:
        yield entry, answers[entry.name]


def _measure_passes(entries: Sequence[_Entry], rounds: int) -> None:
    with ExitStack() as stack:
        opened: list[tuple[_Entry, TargetSequence]] = []
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


def _milliseconds(entry: _Entry) -> dict[str, object]:
    return {f"{rows} rows, ms": 1e3 * median(times) for rows, times in entry.passes.items()}


def _rates(
    entries: Sequence[_Entry], workload: Workload, words: Tokenizer, extent: Extent
) -> Iterator[tuple[_Entry, dict[str, object]]]:
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
    entry: _Entry,
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


def _llamacpp(path: Path) -> Target:
    return load("llama")(TargetContext(path, path.stem, tokenizer("llama", path)))


def _converted(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    gguf.convert(file, folder)
    return folder


def _made(path: Path, make: Callable[[Path], Path], report: Report) -> Path:
    """A file or folder, made anew if it is not there."""
    if not path.exists():
        report(f"making {path}, once")
        make(path.with_name(f"new-{path.name}")).rename(path)
    return path
