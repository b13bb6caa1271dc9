"""Which target opens a model folder, on which device and in which number format."""

import ctypes
import json
from contextlib import suppress
from pathlib import Path

import torch

from specedit.engine.errors import TargetError
from specedit.engine.target import Target
from specedit.engine.targets import devices, llama, model_files
from specedit.engine.targets.registry import AUTO, TargetContext

# Bytes of weights. A smaller model that our own passes read stays on a Mac's processor: it reads the same memory as the GPU,
# and transformers takes longer to start the operations of a pass than a GPU could save of it.
_SMALL = 1 << 30


def target(context: TargetContext) -> Target:
    """Return the model in the context's folder."""
    return open_target(context.path, context.name, context.dtype, context.device)


def open_target(folder: Path, name: str, dtype: str | None = None, device: str = AUTO) -> Target:
    """Load the model in `folder` for this machine.

    `dtype` is "float32" or "bfloat16"; by default what the device multiplies fastest.

    Raises:
        TargetError: the folder holds no causal language model that we can open, or the device is not here.
    """
    place = devices.choose(device)
    try:
        is_ours = llama.is_supported(folder)
        if is_ours and device == AUTO and place == "mps" and _bytes(folder) < _SMALL:
            place = "cpu"
        number_format = dtype or devices.fastest_dtype(place)
        if is_ours and place == "cpu":
            opened = llama.LlamaTarget(folder, name, getattr(torch, number_format))
            _return_freed_memory()
            return opened
        kind = str(model_files.config(folder).get("model_type", ""))
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise TargetError(f"cannot open the model in '{folder}': {error!r}") from error
    if kind.startswith("gemma4") and kind.endswith("assistant"):
        raise TargetError(
            f"'{folder}' is a drafter that reads the keys and values of its Gemma 4 model, and is not supported; "
            "give --draft-model a small model with a cache of its own"
        )
    from specedit.engine.targets.hf import open_model

    return open_model(folder, name, number_format, place)


def _bytes(folder: Path) -> int:
    """What the weights take on the disk."""
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def _return_freed_memory() -> None:
    """Give back what glibc holds of the copies that packing made: 110 of 810 MB for the embedded model."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
