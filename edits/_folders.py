"""The folder of a file that is to be written, made, removed or moved: open and locked, and kept by the disk."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from specedit.edits import _system
from specedit.edits._replacing import clean
from specedit.engine.errors import EditRefused


@contextlib.contextmanager
def changing(path: Path, verb: str) -> Iterator[int]:
    """Hold the folder of a file open and locked; what the system refuses is told, with what was to be done."""
    try:
        with (
            _system.opened_folder(path.parent) as folder,
            _system.locked_folder(folder) as listed,
        ):
            if listed is not None:
                clean(listed)
            yield folder
            sync_folder(listed)
    except OSError as error:
        raise EditRefused(f"cannot {verb} {path}: {error.strerror}") from error


def sync_folder(folder: int | None) -> None:
    """Have the disk keep which files a folder has, where the file system can."""
    if folder is not None:
        with contextlib.suppress(OSError):
            os.fsync(folder)
