"""Drafters over known results, with the real tokenizer and no model: passes, drafted, accepted, against an oracle.

The oracle knows the result and copies from the file: one pass a changed token, one a hunk, and one for each 512
tokens of an unchanged span. Passes are priced by the budget's built-in curve, the same for all rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from rapidfuzz.distance import Indel

from specedit import drafters
from specedit.benchmarks.cases import Case
from specedit.benchmarks.peers import PEERS
from specedit.editor.prompt import build
from specedit.engine.acceptance import AcceptanceRate, Proposal
from specedit.engine.budget import MAX_DRAFT, Budget
from specedit.engine.decode import decode, prefill
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY
from specedit.engine.targets.scripted import ScriptedTarget
from specedit.engine.tokenizer import Tokenizer

_NEED_MORE = {"predicted", "mtp", "draft_model"}  # a prediction, or a model
_END_ID = 0x7FFFFFFF  # a stop token that no vocabulary has


class _ReplayBudget(Budget):
    """Takes every pass to last as long as the curve says."""

    def __init__(self, cost: PassCost, acceptance: AcceptanceRate) -> None:
        super().__init__(cost, acceptance)
        self._curve = cost

    def observe(
        self, draft: Proposal, accepted: int, seconds: float, alternative: int | None = None
    ) -> None:
        super().observe(draft, accepted, self._curve.seconds(1 + len(draft)), alternative)


class _NoBudget(_ReplayBudget):
    """Verifies whatever is proposed."""

    def best(self, draft: Proposal, limit: int) -> tuple[int, float]:
        return min(len(draft), limit), 0.0


@dataclass(frozen=True, slots=True)
class Replay:
    """One case with one drafter. `cost` is in passes of one row, `draft_seconds` the drafting of a pass."""

    passes: int
    oracle: int
    output_tokens: int
    drafted: int
    accepted: int
    cost: float
    draft_seconds: float


def replay(case: Case, make: DrafterFactory, tokenizer: Tokenizer, *, fixed: bool) -> Replay:
    """Replay one case. `fixed` drafters are not trimmed by a budget."""
    prompt = build(case.instruction, case.original, case.path, tokenizer)
    answer = [*tokenizer.encode(case.expected), *prompt.closing_ids, _END_ID]
    source = (*prompt.source_ids, *prompt.closing_ids)
    stop_ids = frozenset({_END_ID})
    sequence = ScriptedTarget(len(prompt.token_ids), answer, stop_ids).open()
    for _ in prefill(sequence, prompt.token_ids):
        pass
    cost = PassCost()
    budget = (_NoBudget if fixed else _ReplayBudget)(cost, AcceptanceRate())
    output: list[int] = []
    context = DraftContext(prompt.token_ids, source, output, (), budget, tokenizer)
    began = perf_counter()
    drafter = make(context)
    seconds = perf_counter() - began
    passes = drafted = accepted = 0
    price = 0.0
    for step in decode(
        sequence,
        context,
        drafter,
        stop_ids=stop_ids,
        sampling=GREEDY,
        max_tokens=len(answer),
    ):
        passes += 1
        drafted += step.drafted
        accepted += step.accepted
        seconds += step.draft_seconds
        price += cost.seconds(1 + step.drafted)
    assert output == answer, f"{case.id}: the output is not the target's"
    oracle = oracle_passes(source, answer[:-1]) + 1  # and one for the end
    return Replay(passes, oracle, len(answer), drafted, accepted, price, seconds / passes)


def oracle_passes(source: Sequence[int], answer: Sequence[int]) -> int:
    """Changed tokens, hunks, and spans of 512 between them."""
    passes, in_hunk = 0, False
    for change in Indel.opcodes(source, answer):
        length = change.dest_end - change.dest_start
        if change.tag == "equal":
            passes += -(-length // MAX_DRAFT)
            in_hunk = False
        else:
            passes += length + (not in_hunk)
            in_hunk = True
    return passes


def run(cases: Sequence[Case], tokenizer: Tokenizer) -> dict[str, object]:
    """Return the table over all drafters and peers."""
    ours = {name: drafters.load(name) for name in drafters.names() if name not in _NEED_MORE}
    rows = []
    for name, make in {**ours, **PEERS}.items():
        replays = [replay(case, make, tokenizer, fixed=name in PEERS) for case in cases]
        ratios = sorted(result.passes / result.oracle for result in replays)
        rows.append(
            {
                "drafter": name,
                "passes": sum(result.passes for result in replays),
                "drafted": sum(result.drafted for result in replays),
                "accepted": sum(result.accepted for result in replays),
                "passes/oracle, median": median(ratios),
                "90%": ratios[int(0.9 * len(ratios))],
                "tokens a pass": sum(r.output_tokens for r in replays)
                / sum(r.passes for r in replays),
                "speed-up by cost model": median(r.output_tokens / r.cost for r in replays),
                "drafting ms a pass": 1e3 * median(result.draft_seconds for result in replays),
            }
        )
    oracle = sum(oracle_passes(*_texts(case, tokenizer)) + 1 for case in cases)
    return {"cases": len(cases), "oracle passes": oracle, "rows": rows}


def _texts(case: Case, tokenizer: Tokenizer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    prompt = build(case.instruction, case.original, case.path, tokenizer)
    answer = (*tokenizer.encode(case.expected), *prompt.closing_ids)
    return (*prompt.source_ids, *prompt.closing_ids), answer
