"""How often speculation changes the output, and how large the rounding noise is that could make it.

For each case the target answers plainly and with every drafter. Then its plain answer is run through passes of 512 rows
and each row's choice and margin compared with those of the pass of one row that made it.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from specedit import drafters
from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.answers import answer
from specedit.editor.prompt import build
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import MAX_DRAFT, Budget
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.self_drafting import heads
from specedit.engine.target import Sampling, Target, TargetSequence
from specedit.engine.tokenizer import Tokenizer


def run(
    cases: Sequence[Case],
    target: Target,
    tokenizer: Tokenizer,
    *,
    max_tokens: int,
    temperature: float,
    strict: bool,
    report: Callable[[str], None],
) -> dict[str, object]:
    """Return a row for each drafter and the noise between passes of different lengths."""
    names = _names(target)
    equal = dict.fromkeys(names, 0)
    passes = dict.fromkeys(["none", *names], 0)
    tokens = flips = 0
    noise = 0.0
    sampling = Sampling(temperature)
    near_tie = target.near_tie if strict else None
    for number, case in enumerate(cases, 1):
        prompt = build(case.instruction, case.original, case.path, tokenizer)
        plain: list[int] = []
        with_prior = partial(
            with_copy_prior,
            source=prompt.copy_source,
            answer_start=len(prompt.token_ids),
            prior=target.copy_prior,
        )
        with closing(target.open()) as begun:
            for _ in prefill(begun, prompt.token_ids):
                pass
            for name in ["none", *names]:
                output = list[int]()
                source = (*prompt.source_ids, *prompt.closing_ids)
                budget = Budget(PassCost(), AcceptanceRate())
                with closing(begun.fork(begun.length)) as fork:
                    passes[name] += answer(
                        with_prior(fork),
                        DraftContext(prompt.token_ids, source, output, (), budget, tokenizer),
                        name,
                        stop_ids=target.stop_ids,
                        sampling=sampling,
                        max_tokens=max_tokens,
                        near_tie=near_tie,
                    )
                if name == "none":
                    plain = output
                else:
                    equal[name] += output == plain
            flipped, gap = _noise(with_prior(begun), prompt.token_ids, plain, sampling)
        tokens, flips, noise = tokens + len(plain), flips + flipped, max(noise, gap)
        report(
            f"{number}/{len(cases)} {case.id}: {len(plain)} tokens, {flipped} flips, noise {gap:.2g}"
        )
    rows = [
        {"drafter": n, "equal to plain": equal[n], "cases": len(cases), "passes": passes[n]}
        for n in names
    ]
    return {
        "cases": len(cases),
        "strict": strict,
        "plain passes": passes["none"],
        "tokens": tokens,
        "tokens that a pass of 512 chooses otherwise": flips,
        "largest change of a margin": noise,
        "near tie": target.near_tie,
        "rows": rows,
    }


def _names(target: Target) -> list[str]:
    """The drafters that propose something for this model, given no prediction."""
    with closing(target.open()) as sequence:
        missing = set() if heads(sequence) else {"mtp"}
    left_out = missing | {"none", "predicted", "draft_model"}
    return [name for name in drafters.names() if name not in left_out]


def _noise(
    sequence: TargetSequence, prompt: Sequence[int], plain: Sequence[int], sampling: Sampling
) -> tuple[int, float]:
    """Choices of long passes that differ from `plain`, and the largest change of a margin; `sequence` has read the prompt."""
    start = sequence.length
    text = [prompt[-1], *plain]
    single = [sequence.forward(token, NO_DRAFT, sampling, margins=True) for token in text[:-1]]
    sequence.rollback(start)
    flips, largest = 0, 0.0
    for at in range(0, len(text) - 1, MAX_DRAFT):
        chunk = text[at : min(at + MAX_DRAFT, len(text) - 1)]
        many = sequence.forward(chunk[0], Draft(tuple(chunk[1:])), sampling, margins=True)
        for row in range(len(chunk)):
            one = single[at + row]
            same = one.token_ids[0] == many.token_ids[row]
            flips += not same
            change = (
                one.margins[0] - many.margins[row] if same else one.margins[0] + many.margins[row]
            )
            largest = max(largest, abs(change))
    return flips, largest
