"""Models that are known to write code, by short names: where their quantised files are, and what they need."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specedit.engine.errors import TargetError


@dataclass(frozen=True, slots=True)
class Preset:
    """A GGUF file on the hub. `gigabytes` of the file; as much memory, and some for what is read, is needed to run it."""

    name: str
    repository: str
    file: str
    gigabytes: float
    licence: str


def _coder(size: str, gigabytes: float, licence: str) -> Preset:
    name = f"qwen2.5-coder-{size}"
    return Preset(
        name,
        f"Qwen/Qwen2.5-Coder-{size.upper()}-Instruct-GGUF",
        f"{name}-instruct-q4_k_m.gguf",
        gigabytes,
        licence,
    )


# As their publishers say; none was tried where specedit is made, which has no connection to the hub.
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        _coder("1.5b", 1.1, "Apache-2.0"),
        _coder("3b", 2.1, "Qwen Research: not for commerce"),
        _coder("7b", 4.7, "Apache-2.0"),
        _coder("14b", 9.0, "Apache-2.0"),
    )
}


def fetch(preset: Preset, report: Callable[[str], None]) -> Path:
    """Return the file of a preset, from the hub's cache or from the hub.

    `report` is told what takes long.

    Raises:
        TargetError: it cannot be fetched.
    """
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(preset.repository, preset.file, local_files_only=True))
    except OSError:  # not on this machine yet
        pass
    report(f"downloading {preset.file} ({preset.gigabytes} GB, {preset.licence}) from the hub")
    try:
        return Path(hf_hub_download(preset.repository, preset.file))
    except Exception as error:  # the hub's client raises what its HTTP library does
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TargetError(
            f"cannot fetch {preset.file} of {preset.repository}: {reason}. Check the connection, or give --model FILE.gguf"
        ) from error
