"""Tiny random models of every kind of cache, and their answer from passes without a cache."""

from typing import Any

import torch
import transformers
from tests.fakes import new_context

from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.copy_source import CopySource
from specedit.engine.decode import decode, prefill
from specedit.engine.target import GREEDY, Sampling, Target

VOCABULARY = 97
SEEDS = dict.fromkeys(
    ("gpt-neox", "phi3", "mixtral (experts)"), 7
)  # whose answers are long and varied
COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 1024,
    "eos_token_id": 0,
    "pad_token_id": 0,
    "bos_token_id": 1,
}


def tiny(kind: str) -> Any:
    """A random model of a kind, always the same."""
    torch.manual_seed(SEEDS.get(kind, 3))
    if kind == "llama":
        config: Any = transformers.LlamaConfig(**COMMON, num_hidden_layers=2)
    elif kind == "qwen2":
        config = transformers.Qwen2Config(**COMMON, num_hidden_layers=2)
    elif kind == "qwen3":
        config = transformers.Qwen3Config(**COMMON, num_hidden_layers=2)
    elif kind == "gpt-neox":
        config = transformers.GPTNeoXConfig(**COMMON, num_hidden_layers=2)
    elif kind == "phi3":
        config = transformers.Phi3Config(**COMMON, num_hidden_layers=2)
    elif kind == "mixtral (experts)":
        config = transformers.MixtralConfig(
            **COMMON, num_hidden_layers=2, num_local_experts=4, num_experts_per_tok=2
        )
    elif kind == "llama4 (chunks)":
        config = transformers.Llama4TextConfig(
            **COMMON,
            num_hidden_layers=3,
            no_rope_layer_interval=3,
            attention_chunk_size=8,
            floor_scale=8,
            num_local_experts=2,
            intermediate_size_mlp=48,
        )
    elif kind == "gemma2 (sliding window)":
        config = transformers.Gemma2Config(
            **COMMON,
            num_hidden_layers=2,
            sliding_window=8,
            layer_types=["sliding_attention", "full_attention"],
        )
    elif kind == "gemma3 (sliding window)":
        config = transformers.Gemma3TextConfig(
            **COMMON,
            num_hidden_layers=3,
            sliding_window=8,
            layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        )
    elif kind == "mistral (sliding window)":
        config = transformers.MistralConfig(**COMMON, num_hidden_layers=2, sliding_window=8)
    elif kind == "qwen3-next (hybrid)":
        config = transformers.Qwen3NextConfig(
            **COMMON,
            num_hidden_layers=2,
            layer_types=["linear_attention", "full_attention"],
            linear_num_key_heads=2,
            linear_num_value_heads=2,
            linear_key_head_dim=8,
            linear_value_head_dim=8,
            num_experts=2,
            num_experts_per_tok=1,
            moe_intermediate_size=16,
            shared_expert_intermediate_size=16,
        )
    elif kind == "lfm2 (hybrid)":
        config = transformers.Lfm2Config(
            **COMMON,
            num_hidden_layers=3,
            layer_types=["conv", "full_attention", "conv"],
            conv_L_cache=3,
            block_auto_adjust_ff_dim=False,
        )
    else:
        config = transformers.MambaConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            state_size=4,
            num_hidden_layers=2,
            eos_token_id=0,
            pad_token_id=0,
            bos_token_id=1,
        )
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    # Random weights of the usual scale make all tokens alike; larger ones make choices that matter.
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(4)
    return model


ATTENTION = (
    "llama",
    "qwen2",
    "qwen3",
    "gpt-neox",
    "phi3",
    "mixtral (experts)",
    "llama4 (chunks)",
    "gemma2 (sliding window)",
    "gemma3 (sliding window)",
    "mistral (sliding window)",
)
RECURRENT = ("qwen3-next (hybrid)", "mamba")
PROMPT = [5, 9, 2, 7, 5, 9, 2, 8, 4, 4, 3, 11, 5, 9, 2]
LENGTH = 40


def uncached(model: Any, length: int) -> list[int]:
    """The greedy answer, every token from a pass over the whole text."""
    text = list(PROMPT)
    while len(text) < len(PROMPT) + length and (text[-1] != 0 or len(text) == len(PROMPT)):
        logits = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1]
        text.append(int(logits.argmax()))
    return text[len(PROMPT) :]


def answer(
    target: Target,
    drafter: Any,
    sampling: Sampling = GREEDY,
    near_tie: float | None = None,
    source: CopySource | None = None,
) -> list[int]:
    sequence = target.open()
    if source is not None:
        sequence = with_copy_prior(sequence, source, len(PROMPT), target.copy_prior)
    for _ in prefill(sequence, PROMPT):
        pass
    output: list[int] = []
    for _ in decode(
        sequence,
        new_context(PROMPT, output),
        drafter,
        stop_ids=target.stop_ids,
        sampling=sampling,
        max_tokens=LENGTH,
        near_tie=near_tie,
    ):
        if sequence.rollback_limit:
            assert sequence.length == len(PROMPT) + len(output) - 1
    sequence.close()
    return output
