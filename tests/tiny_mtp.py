"""Tiny models with a block that drafts."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from tests.tiny_models import COMMON, LENGTH, PROMPT, VOCABULARY, tiny
from torch import Tensor
from transformers import LlamaConfig, LlamaModel

from specedit import drafters
from specedit.engine.acceptance import AcceptanceRate, Proposal
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost, Price
from specedit.engine.purchase import Purchase
from specedit.engine.step import Step
from specedit.engine.target import Sampling, Target
from specedit.engine.tokenizer import ByteTokenizer

WIDTH = COMMON["hidden_size"]


class TinyTokenizer(ByteTokenizer):
    """Bytes, as tokens of the tiny models' vocabulary."""

    def encode(self, text: str) -> list[int]:
        return [token_id % VOCABULARY for token_id in super().encode(text)]


def block_weights(layer: LlamaModel, joined: Tensor) -> dict[str, Tensor]:
    """A block of this one layer, by the names of checkpoints."""
    weights = {
        f"mtp.{name}": value.clone()
        for name, value in layer.state_dict().items()
        if name.startswith(("layers.", "norm."))
    }
    norms = (f"mtp.pre_fc_norm_{what}.weight" for what in ("hidden", "embedding"))
    return weights | {"mtp.fc.weight": joined} | {name: torch.ones(WIDTH) for name in norms}


def random_layer() -> LlamaModel:
    torch.manual_seed(11)
    layer = LlamaModel(LlamaConfig(**COMMON, num_hidden_layers=1))
    with torch.no_grad():
        for weight in layer.parameters():
            if weight.dim() > 1:
                weight.mul_(4)
    return layer


def save_forgetful(folder: Path, *, reduced: bool = False) -> None:
    """Save a model whose layers add nothing, so that its last token alone says what is next, with a block of that kind.

    `reduced`: the block names the tokens that its output stands for.
    """
    model, layer = tiny("llama"), random_layer()
    with torch.no_grad():
        for stack in (*model.model.layers, *layer.layers):
            stack.self_attn.o_proj.weight.zero_()
            stack.mlp.down_proj.weight.zero_()
    model.save_pretrained(folder)
    weights = block_weights(layer, torch.eye(WIDTH, 2 * WIDTH))
    if reduced:
        order = torch.randperm(VOCABULARY, generator=torch.Generator().manual_seed(2))
        weights["mtp.draft_ids"] = order.int()
    save_file(weights, folder / "mtp.safetensors")


class Spendthrift(Budget):
    """Buys three tokens at any price, and verifies them."""

    def best(self, draft: Proposal, limit: int) -> tuple[int, float]:
        return min(len(draft), limit), 1.0

    def more(self, draft: Proposal, drafter: str, price: Price, limit: int) -> tuple[int, float]:
        return min(limit, max(0, 3 - len(draft))), 1.0

    def purchase(self, draft: Proposal, drafter: str, price: Price) -> Purchase:
        return Bounded(
            lambda rows: 0.0, [1.0], survival=1.0, rows=1, token_seconds=0.0, least=0.0, allowed=0.0
        )


class Bounded(Purchase):
    """Three tokens, whatever they are worth."""

    @property
    def goes_on(self) -> bool:
        return self._computed < 3


def drafted_answer(
    target: Target, drafter: str, sampling: Sampling, near_tie: float | None = None
) -> tuple[list[int], list[Step]]:
    """Return the answer to the prompt with such drafts, and its passes."""
    sequence = target.open(PROMPT)
    for _ in prefill(sequence, PROMPT):
        pass
    output: list[int] = []
    budget = Spendthrift(PassCost(), AcceptanceRate())
    context = DraftContext(
        PROMPT, (), output, (), budget, ByteTokenizer(), sampling, sequence=sequence
    )
    steps = write(
        sequence,
        context,
        drafters.load(drafter),
        stop_ids=target.stop_ids,
        sampling=sampling,
        max_tokens=LENGTH,
        near_tie=near_tie,
    )
    return output, list(steps)
