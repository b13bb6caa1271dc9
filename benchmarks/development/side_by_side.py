"""Every engine on the same prompts with the same weights, in one run: plain, and with the best speculation it has.

An engine's settings are swept once for each workload; then its best one and plain decoding take turns with everybody
else's, so that what else the machine does falls on all alike. Figures are medians and ratios.
"""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import Any

from specedit.benchmarks.development.environments import SCRIPTS, Report, converted, environment
from specedit.benchmarks.development.workloads import Workload, workloads
from specedit.engine import children
from specedit.engine.errors import TargetError
from specedit.engine.targets.hf_tokenizer import HfTokenizer

_COPIED = 16  # tokens in a row that the prompt holds too count as copied

Setting = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Engine:
    """A script, the environment that it needs, the form of the model, and what of it is tried."""

    name: str
    script: str
    form: str  # of the model, and the name of the requirements
    plain: Setting
    speculative: tuple[Setting, ...]


ENGINES = (
    Engine("specedit", "run_specedit.py", "hf", {"drafter": "none"}, ({"drafter": "cascade"},)),
    Engine(
        "OpenVINO GenAI",
        "run_openvino.py",
        "openvino",
        {},
        tuple({"lookup": k, "ngram": 3} for k in (5, 10, 32, 64)),
    ),
    Engine(
        "llama.cpp",
        "run_llamacpp.py",
        "gguf",
        {},
        (
            {"kind": "simple", "n": 3, "m": 16},
            {"kind": "simple", "n": 3, "m": 48},
            {"kind": "mod", "n": 24, "m": 64},
        ),
    ),
    Engine(
        "vLLM",
        "run_vllm.py",
        "vllm",
        {},
        ({"method": "ngram", "k": 10}, {"method": "ngram", "k": 64}, {"method": "suffix", "k": 32}),
    ),
    Engine(
        "transformers",
        "run_transformers.py",
        "hf",
        {},
        tuple({"lookup": k, "ngram": n} for k in (5, 10, 32) for n in (2, 3)),
    ),
)


@dataclass(slots=True)
class Runs:
    """What one setting of an engine took on one workload."""

    setting: Setting
    first: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # tokens a second after the first
    # Share of the time that is not the model's, where it is known.
    host: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)


class Worker:
    """An engine's process."""

    def __init__(self, process: children.Child, name: str, tokenizer: HfTokenizer) -> None:
        self._process, self._name, self._tokenizer = process, name, tokenizer
        self.version: str = self._read()["version"]

    def run(self, workload: Workload, runs: Runs, max_tokens: int, turn: int = 0) -> None:
        """Do a workload once more, as it is asked in this turn.

        Raises:
            TargetError: the engine has ended.
        """
        job = {
            "prompt": workload.asked(turn),
            "source": workload.source,
            "max_tokens": min(max_tokens, workload.most_tokens or max_tokens),
            "setting": runs.setting,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._read()
        output = answer["output"]
        runs.tokens = self._tokenizer.encode(output) if isinstance(output, str) else output
        runs.first.append(answer["first"])
        decoded = len(runs.tokens) - answer["first_tokens"]
        runs.rates.append(max(decoded, 1) / (answer["seconds"] - answer["first"]))
        if answer["model_seconds"]:
            runs.host.append(1 - answer["model_seconds"] / answer["seconds"])

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise TargetError(f"{self._name} ended; see what it said above")
        return json.loads(line)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured. `settings`: of each sweep, the last so many; `kinds`: of workloads, all if none is named."""

    rounds: int = 3
    max_tokens: int = 256
    lines: tuple[int, ...] = (100, 300, 800)
    settings: int = 10
    kinds: tuple[str, ...] = ()


QUICK = Extent(1, 128, (100,), 2, ("verbatim copy", "rename in many places", "free text"))


def run(folder: Path, dtype: str, extent: Extent, report: Report) -> dict[str, Any]:
    """Return a row for each workload and engine, and who could not be asked and why."""
    tokenizer = HfTokenizer(folder)
    versions: dict[str, str] = {}
    absent = {"transformers, assisted": "no smaller model has the vocabulary of the embedded one"}
    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        workers = []
        for engine in ENGINES:
            try:
                worker = stack.enter_context(started(engine, folder, dtype, tokenizer, report))
            except (TargetError, OSError, children.Failed) as error:
                absent[engine.name] = str(error)
                report(f"{engine.name}: {error}")
                continue
            versions[engine.name] = worker.version
            workers.append((engine, worker))
        for workload in workloads(tokenizer, extent.lines):
            if not extent.kinds or workload.name.startswith(extent.kinds):
                rows += _compared(workload, workers, extent, report)
    return {
        "machine": f"{_processor()}, {platform.system()}, Python {platform.python_version()}",
        "dtype": dtype,
        "rounds": extent.rounds,
        "tokens": extent.max_tokens,
        "versions": versions,
        "absent": absent,
        "rows": rows,
    }


def _compared(
    workload: Workload,
    workers: Sequence[tuple[Engine, Worker]],
    extent: Extent,
    report: Report,
) -> Iterator[dict[str, Any]]:
    plain, best = {}, {}
    for engine, worker in workers:
        swept = [Runs(setting) for setting in engine.speculative[-extent.settings :]]
        for runs in swept:
            worker.run(workload, runs, extent.max_tokens // 2)
            report(f"{workload.name}: {engine.name} {runs.setting}: {runs.rates[0]:.0f} tokens/s")
        fastest = max(swept, key=lambda runs: runs.rates[0])
        best[engine.name] = Runs(fastest.setting)  # the best of several noisy figures is too good
        plain[engine.name] = Runs(engine.plain)
    for turn in range(1, 1 + extent.rounds):  # in the sweep it was 0
        for engine, worker in workers:
            for runs in (plain[engine.name], best[engine.name]):
                worker.run(workload, runs, extent.max_tokens, turn)
    reference = plain[workers[0][0].name].tokens
    for engine, _ in workers:
        for mode, runs in (("plain", plain[engine.name]), ("speculative", best[engine.name])):
            row = {
                "workload": workload.name,
                "lines": workload.lines,
                "prompt tokens": len(workload.prompt),
                "file tokens": len(workload.source),
                "engine": engine.name,
                "mode": mode,
                "setting": runs.setting,
                "tokens/s": median(runs.rates),
                "first token, s": median(runs.first),
                "output tokens": len(runs.tokens),
                "copied": _copied(workload.asked(extent.rounds), runs.tokens),
                "same": _same(reference, runs.tokens),
                "host": median(runs.host) if runs.host else None,
            }
            report(f"{workload.name}: {engine.name} {mode}: {row['tokens/s']:.1f} tokens/s")
            yield row


@contextmanager
def started(
    engine: Engine, folder: Path, dtype: str, tokenizer: HfTokenizer, report: Report
) -> Iterator[Worker]:
    """Give an engine's process until the block ends."""
    python = environment(engine.form, report)
    model = converted(engine.form, folder, python, report)
    command = [str(python), str(SCRIPTS / engine.script), str(model), dtype]
    pipes = children.Descriptors(stdin=children.PIPE, stdout=children.PIPE)
    beside = os.environ | {"PYTHONPATH": str(SCRIPTS)}  # the scripts import `worker`
    with children.start(command, pipes, folder=SCRIPTS, only=beside) as process:
        try:
            yield Worker(process, engine.name, tokenizer)
        finally:
            process.kill()


def _copied(prompt: Sequence[int], tokens: Sequence[int]) -> float:
    """Share of the output that stands in the prompt, in runs of some length."""
    blocks = SequenceMatcher(None, prompt, tokens, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks if b.size >= _COPIED) / max(len(tokens), 1)


def _same(reference: Sequence[int], tokens: Sequence[int]) -> float:
    """Share of the output up to the first token that is another."""
    pairs = zip(reference, tokens, strict=False)
    equal = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return equal / max(len(reference), 1)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()
