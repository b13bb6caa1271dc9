"""Plain decoding and speculation in the same run, interleaved, on the same files with the same output."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from time import perf_counter

from specedit.benchmarks.cases import Case
from specedit.editor.config import Config
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest
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
                }
            )
    summary = {
        name: median(float(str(r["ratio to plain"])) for r in rows if r["drafter"] == name)
        for name in drafters
    }
    return {"cases": len(cases), "median ratio to plain": summary, "rows": rows}
