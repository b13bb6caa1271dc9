"""Text with nothing to copy: how much slower is drafting than not drafting?

Stories sampled at temperature 1, the same tokens with and without drafts, the two interleaved.
"""

from collections.abc import Callable
from contextlib import closing
from statistics import median
from time import perf_counter

from specedit.benchmarks.development.answers import answer
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import Sampling, Target
from specedit.engine.tokenizer import Tokenizer

_MESSAGES = (
    "Write a story about a lighthouse keeper who finds a letter.",
    "Explain how bread is made, for somebody who has never eaten any.",
    "Describe a walk through a city at night.",
)


def run(
    target: Target,
    tokenizer: Tokenizer,
    *,
    drafter: str,
    max_tokens: int,
    rounds: int,
    report: Callable[[str], None],
) -> dict[str, object]:
    """Return seconds with `drafter` over seconds without, for each text, and their median."""
    rows: list[dict[str, object]] = []
    costs = {name: (PassCost(), AcceptanceRate()) for name in ("none", drafter)}
    for message in _MESSAGES:
        ratios, tokens, passes = [], 0, 0
        for seed in range(rounds):
            seconds: dict[str, float] = {}
            texts = []
            order = ("none", drafter) if seed % 2 else (drafter, "none")
            for name in order:
                began = perf_counter()
                output = list[int]()
                prompt = tokenizer.encode_markup(tokenizer.chat(message))
                budget = Budget(*costs[name])
                with closing(target.open()) as sequence:
                    passes_made = answer(
                        sequence,
                        DraftContext(prompt, (), output, (), budget, tokenizer),
                        name,
                        stop_ids=target.stop_ids,
                        sampling=Sampling(1.0, seed),
                        max_tokens=max_tokens,
                    )
                seconds[name] = perf_counter() - began
                texts.append(output)
                passes = passes_made if name == drafter else passes
            ratios.append(seconds[drafter] / seconds["none"])
            tokens = len(texts[0])
            report(f"{message[:30]}… seed {seed}: {ratios[-1]:.3f}, equal: {texts[0] == texts[1]}")
        rows.append(
            {
                "text": message,
                "tokens": tokens,
                "passes": passes,
                "time ratio, median": median(ratios),
            }
        )
    ratios = [float(str(row["time ratio, median"])) for row in rows]
    return {
        "drafter": drafter,
        "time with drafts over without, median": median(ratios),
        "rows": rows,
    }
