"""Is the edited file right? Cases with a known result, by model and by acceptance."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development import behaviour
from specedit.benchmarks.replay import oracle_passes
from specedit.editor.config import Config
from specedit.editor.edit import Events
from specedit.editor.editor import Editor
from specedit.editor.result import EditRequest, EditResult, Settled
from specedit.edits.document import decode_document
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer


def run(
    cases: Sequence[Case],
    target: Target,
    tokenizer: Tokenizer,
    configs: Sequence[Config],
    report: Callable[[str], None],
    *,
    tests: bool = False,
) -> list[dict[str, object]]:
    """Return a row for each configuration: right, wrong, unchanged, disagreed and refused files.

    `tests`: run the tests of the cases that have some on what was written, and count those that pass.
    """
    rows: list[dict[str, object]] = []
    for config in configs:
        editor = Editor(target, tokenizer, config, can_write=True)  # what it writes is measured
        outcomes: Counter[str] = Counter()
        seconds, first_hunk, copied, passes = [], list[float](), [], []
        passed, tested = 0, 0
        for case in cases:
            document = decode_document(case.original.encode())
            request = EditRequest(document, case.instruction, case.path)
            result, first = _timed(editor.edit(request))
            outcome = _outcome(result, case)
            outcomes[outcome] += 1
            seconds.append(result.stats.seconds)
            first_hunk += [first] if first is not None else []
            copied.append(result.stats.copied_share)
            oracle = 1 + oracle_passes(
                tokenizer.encode(case.original), tokenizer.encode(case.expected)
            )
            passes.append(result.stats.passes / oracle)
            report(f"{config.model} {config.accept} {case.id}: {outcome} {result.reason}")
            if tests and behaviour.can_run(case):
                tested += 1
                passed += result.status == "changed" and behaviour.passes(
                    case, result.data.decode()
                )
        rows.append(
            {
                "model": config.model,
                "accept": config.accept,
                "cases": len(cases),
                **{
                    kind: outcomes[kind]
                    for kind in ("right", "wrong", "unchanged", "disagreed", "refused")
                },
                **({"tests passed": f"{passed} of {tested}"} if tests else {}),
                "seconds, median": median(seconds),
                "to the first hunk": median(first_hunk) if first_hunk else None,
                "copied, median": median(copied),
                "passes/oracle, median": median(passes),
                "passes/oracle, most": max(passes),
            }
        )
    return rows


def _timed(events: Events) -> tuple[EditResult, float | None]:
    """Return an edit's result, and the seconds until its first hunks were settled, if any were before the end."""
    began, first = perf_counter(), None
    for event in events:
        if isinstance(event, EditResult):
            return event, first
        if isinstance(event, Settled) and first is None:
            first = perf_counter() - began
    raise AssertionError("an edit ends with its result")


def _outcome(result: EditResult, case: Case) -> str:
    if result.status in ("refused", "disagreed"):
        return result.status
    if result.data.decode() == case.expected:
        return "right"
    return "wrong" if result.status == "changed" else "unchanged"
