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

from specedit.editor.prompt import build
from specedit.engine.sampling import add_logit_bias
from specedit.engine.targets.model_files import COPY_PRIOR
from specedit.engine.tokenizer import Tokenizer

_SCALE = 2.0
_PRIOR = 4.0  # what is added to the logits of the next tokens of source and update
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
        folder,
        dtype=dtype,
        attn_implementation=attention.NAME,
        trust_remote_code=False,
        use_safetensors=True,
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

    The copy prior that they were trained with stands in the metadata; conversion puts it into the model's `config.json`.
    """
    from safetensors.torch import save_file

    pairs = {}
    for name, adapter in adapters.items():
        pairs[f"{name}.a"] = adapter.a.detach().to(torch.float16)
        pairs[f"{name}.b"] = (_SCALE * adapter.b.detach()).to(torch.float16)
    save_file(pairs, path, metadata={COPY_PRIOR: str(_PRIOR)})


@dataclass(frozen=True, slots=True)
class Pack:
    """Exercises on one stretch of code in one sequence: the code once, then a branch an exercise.

    `segments` are where the code and each branch end; `rows` are the positions whose next token is part of an answer,
    `targets` those tokens and `weights` what each counts; `logit_bias` is what the copy prior adds in each of `rows`
    (`engine/copy_prior.py`); `branches` are the half-open ranges of `rows` that belong to one exercise.
    """

    token_ids: Tensor  # [1, length]
    position_ids: Tensor  # [1, length]
    mask: Tensor  # [1, 1, length, length], added to the scores; -inf where a row does not see
    segments: tuple[int, ...]
    rows: Tensor
    targets: Tensor
    weights: Tensor
    logit_bias: tuple[dict[int, float], ...]
    branches: tuple[tuple[int, int], ...]


def pack(lesson: Lesson, tokenizer: Tokenizer, end_id: int) -> Pack:
    """Lay a lesson out as one sequence; branches see the shared code and themselves, not each other."""
    answers = [(exercise.instruction, exercise.answer) for exercise in lesson.exercises]
    return pack_answers(lesson.name, lesson.body, answers, tokenizer, end_id)


def pack_answers(
    name: str,
    body: str,
    answers: Sequence[tuple[str, str]],
    tokenizer: Tokenizer,
    end_id: int,
) -> Pack:
    """Lay out `body` once, then a branch for each (instruction, answer)."""
    prompts = [build(instruction, body, name, tokenizer) for instruction, _ in answers]
    prefix = [*prompts[0].lead_ids, *prompts[0].source_ids]
    token_ids, positions = list(prefix), list(range(len(prefix)))
    rows: list[int] = []
    targets: list[int] = []
    weights: list[float] = []
    spans: list[tuple[int, int]] = []
    branches: list[tuple[int, int]] = []
    for prompt, (_, answer) in zip(prompts, answers, strict=True):
        answer_ids = tokenizer.encode(answer)
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
    logit_bias: list[dict[int, float]] = []
    for prompt, (first, last) in zip(prompts, branches, strict=True):
        source = prompt.copy_source
        cursors = source.cursors(targets[first : last - 1])
        logit_bias += [dict.fromkeys(source.next_ids(cursor), _PRIOR) for cursor in cursors]
    return Pack(
        torch.tensor([token_ids]),
        torch.tensor([positions]),
        mask[None, None],
        (len(prefix), *(end for _, end in spans)),
        torch.tensor(rows),
        torch.tensor(targets),
        torch.tensor(weights),
        tuple(logit_bias),
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
    add_logit_bias(logits, packed.logit_bias)
    return logits
