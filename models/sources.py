"""What an engine needs of a model on this machine: a file, a folder, its tokenizer alone, or nothing."""

from collections.abc import Callable
from pathlib import Path

from specedit.engine.targets import registry
from specedit.models import gguf_files, store


def find(model: str, engine: str, report: Callable[[str], None]) -> Path:
    """Return what `engine` reads of the model of a name, fetching it if need be.

    `report` is told what takes long.

    Raises:
        TargetError: there is no such model, or it cannot be fetched; the message says what to do.
    """
    if engine in registry.ALL_THERE:
        return Path(model)
    if engine in registry.TAKE_GGUF:
        return gguf_files.find(model, report)
    return store.resolve(model, report, weights=engine not in registry.NEED_URL)
