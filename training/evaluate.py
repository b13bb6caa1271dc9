"""How well a model makes, and judges, renames in code it has not learned from.

No text is generated: a greedy answer is exact if and only if, given the right answer so far, the model's first
choice is right at every token. The same pass tells how likely the least likely token is, which is what
`guided` acceptance looks at.
"""

import random
from collections.abc import Iterator

import lora
import torch
from data import lesson, renamed
from torch import nn

from specedit.engine.tokenizer import Tokenizer

_THRESHOLDS = (0.3, 0.1, 0.03, 0.01)


def evaluate(
    model: nn.Module, tokenizer: Tokenizer, end_id: int, *, count: int, max_chars: int = 1200
) -> dict[str, float]:
    """Return the shares of exact answers, and of right and wrong answers that pass at each threshold."""
    exact = wrong_tokens = 0
    least: dict[str, list[float]] = {}
    for name, body, instruction, answers in _cases(count, max_chars):
        for kind, answer in answers.items():
            packed = lora.pack_answers(name, body, [(instruction, answer)], tokenizer, end_id)
            with torch.inference_mode():
                logits = lora.answer_logits(model, packed)
            chosen = logits.max(dim=-1).values
            drafted = logits.gather(1, packed.targets[:, None])[:, 0]
            ratio = (drafted - chosen).exp()
            least.setdefault(kind, []).append(ratio.min().item())
            if kind == "right":
                misses = int((ratio < 1).sum())
                exact += misses == 0
                wrong_tokens += misses
    figures = {"exact": exact / count, "wrong_tokens": wrong_tokens / count}
    for kind, ratios in least.items():
        for threshold in _THRESHOLDS:
            passed = sum(ratio >= threshold for ratio in ratios) / len(ratios)
            figures[f"{kind}@{threshold}"] = round(passed, 3)
    return figures


def _cases(count: int, max_chars: int) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Name, code, instruction, and the right answer with three wrong ones."""
    made = index = 0
    while made < count:
        held_out = lesson(1, index, max_chars=max_chars, held_out=True)
        index += 1
        rng = random.Random(index)
        exercise = renamed(rng, held_out.body)
        if exercise is None:
            continue
        old_lines = held_out.body.splitlines(keepends=True)
        lines = exercise.answer.splitlines(keepends=True)
        changed = [
            i for i, (old, new) in enumerate(zip(old_lines, lines, strict=True)) if old != new
        ]
        missed = rng.choice(changed)
        dropped = rng.randrange(len(lines))
        answers = {
            "right": exercise.answer,
            "missed": "".join([*lines[:missed], old_lines[missed], *lines[missed + 1 :]]),
            "dropped": "".join([*lines[:dropped], *lines[dropped + 1 :]]),
            "unchanged": held_out.body,
        }
        if answers["dropped"].strip():
            made += 1
            yield held_out.name, held_out.body, exercise.instruction, answers
