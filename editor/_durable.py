"""Writes that outlast a crash of the machine."""

import os
from contextlib import suppress
from pathlib import Path


def create(path: Path, data: bytes) -> None:
    """Write a new file for its owner alone, and have the disk keep it.

    Raises:
        FileExistsError: there is one of that name, or a link.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the disk keep which files are in a folder, where the file system can."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
