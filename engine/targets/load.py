"""Which target opens a model folder, and in which number format."""

import ctypes
import json
from contextlib import suppress
from pathlib import Path

import torch

from specedit.engine.errors import TargetError
from specedit.engine.target import Target
from specedit.engine.targets import llama
from specedit.engine.targets.registry import TargetContext


def target(context: TargetContext) -> Target:
    """Return the model in the context's folder."""
    return open_target(context.path, context.name, context.dtype)


def open_target(folder: Path, name: str, dtype: str | None = None) -> Target:
    """Load the model in `folder` for this machine.

    `dtype` is "float32" or "bfloat16"; by default what the machine multiplies fastest.

    Raises:
        TargetError: the folder holds no causal language model that we can open.
    """
    number_format = dtype or fastest_dtype()
    try:
        if not torch.cuda.is_available() and llama.is_supported(folder):
            opened = llama.LlamaTarget(folder, name, getattr(torch, number_format))
            _return_freed_memory()
            return opened
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise TargetError(f"cannot open the model in '{folder}': {error!r}") from error
    from specedit.engine.targets.hf import open_model

    return open_model(folder, name, number_format)


def fastest_dtype() -> str:
    """Return "bfloat16" where the processor or a GPU multiplies it natively, else "float32".

    Without AVX-512 a bf16 matmul measured 8 times slower than one in float32; AVX-512 by itself has no bf16.
    """
    return "bfloat16" if has_bfloat16() or torch.cuda.is_available() else "float32"


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively."""
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


def _return_freed_memory() -> None:
    """Give back what glibc holds of the copies that packing made: 110 of 810 MB for the embedded model."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
