"""Learned drafts beside copied ones: plain decoding, each kind of drafts, and all together, in turns on the same texts.

Each answer is written once by each, and all must be equal. Figures are of pairs, an answer by a drafter and the plain one beside
it, so that what else the machine does falls on both alike.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median

from specedit import drafters
from specedit.benchmarks.development.learned_texts import Text
from specedit.drafters import cascade
from specedit.editor import trials, worth
from specedit.editor.stats import Tally
from specedit.editor.trials import Trial
from specedit.engine import calibration
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.decode import prefill, write
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.pass_cost import PassCost
from specedit.engine.self_drafting import heads
from specedit.engine.step import Step
from specedit.engine.target import Sampling, Target, TargetSequence
from specedit.engine.tokenizer import Tokenizer

_PLAIN = "none"
_DEPTHS = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """How often each text is answered, and by how many tokens; `fresh`: nothing is known from answers before, nor from a trial."""

    rounds: int
    tokens: int
    fresh: bool = False


@dataclass(slots=True)
class _Answer:
    output: list[int]
    steps: list[Step]
    seconds: float
    processor_seconds: float
    by_theorem: float
    by_length: float


@dataclass(slots=True)
class _Contestant:
    """A drafter, and what is known of its passes and drafts."""

    drafter_for: DrafterFactory
    known: dict[int, float]
    tried: Sequence[Trial]  # of what computes
    cost: PassCost = field(init=False)
    acceptance: AcceptanceRate = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.cost = PassCost(self.known)
        self.acceptance = worth.taught(self.tried, self.cost)


def run(
    target: Target,
    tokenizer: Tokenizer,
    texts: Sequence[Text],
    extent: Extent,
    report: Callable[[str], None],
    names: Collection[str] | None = None,
) -> dict[str, object]:
    """Return a row for each kind of text and drafter, or for each of those named."""
    known = calibration.measured(target).known
    tried = [] if extent.fresh else trials.run(target, tokenizer)
    contestants = {
        name: _Contestant(drafter_for, known, tried)
        for name, drafter_for in _drafters(target).items()
        if names is None or name in (*names, _PLAIN)
    }
    rows: list[dict[str, object]] = []
    kinds = dict.fromkeys(text.kind for text in texts)
    for kind in kinds:
        answers: dict[str, list[_Answer]] = {name: [] for name in contestants}
        for text in (text for text in texts if text.kind == kind):
            for turn in range(extent.rounds):
                for name, answer in _in_turns(target, tokenizer, contestants, text, turn, extent):
                    answers[name].append(answer)
        for row in _rows(kind, answers):
            report(", ".join(f"{key}: {value}" for key, value in row.items()))
            rows.append(row)
    passes = {rows: round(1e3 * seconds, 1) for rows, seconds in known.items()}
    return {"dtype": target.dtype, "milliseconds of a pass, by rows": passes, "rows": rows}


def _drafters(target: Target) -> dict[str, DrafterFactory]:
    """The contestants, plain decoding first."""
    names = [_PLAIN]
    with closing(target.open()) as sequence:
        names += ["mtp"] if heads(sequence) is not None else []
    names += ["draft_model"] if target.draft_model is not None else []
    alone = {name: drafters.load(name) for name in names}
    return alone | {"copies": cascade.copies, "cascade": cascade.drafter}


def _in_turns(
    target: Target,
    tokenizer: Tokenizer,
    contestants: dict[str, _Contestant],
    text: Text,
    turn: int,
    extent: Extent,
) -> Iterator[tuple[str, _Answer]]:
    """Yield an answer of each contestant to a text; the order of them turns round."""
    names = list(contestants)
    names = names[turn % len(names) :] + names[: turn % len(names)]
    with closing(target.open()) as prompt:
        list(prefill(prompt, text.prompt))
        for name in names:
            if extent.fresh:
                contestants[name].forget()
            with closing(prompt.fork(prompt.length)) as sequence:
                sampling = Sampling(text.temperature, turn)
                yield (
                    name,
                    _answer(
                        target,
                        sequence,
                        tokenizer,
                        contestants[name],
                        text,
                        sampling,
                        extent.tokens,
                    ),
                )


def _answer(
    target: Target,
    sequence: TargetSequence,
    tokenizer: Tokenizer,
    contestant: _Contestant,
    text: Text,
    sampling: Sampling,
    tokens: int,
) -> _Answer:
    if text.copy_source is not None:
        sequence = with_copy_prior(sequence, text.copy_source, len(text.prompt), target.copy_prior)
    output, tally = list[int](), Tally()
    budget = Budget(contestant.cost, contestant.acceptance)
    budget.expect(len(text.source))
    context = DraftContext(
        text.prompt,
        text.source,
        output,
        (),
        budget,
        tokenizer,
        draft_model=target.draft_model,
    )
    began, began_processing = time.perf_counter(), time.process_time()
    steps = list(
        write(
            sequence,
            context,
            contestant.drafter_for,
            stop_ids=target.stop_ids,
            sampling=sampling,
            max_tokens=text.most_tokens or tokens,
        )
    )
    ended, ended_processing = time.perf_counter(), time.process_time()
    for step in steps:
        tally.add(step)
    stats = tally.stats()
    return _Answer(
        output,
        steps,
        ended - began,
        ended_processing - began_processing,
        stats.speedup_by_theorem,
        stats.speedup_by_length,
    )


def _rows(kind: str, answers: dict[str, list[_Answer]]) -> Iterator[dict[str, object]]:
    plain = answers[_PLAIN]
    for name, drafted in answers.items():
        pairs = list(zip(plain, drafted, strict=True))
        steps = [step for answer in drafted for step in answer.steps]
        tokens = sum(len(answer.output) for answer in drafted)
        yield {
            "text": kind,
            "drafter": name,
            "tokens/s": median(len(answer.output) / answer.seconds for answer in drafted),
            "over plain": median(one.seconds / other.seconds for one, other in pairs),
            "by processor time": median(
                one.processor_seconds / other.processor_seconds for one, other in pairs
            ),
            "by theorem 3.8": median(answer.by_theorem for answer in drafted),
            "by pass length": median(answer.by_length for answer in drafted),
            "tokens a pass": tokens / len(steps),
            "right by depth": _by_depth(steps),
            "c": _cost(steps),
            "equal": sum(one.output == other.output for one, other in pairs),
            "answers": len(pairs),
        }


def _by_depth(steps: Sequence[Step]) -> str:
    """How often the first, second, … token that was computed was right where all before it were."""
    right, seen = [0] * _DEPTHS, [0] * _DEPTHS
    for step in steps:
        for share in step.shares:
            if share.seconds:
                for depth in range(min(share.drafted, share.accepted + 1, _DEPTHS)):
                    seen[depth] += 1
                    right[depth] += depth < share.accepted
            if share.accepted < share.drafted:
                break
    return " ".join(f"{r / s:.2f} of {s}" for r, s in zip(right, seen, strict=True) if s)


def _cost(steps: Sequence[Step]) -> float:
    """What computing a token took, in plain passes."""
    costs = [
        share.seconds / max(1, share.drafted) / step.plain_seconds
        for step in steps
        for share in step.shares
        if share.seconds
    ]
    return median(costs) if costs else 0.0
