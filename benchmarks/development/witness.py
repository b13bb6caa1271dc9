"""The target as a witness: which predictions does it let pass, right ones and wrong ones?

Predictions are made from recorded edits: renames by operation, the others by snippet. Wrong ones are made of the right
ones, see `wrong.py`. Each is judged with nothing vetoed, so that one run gives the curve over all thresholds.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.wrong import KINDS, wrong
from specedit.editor import plan
from specedit.editor.config import Config
from specedit.editor.editor import Editor, finish
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest
from specedit.editor.sections import sections
from specedit.edits import safety
from specedit.edits.document import decode_document
from specedit.edits.operations._rename_policy import veto_policy
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.text import ended
from specedit.engine.errors import EditRefused
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer

THRESHOLDS = (0.5, 0.3, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.001)


def run(
    cases: Sequence[Case],
    target: Target,
    tokenizer: Tokenizer,
    config: Config,
    *,
    wrong_each: int,
    report: Callable[[str], None],
) -> dict[str, object]:
    """Return, for the right predictions and each kind of wrong ones, the share that passes each threshold.

    Where there are several languages, for the right and the wrong ones of each too.
    """
    editor = Editor(target, tokenizer, replace(config, accept="trust", threshold=max(THRESHOLDS)))
    least: dict[str, list[float]] = {"right": [], "wrong": []}
    by_language: dict[str, list[float]] = {}
    for case in cases:
        for kind, request, planned in _predictions(case, wrong_each):
            result = finish(editor.edit(replace(request, force=frozenset(safety.CHECKS)), planned))
            if result.status == "refused":
                report(f"{case.id} {kind}: refused, {result.reason}")
                continue
            counting = [place for place in result.objections if not place.ignored]
            worst = min(counting, key=lambda place: place.ratio, default=None)
            ratio = worst.ratio if worst else 1.0
            if any(place.always_vetoes for place in counting):
                ratio = 0.0  # no threshold lets it pass
            least.setdefault(kind, []).append(ratio)
            if kind != "right":
                least["wrong"].append(ratio)
            verdict = kind if kind == "right" else "wrong"
            by_language.setdefault(f"{case.language}, {verdict}", []).append(ratio)
            report(f"{case.id} {kind}: {ratio:.3g} {worst or ''}")
    if len({case.language for case in cases}) > 1:
        least |= dict(sorted(by_language.items()))
    rows = [
        {
            "predictions": kind,
            "count": len(ratios),
            **{f"≥ {t:g}": round(sum(r >= t for r in ratios) / len(ratios), 3) for t in THRESHOLDS},
        }
        for kind, ratios in least.items()
        if ratios
    ]
    return {"rows": rows}


def _predictions(case: Case, wrong_each: int) -> Iterator[tuple[str, EditRequest, Plan]]:
    """The right prediction for a case, and some wrong ones; nothing where syntax makes none that is right."""
    document = decode_document(case.original.encode())
    snippet = case.snippet if case.family != "rename" else None
    request = EditRequest(document, "" if snippet else case.instruction, case.path, snippet=snippet)
    try:
        made = plan.make(request)
    except EditRefused:
        return
    expected = ended(case.expected)
    if made.prediction is None or made.prediction.body != expected:
        return
    yield "right", request, made
    rng = random.Random(case.id)
    language = language_of(case.path)
    source = Source(document.body, language) if language else None
    for kind in rng.sample(KINDS, len(KINDS))[:wrong_each]:
        body = wrong(kind, document.body, expected, rng)
        if body is None or body == document.body:
            continue
        prediction = replace(made.prediction, body=body)
        if source is not None and case.family == "rename":
            after = Source(body, source.language)
            symbols = symbols_of(after)
            assert symbols is not None  # of what can be renamed
            policy = veto_policy(request.instruction, source, after, symbols, prediction.left)
            prediction = replace(prediction, policy=policy)
        yield (
            kind,
            request,
            Plan(tuple(sections(request, prediction, source)), prediction, made.named),
        )
