"""On what torch can compute here, what a model is put on, and in which number format it is fastest there."""

import platform
import sys

import torch

from specedit.engine.errors import TargetError
from specedit.engine.targets.registry import AUTO

_CPU, _CUDA, _MPS = "cpu", "cuda", "mps"
_GIB = 1 << 30


def present() -> tuple[str, ...]:
    """Return the devices that are here, as `--device` calls them; a GPU before the processor."""
    gpus = ((_CUDA, torch.cuda.is_available), (_MPS, torch.backends.mps.is_available))
    return (*(name for name, is_there in gpus if is_there()), _CPU)


def choose(name: str) -> str:
    """Return the device that a name of `--device` means: of "auto" a GPU, if there is one.

    Raises:
        TargetError: it is not here; the message says why, and what to do.
    """
    there = present()
    if name == AUTO:
        return there[0]
    if name not in there:
        raise TargetError(
            f"--device {name}: {_lack(name)}; or choose what is here: {', '.join(there)}"
        )
    return name


def describe() -> dict[str, str]:
    """Return for every device that this system may have what it is, or why there is none."""
    there = present()
    texts = {_CPU: platform.processor() or platform.machine()}
    if _CUDA in there:
        properties = torch.cuda.get_device_properties(0)
        texts[_CUDA] = f"{properties.name}, {properties.total_memory / _GIB:.0f} GiB"
    if _MPS in there:
        texts[_MPS] = f"Apple, {torch.mps.recommended_max_memory() / _GIB:.0f} GiB"
    possible = (_CPU, _MPS) if sys.platform == "darwin" else (_CPU, _CUDA)
    return {name: texts.get(name) or f"none: {_lack(name)}" for name in possible}


def fastest_dtype(device: str) -> str:
    """Return "bfloat16" where a device multiplies it natively or is short of memory for more, else "float32".

    A processor that does is measured once, see `number_formats`. Without AVX-512 a bf16 matmul measured 8 times slower than one in float32; AVX-512 by itself has no bf16.
    """
    if device == _CUDA:
        has_it = torch.cuda.is_bf16_supported()
    elif device == _MPS:
        has_it = torch.backends.mps.is_macos_or_newer(14, 0)
    else:
        from specedit.engine.targets import number_formats

        has_it = has_bfloat16() and number_formats.wins()
    return "bfloat16" if has_it else "float32"


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively."""
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch says that a device has no memory left: MPS has no class of its own for that."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError)
        and ("out of memory" in str(error) or "alloc" in str(error))  # the latter on processors
    )


def _lack(name: str) -> str:
    """Why a device is not here, and what would bring it."""
    version = torch.__version__
    if name == _MPS:
        if torch.backends.mps.is_built():
            return "torch needs macOS 14 or later and an Apple processor for it"
        return f"this torch ({version}) is built without MPS; it comes with torch for macOS alone"
    if torch.version.cuda or torch.version.hip:
        return f"torch ({version}) sees no GPU; look at the driver with nvidia-smi or rocm-smi"
    return (
        f"this torch ({version}) is built without CUDA; "
        "https://pytorch.org/get-started/locally has one with it"
    )
