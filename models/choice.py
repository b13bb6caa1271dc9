"""Which engine runs a model here, where nobody says: by the kind of its file, the memory, and what passes were measured to cost."""

import hashlib
import json
import os
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from specedit.engine import machine
from specedit.engine.errors import TargetError
from specedit.engine.folders import cache_folder
from specedit.engine.memory import free_bytes
from specedit.engine.targets.llamacpp import bindings
from specedit.models.presets import PRESETS

OURS, LLAMA = "local", "llama"
ROWS = 16  # of the pass whose seconds are compared: judging and writing with drafts are passes of some rows
# Weights in 16 bits take more than their size: they are laid out anew for products of matrices, and texts are cached.
_SHARE, _MORE = 1.25, 1 << 30


@dataclass(frozen=True, slots=True)
class Notes:
    """What is remembered of a GGUF file on this machine. `seconds`: of a pass of `ROWS` rows, by engine.

    `unknown`: why our own passes cannot run it, None where they can; `wide_bytes`: its weights in 16 bits.
    """

    unknown: str | None
    wide_bytes: int
    seconds: dict[str, float]


def choose(model: str, *, asks: str | None = None) -> str:
    """Return the engine for a model; `asks`: the one that the user's other options are for.

    Raises:
        TargetError: it is not installed.
    """
    engines = possible(model)
    if asks in engines:
        return asks
    path = _file(model)
    seconds = _notes(path).seconds if path is not None and len(engines) > 1 else {}
    if all(engine in seconds for engine in engines):
        return min(engines, key=lambda engine: seconds[engine])
    return engines[0]


def possible(model: str) -> tuple[str, ...]:
    """Return the engines of this machine that can run a model, the one first that verifies faster as a rule.

    Raises:
        TargetError: there is none until one is installed.
    """
    if model in PRESETS or _has_only_gguf(Path(model).expanduser()):
        if not bindings.is_installed():
            raise TargetError(
                f"'{model}' is a quantised model, which llama.cpp runs: {bindings.INSTALL}"
            )
        return (LLAMA,)
    path = _file(model)
    if path is None or not bindings.is_installed():
        return (OURS,)  # where these cannot run a file, its conversion says so, with the remedy
    notes = _notes(path)
    if notes.unknown is not None:
        return (LLAMA,)
    return (OURS, LLAMA) if notes.wide_bytes * _SHARE + _MORE < free_bytes() else (LLAMA,)


def remember(model: str, engine: str, seconds: float) -> None:
    """Note what a pass of `ROWS` rows took, where the model is a GGUF file."""
    path = _file(model)
    if path is not None and bindings.is_installed():
        notes = _notes(path)
        _write(path, Notes(notes.unknown, notes.wide_bytes, notes.seconds | {engine: seconds}))


def _has_only_gguf(folder: Path) -> bool:
    return folder.is_dir() and not (folder / "config.json").is_file() and any(folder.glob("*.gguf"))


def _file(model: str) -> Path | None:
    path = Path(model).expanduser()
    return path.resolve() if path.suffix == ".gguf" and path.is_file() else None


def _notes(path: Path) -> Notes:
    """What is known of a file; read from it once."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        known = json.loads(_place(path).read_text("utf-8"))
        return Notes(known["unknown"], int(known["wide_bytes"]), dict(known["seconds"]))
    from specedit.models import gguf  # with numpy, for this alone

    notes = Notes(*gguf.look(path), {})
    _write(path, notes)
    return notes


def _write(path: Path, notes: Notes) -> None:
    """Note it, whole or not at all; a file that cannot be written is done without."""
    place = _place(path)
    new = place.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(asdict(notes)), "utf-8")
        new.replace(place)


def _place(path: Path) -> Path:
    status = path.stat()
    key = f"{path}:{status.st_size}:{status.st_mtime_ns}:{platform.processor()}:{machine.threads()}"
    return cache_folder() / "engines" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
