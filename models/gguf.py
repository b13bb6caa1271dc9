"""A GGUF file as a Hugging Face folder: bf16 safetensors, config and tokenizer.

Written for the files whose layout we know: the `llama` and `qwen2` architectures with a byte-level BPE
vocabulary, in one file. No torch: numpy dequantises, rounds to bfloat16 and merges an adapter.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specedit.engine.errors import TargetError
from specedit.engine.targets.model_files import COPY_PRIOR, WRITES
from specedit.models import gguf_tokenizer

Array = NDArray[np.float32]

_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_CLASSES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}


class UnknownLayout(TargetError):
    """A GGUF file of an architecture or vocabulary that this module does not know."""


def convert(
    gguf: Path, folder: Path, adapter: Path | None = None, *, can_write: bool = True
) -> None:
    """Write `gguf` into the existing, empty `folder` as a model that transformers opens.

    `adapter` is a safetensors file of low-rank pairs `<weight name>.a` [rank, in] and `.b` [out, rank];
    b @ a is added to the weight it names, in float32, before rounding. `can_write`: see `Target`.

    Raises:
        TargetError: the file is not readable as GGUF.
        UnknownLayout: it is of a kind that this module does not know; nothing was written.
    """
    reader = _reader(gguf)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    if not _is_known(fields):
        raise UnknownLayout(f"our own passes cannot run '{gguf}': {_unknown(fields)}")
    config = _config(fields, tied=all(t.name != "output.weight" for t in reader.tensors))
    deltas, notes = _adapter_pairs(adapter) if adapter else ({}, {})
    if COPY_PRIOR in notes:
        config[COPY_PRIOR] = float(notes[COPY_PRIOR])
    if not can_write:
        config[WRITES] = False
    weights = (
        (name, weight + delta if (delta := _product(deltas, name)) is not None else weight)
        for name, weight in _weights(reader.tensors, config)
    )
    shapes = {hugging_face_name(t.name): [*map(int, reversed(t.shape))] for t in reader.tensors}
    _write_json(folder / "tokenizer.json", gguf_tokenizer.tokenizer(fields))
    _write_json(folder / "tokenizer_config.json", gguf_tokenizer.config(fields))
    _write_json(folder / "config.json", config)
    _write_bfloat16(folder / "model.safetensors", shapes, weights)


def look(gguf: Path) -> tuple[str | None, int]:
    """Return why `convert` cannot write a file, None if it can, and how many bytes its weights have in 16 bits.

    Raises:
        TargetError: the file is not readable as GGUF.
    """
    reader = _reader(gguf)
    known = ("general.architecture", "tokenizer.ggml.pre", "split.count")
    fields = {name: reader.fields[name].contents() for name in known if name in reader.fields}
    problem = None if _is_known(fields) else _unknown(fields)
    return problem, 2 * sum(prod(map(int, tensor.shape)) for tensor in reader.tensors)


def _reader(gguf: Path) -> Any:
    import gguf as gguf_package

    try:
        return gguf_package.GGUFReader(gguf)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise TargetError(f"'{gguf}' is not a readable GGUF file: {error}") from error


def _is_known(fields: Mapping[str, Any]) -> bool:
    """Whether `convert` can write this file's architecture and vocabulary."""
    return (
        fields.get("general.architecture") in _CLASSES
        and fields.get("tokenizer.ggml.pre") in gguf_tokenizer.PRE_TOKENIZERS
        and fields.get("split.count", 0) < 2
    )


def _unknown(fields: Mapping[str, Any]) -> str:
    """What of a file is not known."""
    if fields.get("split.count", 0) > 1:
        return f"it is one of {fields['split.count']} parts"
    return (
        f"it holds architecture '{fields.get('general.architecture')}' with vocabulary "
        f"'{fields.get('tokenizer.ggml.pre')}'; known: {', '.join(_CLASSES)} with "
        f"{', '.join(gguf_tokenizer.PRE_TOKENIZERS)}"
    )


def _config(fields: Mapping[str, Any], *, tied: bool) -> dict[str, Any]:
    kind = fields["general.architecture"]
    hidden, heads = fields[f"{kind}.embedding_length"], fields[f"{kind}.attention.head_count"]
    return {
        "architectures": [_CLASSES[kind]],
        "model_type": kind,
        "dtype": "bfloat16",
        "hidden_act": "silu",
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
        "hidden_size": hidden,
        "head_dim": hidden // heads,
        "intermediate_size": fields[f"{kind}.feed_forward_length"],
        "num_hidden_layers": fields[f"{kind}.block_count"],
        "num_attention_heads": heads,
        "num_key_value_heads": fields[f"{kind}.attention.head_count_kv"],
        "max_position_embeddings": fields[f"{kind}.context_length"],
        "rms_norm_eps": fields[f"{kind}.attention.layer_norm_rms_epsilon"],
        "rope_theta": fields[f"{kind}.rope.freq_base"],
        "tie_word_embeddings": tied,
        "bos_token_id": fields.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
    }


def _weights(tensors: Any, config: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    """Each tensor dequantised to float32 [out, in], under its Hugging Face name."""
    import gguf as gguf_package

    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for tensor in tensors:
        weight = np.asarray(
            gguf_package.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32
        )
        part = tensor.name.split(".")[-2]
        if config["model_type"] == "llama" and part in heads:
            weight = _unpermute(weight, heads[part])
        yield hugging_face_name(tensor.name), weight


def hugging_face_name(name: str) -> str:
    """Return what the Hugging Face file calls a tensor of a GGUF file."""
    if name in _TOP_NAMES:
        return _TOP_NAMES[name]
    _, layer, part, suffix = name.split(".")
    return f"model.layers.{layer}.{_LAYER_NAMES[part]}.{suffix}"


def _unpermute(weight: Array, num_heads: int) -> Array:
    """Undo llama.cpp's interleaving of the two rotary halves within each head."""
    half = weight.shape[0] // num_heads // 2
    pairs = weight.reshape(num_heads, half, 2, *weight.shape[1:])
    return pairs.swapaxes(1, 2).reshape(weight.shape)


def _adapter_pairs(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The pairs of an adapter, and the metadata that it was saved with."""
    from safetensors import safe_open

    pairs: dict[str, Array] = {}
    with safe_open(path, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118 - safe_open is not a mapping
            pairs[name] = file.get_tensor(name).astype(np.float32)
        return pairs, file.metadata() or {}


def _product(pairs: Mapping[str, Array], name: str) -> Array | None:
    stem = name.removesuffix(".weight")
    if f"{stem}.a" not in pairs:
        return None
    product: Array = pairs[f"{stem}.b"] @ pairs[f"{stem}.a"]
    return product


def _to_bfloat16(values: Array) -> NDArray[np.uint16]:
    """The upper halves of float32 values, rounded to nearest, ties to even."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def _write_bfloat16(
    path: Path, shapes: Mapping[str, list[int]], weights: Iterable[tuple[str, Array]]
) -> None:
    """Write weights, in the order of their shapes, as safetensors: one at a time, as all of them may not fit the memory.

    The format: 8 bytes with the length of a header in JSON, the header, and the numbers.
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + 2 * prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for (name, weight), expected in zip(weights, shapes, strict=True):
            assert name == expected and [*weight.shape] == shapes[name], name
            file.write(_to_bfloat16(weight).data)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
