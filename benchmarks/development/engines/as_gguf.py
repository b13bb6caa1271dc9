"""The model under test as a GGUF file in float16, for llama.cpp: the metadata of one that it was made of, with our weights."""

import re
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
from safetensors import safe_open

from specedit.models.gguf import Array, hugging_face_name
from specedit.models.store import fetch_gguf

_HEADS = {"attn_q": "head_count", "attn_k": "head_count_kv"}


def write(like: Path, folder: Path, file: Path) -> None:
    """Write the weights of a Hugging Face folder to `file`, with the metadata and tensor names of `like`."""
    reader = gguf.GGUFReader(like)
    writer = gguf.GGUFWriter(file, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        kind, *inner = field.types
        value = gguf.LlamaFileType.MOSTLY_F16 if field.name == "general.file_type" else None
        writer.add_key_value(
            field.name, field.contents() if value is None else value, kind, *inner[:1]
        )
    [weights] = folder.glob("model*.safetensors")  # beside it may be a block that drafts
    with safe_open(weights, "pt") as stored:
        for tensor in reader.tensors:
            array = stored.get_tensor(hugging_face_name(tensor.name)).float().numpy()
            part = re.sub(r"^blk\.\d+\.|\.weight$", "", tensor.name)
            if part in _HEADS:
                heads = reader.fields[f"llama.attention.{_HEADS[part]}"].contents()
                array = _interleaved(array, heads)
            writer.add_tensor(tensor.name, array if array.ndim == 1 else array.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _interleaved(array: Array, heads: int) -> Array:
    """Rows of rotary halves as llama.cpp has them: pairs side by side."""
    halves = array.reshape(heads, 2, array.shape[0] // heads // 2, *array.shape[1:])
    return halves.swapaxes(1, 2).reshape(array.shape)


with tempfile.TemporaryDirectory() as scratch:
    write(fetch_gguf(Path(scratch), print), Path(sys.argv[1]), Path(sys.argv[2]))
