"""GGUF files to try llama.cpp with: the embedded model in other formats, and a larger one whose answer is known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from specedit.engine.errors import TargetError
from specedit.engine.targets.llamacpp.bindings import library, reason
from specedit.models.gguf import Array

# Formats of whole files, by the names that they go by, as llama.cpp numbers them.
FORMATS = {
    "F16": gguf.LlamaFileType.MOSTLY_F16,
    "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
    "Q4_K_M": gguf.LlamaFileType.MOSTLY_Q4_K_M,
}
_BLOCK = 256  # values in a row that K-quants take together; a width that is no multiple gets another format
_VOCABULARY, _LISTS = "tokenizer.", ("tokens", "token_type")  # lists of a value a token

Shape = tuple[int, ...]
Tensors = list[tuple[str, Shape, Callable[[], Array]]]  # made when they are written


def quantise(source: Path, path: Path, kind: str) -> Path:
    """Write a model in another of the `FORMATS`, one that is quantised already too; return `path`.

    Raises:
        TargetError: llama.cpp cannot.
    """
    functions = library()
    parameters = functions.llama_model_quantize_default_params()
    parameters.ftype, parameters.allow_requantize = FORMATS[kind], True
    if functions.llama_model_quantize(str(source).encode(), str(path).encode(), parameters):
        raise TargetError(f"llama.cpp cannot write '{source}' as {kind}: {reason()}")
    return path


def cut(source: Path, path: Path, layers: int) -> Path:
    """Write the first layers of a Llama alone, in 16 bits; return `path`."""
    reader = gguf.GGUFReader(source)
    kept = [
        tensor
        for tensor in reader.tensors
        if not tensor.name.startswith("blk.") or int(tensor.name.split(".")[1]) < layers
    ]
    tensors: Tensors = [
        (
            tensor.name,
            tuple(int(length) for length in reversed(tensor.shape)),
            partial(gguf.dequantize, tensor.data, tensor.tensor_type),
        )
        for tensor in kept
    ]
    _write(path, "llama", _changed(reader, {"llama.block_count": layers}), tensors)
    return path


def widen(source: Path, path: Path) -> Path:
    """Write a Llama with widths that K-quants take, by zeros that change nothing that it says; return `path`.

    More heads that say nothing, and a norm whose weights make up for the zeros that it takes the mean of.
    """
    reader = gguf.GGUFReader(source)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    width, heads = fields["llama.embedding_length"], fields["llama.attention.head_count"]
    wide = -(-width // _BLOCK) * _BLOCK
    factor, head = wide / width, width // heads
    groups = heads // fields["llama.attention.head_count_kv"]
    changed = {
        "llama.embedding_length": wide,
        "llama.attention.head_count": wide // head,
        "llama.attention.head_count_kv": wide // head // groups,
        "llama.attention.layer_norm_rms_epsilon": fields["llama.attention.layer_norm_rms_epsilon"]
        / factor,
    }
    widths = {width: wide, width // groups: wide // groups}

    def widened(tensor: Any) -> Array:
        values = np.asarray(gguf.dequantize(tensor.data, tensor.tensor_type), np.float32)
        if values.ndim == 1:
            values = values / factor**0.5
        more = [(0, widths.get(length, length) - length) for length in values.shape]
        return np.pad(values, more)

    tensors: Tensors = [
        (
            tensor.name,
            tuple(widths.get(int(length), int(length)) for length in reversed(tensor.shape)),
            partial(widened, tensor),
        )
        for tensor in reader.tensors
    ]
    _write(path, "llama", _changed(reader, changed), tensors)
    return path


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model is; as it stands, Qwen2.5's of 1.5 billion weights."""

    vocabulary: int = 151_936
    width: int = 1536
    inner: int = 8960
    layers: int = 28
    heads: int = 12
    kv_heads: int = 2


def write_counting(path: Path, words: Path, size: Size) -> Path:
    """Write a Qwen2 of random weights whose layers add nothing: after token t it says t + 1; return `path`.

    Its vocabulary begins with that of the file `words`. Passes cost what they cost with any other weights.
    """
    source = gguf.GGUFReader(words)
    rng = np.random.default_rng(0)
    embedding = rng.standard_normal((size.vocabulary, size.width), np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)

    def random(*shape: int) -> tuple[Shape, Callable[[], Array]]:
        return shape, lambda: rng.standard_normal(shape, np.float32) / shape[-1] ** 0.5

    def constant(value: float, *shape: int) -> tuple[Shape, Callable[[], Array]]:
        return shape, lambda: np.full(shape, value, np.float32)

    square, kv = (size.width, size.width), size.width // size.heads * size.kv_heads
    tensors: Tensors = [
        ("token_embd.weight", embedding.shape, lambda: embedding),
        ("output.weight", embedding.shape, lambda: 4 * np.roll(embedding, 1, axis=0)),
        ("output_norm.weight", *constant(1, size.width)),
    ]
    layer = {
        "attn_norm.weight": constant(1, size.width),
        "attn_q.weight": random(*square),
        "attn_q.bias": random(size.width),
        "attn_k.weight": random(kv, size.width),
        "attn_k.bias": random(kv),
        "attn_v.weight": random(kv, size.width),
        "attn_v.bias": random(kv),
        "attn_output.weight": constant(0, *square),
        "ffn_norm.weight": constant(1, size.width),
        "ffn_gate.weight": random(size.inner, size.width),
        "ffn_up.weight": random(size.inner, size.width),
        "ffn_down.weight": constant(0, size.width, size.inner),
    }
    for number in range(size.layers):
        tensors += [(f"blk.{number}.{name}", *made) for name, made in layer.items()]
    _write(path, "qwen2", _counting_fields(source, size), tensors)
    return path


def _counting_fields(source: Any, size: Size) -> Iterator[tuple[Any, ...]]:
    kinds = gguf.GGUFValueType
    for name, value in (
        ("context_length", 32_768),
        ("embedding_length", size.width),
        ("block_count", size.layers),
        ("feed_forward_length", size.inner),
        ("attention.head_count", size.heads),
        ("attention.head_count_kv", size.kv_heads),
    ):
        yield f"qwen2.{name}", value, kinds.UINT32
    yield "qwen2.rope.freq_base", 1e6, kinds.FLOAT32
    yield "qwen2.attention.layer_norm_rms_epsilon", 1e-6, kinds.FLOAT32
    listed = {name: source.fields[f"tokenizer.ggml.{name}"].contents() for name in _LISTS}
    more = range(len(listed["tokens"]), size.vocabulary)
    listed["tokens"] += [f"<|unused {i}|>" for i in more]
    listed["token_type"] += [int(gguf.TokenType.NORMAL) for _ in more]
    changed = {f"tokenizer.ggml.{name}": values for name, values in listed.items()}
    yield from (field for field in _changed(source, changed) if field[0].startswith(_VOCABULARY))


def _changed(reader: Any, changed: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Name, value and types of what a file says of itself, with some of it changed."""
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name.startswith("general."):
            continue
        yield field.name, changed.get(field.name, field.contents()), *field.types[:2]


def _write(
    path: Path, architecture: str, fields: Iterator[tuple[Any, ...]], tensors: Sequence[Any]
) -> None:
    """Write a file in 16 bits, a tensor at a time."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    for field in fields:
        writer.add_key_value(*field)
    for name, shape, _ in tensors:
        kind: Any = np.dtype(_format(shape))
        size = int(np.prod(shape)) * kind.itemsize
        writer.add_tensor_info(name, shape, kind, size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for _, shape, values in tensors:
        writer.write_tensor_data(np.ascontiguousarray(values(), _format(shape)))
    writer.close()


def _format(shape: Shape) -> Any:
    return np.float32 if len(shape) == 1 else np.float16
