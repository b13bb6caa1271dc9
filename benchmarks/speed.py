"""Plain decoding and speculation in the same run, interleaved, on the same files with the same output."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from time import perf_counter

from specedit.benchmarks.cases import Case
from specedit.editor.config import Config
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest
from specedit.editor.stats import DrafterStats, Stats
from specedit.edits.document import decode_document
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer


def run(
    cases: Sequence[Case],
    target: Target,
    tokenizer: Tokenizer,
    config: Config,
    drafters: Sequence[str],
    *,
    copy: bool,
    report: Callable[[str], None],
) -> dict[str, object]:
    """Return a row for each case and drafter. `copy`: ask for the file as it is, under exact acceptance."""
    config = replace(config, accept="exact")
    editors = {
        name: Editor(target, tokenizer, replace(config, drafter=name), can_write=True)
        for name in ("none", *drafters)
    }
    rows: list[dict[str, object]] = []
    for case in cases:
        instruction = "Change nothing." if copy else case.instruction
        request = EditRequest(decode_document(case.original.encode()), instruction, case.path)
        plain_rate = None
        for name, editor in editors.items():
            began = perf_counter()
            stats = finish(editor.edit(request)).stats
            report(f"{case.id} {name}: {perf_counter() - began:.1f} s")
            plain_rate = plain_rate or stats.tokens_per_second
            rows.append(
                {
                    "case": case.id,
                    "lines": case.original.count("\n"),
                    "drafter": name,
                    "output tokens": stats.output_tokens,
                    "passes": stats.passes,
                    "copied": stats.copied_share,
                    "tokens/s": stats.tokens_per_second,
                    "ratio to plain": stats.tokens_per_second / plain_rate if plain_rate else 0.0,
                    "by theorem 3.8": stats.speedup_by_theorem,
                    "by pass length": stats.speedup_by_length,
                    "acceptance": _told(stats, lambda part: part.acceptance),
                    "cost": _told(stats, lambda part: part.cost or None),
                }
            )
    kinds = ("ratio to plain", "by theorem 3.8", "by pass length")
    medians = {
        f"median {kind}": {
            name: median(float(str(r[kind])) for r in rows if r["drafter"] == name)
            for name in drafters
        }
        for kind in kinds
    }
    return {"cases": len(cases), **medians, "rows": rows}


def _told(stats: Stats, number: Callable[[DrafterStats], float | None]) -> str:
    """A number of each drafter that has one."""
    numbers = {name: number(part) for name, part in stats.drafters.items()}
    return ", ".join(f"{name} {n:.2f}" for name, n in numbers.items() if n is not None)
