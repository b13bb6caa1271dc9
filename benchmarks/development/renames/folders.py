"""Copies of a package's folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_LINKED = "node_modules"  # large, and not the package's own


@contextmanager
def copied(folder: Path, files: Mapping[str, bytes] | None = None) -> Iterator[Path]:
    """Give a copy of a folder, with these files in place of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="renames-") as outside:
        copy = Path(outside) / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(_LINKED), symlinks=True)
        if (folder / _LINKED).exists():
            (copy / _LINKED).symlink_to(folder / _LINKED)
        for path, data in (files or {}).items():
            (copy / path).write_bytes(data)
        yield copy


def changed_files(before: Path, after: Path) -> dict[str, bytes]:
    """Return the files of a copy that are not as they were."""
    changed = {}
    for folder, inner, names in os.walk(after):
        inner[:] = [name for name in inner if name not in (_LINKED, "__pycache__")]
        for name in names:
            path = Path(folder) / name
            inside = path.relative_to(after)
            data, old = path.read_bytes(), before / inside
            if not old.exists() or old.read_bytes() != data:
                changed[inside.as_posix()] = data
    return changed
