"""Why a model's checkpoint brings nothing that drafts, for the error that says so."""

import re
from collections.abc import Iterator
from pathlib import Path

# Names of published checkpoints: Qwen3-Next and Qwen3.5, MiMo and others `mtp`, DeepSeek-V3 and GLM-4 one more layer with `eh_proj`;
# heads of other systems.
_HEADS = re.compile(r"(^|\.)(mtp\w*|eh_proj|medusa\w*|eagle\w*)\.")


def hindrance(folder: Path) -> str:
    """Return what there is of the kind in a model's folder, and that it is not read; empty where there is nothing."""
    name = next((name for name in sorted(_names(folder)) if _HEADS.search(name)), None)
    if name is None:
        return ""
    return f"it has heads of a kind that is not read here ({name})"


def _names(folder: Path) -> Iterator[str]:
    from safetensors import safe_open

    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            yield from file.keys()
