"""GGUF files through llama.cpp beside our own passes: what passes take, and how fast answers come, plain and drafted."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from specedit.benchmarks.development.environments import converted
from specedit.benchmarks.development.gguf_models import Size, quantise, widen, write_counting
from specedit.benchmarks.development.interleaved import (
    Extent,
    Report,
    Rows,
    Targets,
    compare,
    milliseconds,
)
from specedit.benchmarks.development.workloads import Workload, workloads
from specedit.engine.target import Target
from specedit.engine.targets.devices import fastest_dtype
from specedit.engine.targets.load import open_target
from specedit.engine.targets.registry import TargetContext, load, tokenizer
from specedit.models import gguf, gguf_files, store

_DEVICE = "cpu"  # of our own passes
_FIRST = 1000  # of what the counting model is asked for
# Tokens of its file after which one is changed: where it is to be edited, and where all that is proposed is soon wrong.
_CHANGED_EVERY, _MISLEADING_EVERY = 25, 3


def run(folder: Path, extent: Extent, report: Report, *, is_large: bool) -> dict[str, object]:
    """Return a row for each target of the embedded model, or of a large random one; files are made in `folder`, once."""
    folder.mkdir(parents=True, exist_ok=True)
    measure, rows, expected = _large if is_large else _small, [], {}
    for entry, answers in measure(folder, extent, report):
        rows.append({"target": entry.name} | milliseconds(entry) | answers)
        expected[entry.name] = entry.expected
    return {"what the budget expects before it drafts, ms": expected, "rows": rows}


def in_format(base: Path, folder: Path, kind: str, report: Report) -> Path:
    """Return the weights of a small Llama as a file of a format, made once; for K-quants widened by zeros."""
    if kind.endswith("_K_M"):
        base = _made(folder / "135M-wide-F16.gguf", lambda new: widen(base, new), report)
    return _made(folder / f"135M-{kind}.gguf", lambda new: quantise(base, new, kind), report)


def _small(folder: Path, extent: Extent, report: Report) -> Rows:
    ours = store.resolve(store.EMBEDDED, report)
    base = converted("gguf", ours, Path(sys.executable), report)
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
        "one hunk": asked["one hunk"],
        "ten hunks": asked["ten hunks"],
        "free text": asked["free text"],
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

    sources = {
        "copy": answer,
        "edit": changed(_CHANGED_EVERY),
        "misleading": changed(_MISLEADING_EVERY),
    }
    chosen = {
        name: Workload(name, 0, [9, *source, 8, _FIRST - 1], source)
        for name, source in sources.items()
    }
    yield from compare(targets, chosen, tokenizer("llama", quantised), extent, report)


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
