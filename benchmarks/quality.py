"""Is the edited file right? Cases with a known result, by model and by acceptance."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

from specedit.benchmarks.cases import Case
from specedit.benchmarks.replay import oracle_passes
from specedit.editor.config import Config
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest, EditResult
from specedit.edits.document import decode_document
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer


def run(
    cases: Sequence[Case],
    target: Target,
    tokenizer: Tokenizer,
    configs: Sequence[Config],
    report: Callable[[str], None],
) -> list[dict[str, object]]:
    """Return a row for each configuration: right, wrong, unchanged, disagreed and refused files."""
    rows: list[dict[str, object]] = []
    for config in configs:
        editor = Editor(target, tokenizer, config)
        outcomes: Counter[str] = Counter()
        seconds, copied, passes = [], [], []
        for case in cases:
            document = decode_document(case.original.encode())
            result = finish(editor.edit(EditRequest(document, case.instruction, case.path)))
            outcome = _outcome(result, case)
            outcomes[outcome] += 1
            seconds.append(result.stats.seconds)
            copied.append(result.stats.copied_share)
            oracle = 1 + oracle_passes(
                tokenizer.encode(case.original), tokenizer.encode(case.expected)
            )
            passes.append(result.stats.passes / oracle)
            report(f"{config.model} {config.accept} {case.id}: {outcome} {result.reason}")
        rows.append(
            {
                "model": config.model,
                "accept": config.accept,
                "cases": len(cases),
                **{
                    kind: outcomes[kind]
                    for kind in ("right", "wrong", "unchanged", "disagreed", "refused")
                },
                "seconds, median": median(seconds),
                "copied, median": median(copied),
                "passes/oracle, median": median(passes),
                "passes/oracle, most": max(passes),
            }
        )
    return rows


def _outcome(result: EditResult, case: Case) -> str:
    if result.status in ("refused", "disagreed"):
        return result.status
    if result.data.decode() == case.expected:
        return "right"
    return "wrong" if result.status == "changed" else "unchanged"
