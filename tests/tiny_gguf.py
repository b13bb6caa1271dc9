"""Tiny random models of `tests.tiny_models` as GGUF files, in float32: what transformers computes, llama.cpp must compute."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import torch
from gguf import MODEL_ARCH, GGUFWriter
from tests.tiny_models import COMMON, VOCABULARY, tiny

ARCHITECTURES = {
    "qwen2": MODEL_ARCH.QWEN2,
    "mamba": MODEL_ARCH.MAMBA,
    "lfm2 (hybrid)": MODEL_ARCH.LFM2,
}
# Token 0 ends an answer, 1 begins a text; the others are words of no meaning.
TOKENS = ["<|end|>", "<|begin|>", *(f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrst")]


def write(path: Path, kind: str) -> Any:
    """Write a random model of a kind, and return it as transformers has it."""
    model = tiny(kind)
    config, architecture = model.config, ARCHITECTURES[kind]
    writer = GGUFWriter(path, gguf.MODEL_ARCH_NAMES[architecture])
    writer.add_context_length(COMMON["max_position_embeddings"])
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS[:VOCABULARY])
    writer.add_token_types([3, 3] + [1] * (VOCABULARY - 2))
    writer.add_token_merges(["a k", "a l"])
    writer.add_eos_token_id(0)
    writer.add_bos_token_id(1)
    if architecture is MODEL_ARCH.MAMBA:
        _add_mamba(writer, config)
    else:
        _add_attention(writer, config)
    names = gguf.get_tensor_name_map(architecture, config.num_hidden_layers)
    for name, weight in _weights(model):
        known = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert known is not None, name
        writer.add_tensor(known, weight.detach().contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


def _add_attention(writer: GGUFWriter, config: Any) -> None:
    kinds = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers
    heads = [config.num_key_value_heads if kind == "full_attention" else 0 for kind in kinds]
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(heads if 0 in heads else heads[0])
    writer.add_layer_norm_rms_eps(getattr(config, "norm_eps", None) or config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    if 0 in heads:
        writer.add_vocab_size(config.vocab_size)
        writer.add_shortconv_l_cache(config.conv_L_cache)


def _add_mamba(writer: GGUFWriter, config: Any) -> None:
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_ssm_conv_kernel(config.conv_kernel)
    writer.add_ssm_inner_size(config.intermediate_size)
    writer.add_ssm_state_size(config.state_size)
    writer.add_ssm_time_step_rank(config.time_step_rank)
    writer.add_layer_norm_rms_eps(config.layer_norm_epsilon)


def _weights(model: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The weights as llama.cpp wants them."""
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight" and model.config.tie_word_embeddings:
            continue
        if name.endswith("A_log"):
            yield name, -torch.exp(weight)
        elif name.endswith(("conv1d.weight", "conv.conv.weight")):
            yield name, weight.squeeze(1)
        else:
            yield name, weight
