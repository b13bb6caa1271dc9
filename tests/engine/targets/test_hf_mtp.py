"""Layers for tokens after the next that checkpoints of transformers bring, against transformers' own use of them."""

from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tests.tiny_models import COMMON, PROMPT, tiny
from tests.tiny_mtp import drafted_answer
from transformers.cache_utils import MtpCache
from transformers.modeling_layers import MtpModel

from specedit.engine.draft import NO_DRAFT
from specedit.engine.self_drafting import heads
from specedit.engine.target import GREEDY, Sampling, TargetSequence
from specedit.engine.targets.hf import HfTarget, open_model

EXPERTS: dict[str, Any] = {"moe_intermediate_size": 16, "num_experts_per_tok": 2}
# By the numbers of layers that checkpoints of the kind have: their extra layer is the one after.
CONFIGS: dict[str, Any] = {
    "glm4-moe": lambda: transformers.Glm4MoeConfig(
        **COMMON, **EXPERTS, num_hidden_layers=46, n_routed_experts=4, first_k_dense_replace=45
    ),
    "deepseek-v3": lambda: transformers.DeepseekV3Config(
        **{**COMMON, "num_key_value_heads": 4},
        **EXPERTS,
        num_hidden_layers=61,
        n_routed_experts=4,
        first_k_dense_replace=60,
        kv_lora_rank=16,
        q_lora_rank=16,
        qk_rope_head_dim=8,
        qk_nope_head_dim=8,
        v_head_dim=8,
        n_group=1,
        topk_group=1,
    ),
    "mellum": lambda: transformers.MellumConfig(
        **COMMON,
        **EXPERTS,
        num_hidden_layers=2,
        num_experts=4,
        num_mtp_layers=1,
        sliding_window=8,
        layer_types=["sliding_attention", "full_attention"],
    ),
}


def in_layers(name: str, number: int) -> str:
    """The name of a weight in checkpoints that count the layer as one more of the model's."""
    name = name.removeprefix("layers.0.")
    if name.startswith("post_norm."):
        name = f"shared_head.norm.{name.removeprefix('post_norm.')}"
    return f"model.layers.{number}.{name.removeprefix('mtp_block.')}"


def beside(name: str) -> str:
    """The name of a weight in checkpoints that have it under `mtp`."""
    names = {"eh_proj": "fc", "enorm": "pre_fc_norm_embedding", "hnorm": "pre_fc_norm_hidden"}
    names |= {"mtp_block": "layers.0", "post_norm": "norm"}
    part, _, rest = name.removeprefix("layers.0.").partition(".")
    return f"mtp.{names[part]}.{rest}"


@pytest.fixture(scope="module", params=CONFIGS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of random weights."""
    path = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(3)
    config = CONFIGS[request.param]()
    model: Any = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    layers = MtpModel(model, 1)
    with torch.no_grad():
        for weight in (*model.parameters(), *layers.layers.parameters()):
            torch.nn.init.normal_(weight, std=0.3 if weight.dim() > 1 else 0.1)
            if weight.dim() == 1:
                weight.add_(1)
    model.save_pretrained(path)
    number = config.num_hidden_layers
    named = {
        beside(name) if request.param == "mellum" else in_layers(name, number): value.clone()
        for name, value in layers.state_dict().items()
        if name.startswith("layers.")
    }
    file = path / "model.safetensors"
    save_file(load_file(file) | named, file, metadata={"format": "pt"})
    return path


@pytest.fixture
def target(folder: Path) -> HfTarget:
    return open_model(folder, "tiny", "float32")


def guessed(sequence: TargetSequence, last: int, count: int) -> list[int]:
    own = heads(sequence)
    assert own is not None
    return [options[0][0] for options in islice(own.guesses(last, (), GREEDY), count)]


def read_on(sequence: TargetSequence, text: Sequence[int]) -> None:
    for token_id, following in pairwise(text):
        sequence.forward(token_id, NO_DRAFT, GREEDY)
        sequence.keep(())
        guessed(sequence, following, 2)


@torch.no_grad()
def oracle(folder: Path, text: Sequence[int], count: int) -> list[int]:
    """What transformers' own model of the layer says, asked anew over the whole text for each token."""
    model: Any = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, trust_remote_code=False, use_safetensors=True
    ).eval()
    layers: Any = MtpModel.from_pretrained(
        model, trust_remote_code=False, use_safetensors=True
    ).eval()
    ids = torch.tensor([text])
    states = model.model(input_ids=ids).last_hidden_state[:, :-1]
    following = list(text[1:])
    for _ in range(count):
        own = layers.forward_layer(
            0,
            states,
            torch.arange(1, len(following) + 1)[None],
            MtpCache(config=model.config.get_mtp_config()),
            input_ids=torch.tensor([following]),
        )[:, -1:]
        following.append(int(model.lm_head(own)[0, 0].argmax()))
        states = torch.cat([states, own], 1)
    return following[-count:]


def test_it_guesses_what_transformers_does(folder: Path, target: HfTarget) -> None:
    sequence = target.open()
    read_on(sequence, PROMPT)
    assert guessed(sequence, PROMPT[-1], 4) == oracle(folder, PROMPT, 4)


def test_forks_and_texts_taken_back_guess_alike(target: HfTarget) -> None:
    sequence = target.open()
    read_on(sequence, PROMPT)
    fork = sequence.fork(6)
    sequence.rollback(6)
    text = [PROMPT[6], 3, 8]
    for each in (fork, sequence):
        read_on(each, text)
    assert guessed(fork, 8, 4) == guessed(sequence, 8, 4)


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(1.0, seed=2)])
def test_drafts_change_nothing(target: HfTarget, sampling: Sampling) -> None:
    plain, _ = drafted_answer(target, "none", sampling)
    drafted, steps = drafted_answer(target, "mtp", sampling)
    assert drafted == plain
    assert sum(step.drafted for step in steps) > len(plain) // 2 > 2


def test_a_checkpoint_saved_without_them_drafts_nothing(folder: Path, tmp_path: Path) -> None:
    transformers.AutoModelForCausalLM.from_pretrained(folder).save_pretrained(tmp_path)
    assert heads(open_model(tmp_path, "tiny", "float32").open()) is None


def test_a_kind_that_has_none_drafts_nothing() -> None:
    assert heads(HfTarget(tiny("phi3"), "tiny").open()) is None
