"""How well a model makes, and judges, edits in code it has not learned from.

No text is generated: a greedy answer is exact if and only if, given the right answer so far, the model's first
choice is right at every token. The same pass tells how likely the least likely token is, which is what
`guided` acceptance looks at.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import lora
import torch
from data import lesson
from pieces import Exercise, Lesson
from torch import nn

from specedit.benchmarks.development.wrong import KINDS, wrong
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.tokenizer import Tokenizer

_THRESHOLDS = (0.3, 0.1, 0.03, 0.01)


def evaluate(
    model: nn.Module, tokenizer: Tokenizer, end_id: int, *, count: int, max_chars: int = 1500
) -> dict[str, float]:
    """Return, by task, the share of exact answers; of right and wrong ones, the shares that pass each threshold."""
    least: dict[str, list[float]] = {}
    exact: dict[str, list[bool]] = {}
    for held_out, exercise, answers in _cases(count, max_chars):
        for kind, answer in answers.items():
            packed = lora.pack_answers(
                held_out.name,
                held_out.body,
                [(exercise.instruction, answer)],
                tokenizer,
                end_id,
            )
            with torch.inference_mode():
                logits = lora.answer_logits(model, packed)
            chosen = logits.max(dim=-1).values
            drafted = logits.gather(1, packed.targets[:, None])[:, 0]
            ratio = (drafted - chosen).exp()
            if kind == "right":
                exact.setdefault(exercise.task, []).append(ratio.min().item() == 1)
                least.setdefault(f"right {exercise.task}", []).append(ratio.min().item())
            else:
                least.setdefault("wrong", []).append(ratio.min().item())
                least.setdefault(f"wrong {kind}", []).append(ratio.min().item())
    figures = {f"exact {task}": round(sum(row) / len(row), 3) for task, row in exact.items()}
    figures["exact"] = round(sum(map(sum, exact.values())) / count, 3)
    for kind, ratios in sorted(least.items()):
        for threshold in _THRESHOLDS:
            passed = sum(ratio >= threshold for ratio in ratios) / len(ratios)
            figures[f"{kind}@{threshold}"] = round(passed, 3)
    return figures


def _cases(count: int, max_chars: int) -> Iterator[tuple[Lesson, Exercise, dict[str, str]]]:
    """Lesson, one of its exercises, and the right answer with two wrong ones."""
    made = index = 0
    while made < count:
        held_out = lesson(1, index, max_chars=max_chars, held_out=True)
        index += 1
        rng = random.Random(index)
        exercise = rng.choice(held_out.exercises)
        answers = {"right": exercise.answer}
        for kind in rng.sample(KINDS, 2):
            if bad := wrong(kind, held_out.body, exercise.answer, rng):
                answers[kind] = bad
        made += 1
        yield held_out, exercise, answers


def main() -> None:
    """Print the figures of a base model with an adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path, help="folder of the converted base model")
    parser.add_argument("adapter", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    model = lora.load_base(options.base, torch.float32)
    if options.adapter:
        lora.attach(model, start=options.adapter)
    figures = evaluate(
        model.eval(), HfTokenizer(options.base), model.config.eos_token_id, count=options.count
    )
    for name, value in figures.items():
        print(f"{name}: {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
