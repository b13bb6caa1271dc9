"""Low-rank adapters on a causal language model, and packs of lessons as its input.

LoRA: Hu et al. 2021, arXiv 2106.09685. Adapters are float32 whatever the base model is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import attention
import torch
from pieces import Lesson
from rapidfuzz.distance import Indel
from torch import Tensor, nn

from specedit.edits.prompt import build, encode_answer
from specedit.engine.copy_bias import CopyBias, favour, scores
from specedit.engine.model_files import COPY_PRIOR, COPY_SLOPE, READS_MARKS
from specedit.engine.tokenizer import Tokenizer

_SCALE = 2.0
# Slope of the bias toward the cursor, and what is added to the logits of the next tokens of source and update.
_BIAS = CopyBias(slope=1.0, prior=4.0)
_CHANGED_WEIGHT = 4.0
_LINE_WEIGHT = 2.0  # where lines end and begin: there it shows which line comes next


class LoraLinear(nn.Module):
    """A frozen linear layer plus a trained low-rank change to it."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """Return base(x) + scale · b(a(x))."""
        low = nn.functional.linear(x, (_SCALE * self.a).to(x.dtype))
        return self.base(x) + nn.functional.linear(low, self.b.to(x.dtype))


def load_base(folder: Path, dtype: torch.dtype) -> nn.Module:
    """Return the model in a folder, which reads packs."""
    from transformers import AutoModelForCausalLM

    attention.register()
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype, attn_implementation=attention.NAME
    )


def attach(
    model: nn.Module, rank: int = 16, *, start: Path | None = None, from_layer: int = 0
) -> dict[str, LoraLinear]:
    """Freeze `model`, put adapters on the linears of its layers, and return them by weight name.

    `start` is a saved adapter to go on from; those of layers below `from_layer` stay as they are, so that the backward
    pass ends there.
    """
    from safetensors.torch import load_file

    model.requires_grad_(False)
    saved = load_file(start) if start else {}
    adapters = {}
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear) and ".layers." in f".{name}":
            parent = model.get_submodule(name.rpartition(".")[0])
            adapter = LoraLinear(module, rank)
            if saved:
                adapter.a.data = saved[f"{name}.a"].float()
                adapter.b.data = saved[f"{name}.b"].float() / _SCALE
            if int(name.split(".layers.")[1].split(".")[0]) < from_layer:
                adapter.requires_grad_(False)
            adapters[name] = adapter
            setattr(parent, name.rpartition(".")[2], adapter)
    return adapters


def save(adapters: dict[str, LoraLinear], path: Path) -> None:
    """Write the pairs in float16, which numpy reads too, the scale multiplied into b.

    The copy bias that they were trained with stands in the metadata; conversion puts it into the model's `config.json`.
    """
    from safetensors.torch import save_file

    pairs = {}
    for name, adapter in adapters.items():
        pairs[f"{name}.a"] = adapter.a.detach().to(torch.float16)
        pairs[f"{name}.b"] = (_SCALE * adapter.b.detach()).to(torch.float16)
    save_file(
        pairs,
        path,
        metadata={COPY_SLOPE: str(_BIAS.slope), COPY_PRIOR: str(_BIAS.prior), READS_MARKS: "1"},
    )


@dataclass(frozen=True, slots=True)
class Pack:
    """Exercises on one stretch of code in one sequence: the code once, then a branch an exercise.

    `segments` are where the code and each branch end; `rows` are the positions whose next token is part of an answer,
    `targets` those tokens and `weights` what each counts; `likely` are, for each of `rows`, the tokens whose logits `prior` is added to, and
    how often (`engine/alignment.py`); `branches` are the half-open ranges of `rows` that belong to one exercise.
    """

    token_ids: Tensor  # [1, length]
    position_ids: Tensor  # [1, length]
    mask: Tensor  # [1, 1, length, length], added to the scores; -inf where a row does not see
    segments: tuple[int, ...]
    rows: Tensor
    targets: Tensor
    weights: Tensor
    likely: tuple[dict[int, int], ...]
    branches: tuple[tuple[int, int], ...]


def pack(lesson: Lesson, tokenizer: Tokenizer, end_id: int, *, leans: bool = True) -> Pack:
    """Lay a lesson out as one sequence; branches see the shared code and themselves, not each other."""
    answers = [(exercise.instruction, exercise.answer) for exercise in lesson.exercises]
    return pack_answers(
        lesson.name, lesson.body, answers, tokenizer, end_id, lesson.marked, leans=leans
    )


def pack_answers(
    name: str,
    body: str,
    answers: Sequence[tuple[str, str]],
    tokenizer: Tokenizer,
    end_id: int,
    marked: str | None = None,
    *,
    leans: bool = True,
) -> Pack:
    """Lay out `body`, or what is `marked` in it, once, then a branch for each (instruction, answer).

    `leans`: as the model reads where it writes, else as where it judges.
    """
    prompts = [build(instruction, body, name, tokenizer, marked) for instruction, _ in answers]
    prefix = [*prompts[0].lead_ids, *prompts[0].shown_ids]
    token_ids, positions = list(prefix), list(range(len(prefix)))
    rows: list[int] = []
    targets: list[int] = []
    weights: list[float] = []
    spans: list[tuple[int, int]] = []
    branches: list[tuple[int, int]] = []
    for prompt, (_, answer) in zip(prompts, answers, strict=True):
        answer_ids = encode_answer(answer, marked, tokenizer)
        closing = [*prompt.closing_ids, end_id]
        start, first_row = len(token_ids), len(rows)
        branch = [*prompt.tail_ids, *answer_ids, *closing]
        token_ids += branch
        positions += range(len(prefix), len(prefix) + len(branch))
        rows += range(start + len(prompt.tail_ids) - 1, len(token_ids) - 1)
        targets += [*answer_ids, *closing]
        begins = [False, *("\n" in tokenizer.decode([token_id]) for token_id in answer_ids)]
        weights += [*_weights(prompt.source_ids, answer_ids, begins), *(1.0 for _ in closing)]
        spans.append((start, len(token_ids)))
        branches.append((first_row, len(rows)))
    mask = torch.full((len(token_ids), len(token_ids)), float("-inf")).triu_(1)
    for start, end in spans:
        mask[end:, start:end] = float("-inf")
    source_start, source_end = len(prompts[0].lead_ids), len(prefix)
    likely: list[dict[int, int]] = []
    for prompt, (first, last) in zip(prompts, branches, strict=True):
        alignment = prompt.alignment
        cursors = alignment.cursors(targets[first : last - 1])
        mask[rows[first:last], source_start:source_end] += scores(
            len(alignment.source_ids), cursors, leans * _BIAS.slope
        )
        likely += map(alignment.likely, cursors)
    return Pack(
        torch.tensor([token_ids]),
        torch.tensor([positions]),
        mask[None, None],
        (len(prefix), *(end for _, end in spans)),
        torch.tensor(rows),
        torch.tensor(targets),
        torch.tensor(weights),
        tuple(likely),
        tuple(branches),
    )


def _weights(
    source: Sequence[int], answer: Sequence[int], begins_line: Sequence[bool]
) -> list[float]:
    """More for tokens that are not the source's, for the first one after them, and where lines begin.

    `begins_line[i]`: token i - 1 of the answer ends a line.
    """
    weights = [
        _LINE_WEIGHT if begins_line[i] or begins_line[i + 1] else 1.0 for i in range(len(answer))
    ]
    for tag, _, _, start, end in Indel.opcodes(source, answer):
        if tag != "equal":
            for at in range(start, min(end + 1, len(answer))):
                weights[at] = _CHANGED_WEIGHT
    return weights


def answer_logits(model: nn.Module, packed: Pack) -> Tensor:
    """Return the float32 logits [rows, vocabulary] that predict `packed.targets`."""
    hidden = model.model(
        input_ids=packed.token_ids,
        position_ids=packed.position_ids,
        attention_mask=packed.mask.to(model.dtype),
        segments=packed.segments,
        use_cache=False,
    ).last_hidden_state[0]
    logits: Tensor = model.lm_head(hidden[packed.rows]).float()
    favour(logits, packed.likely, _BIAS.prior)
    return logits
