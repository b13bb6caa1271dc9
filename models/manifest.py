"""What a converted model's files were when they were written: what makes a damaged cache visible.

`specedit.json` holds [size, time of the last change of bytes, of anything, SHA-256] of each file, times in nanoseconds. The time of
the last change of anything (ctime) is the system's: no program sets it, so a file whose size and times are the ones noted has not
been written to.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_NAME = "specedit.json"
_CHEAP = (
    16 << 20
)  # bytes that are hashed in milliseconds: files up to this are read again whatever their times say

_Noted = tuple[int, int, int, str]


def name_of(folder: Path) -> str | None:
    """Return the name that a folder's model was written under; None where that is not noted."""
    noted = _read(folder)
    return noted and noted[0]


def write(folder: Path, name: str) -> None:
    """Note what the files of a folder are."""
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        status = path.stat()
        times = status.st_mtime_ns, status.st_ctime_ns
        files[path.name] = (status.st_size, *times, file_hash(path))
    _write(folder, name, files)


def is_whole(folder: Path) -> bool:
    """Return whether every file is as it was written: by its hash if that is cheap, or if its size or times say that it may not be."""
    noted = _read(folder)
    if noted is None:
        return False
    name, files = noted
    now = {}
    for file, (size, *times, digest) in files.items():
        path = folder / file
        try:
            status = path.stat()
            if status.st_size != size:
                return False
            as_noted = times == [status.st_mtime_ns, status.st_ctime_ns]
            if (not as_noted or size <= _CHEAP) and file_hash(path) != digest:
                return False
        except OSError:
            return False
        now[file] = (size, status.st_mtime_ns, status.st_ctime_ns, digest)
    if now != files:
        with suppress(OSError):  # a cache that cannot be written is read again each time
            _write(folder, name, now)
    return True


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, name: str, files: Mapping[str, _Noted]) -> None:
    new = folder / f".{_NAME}.{secrets.token_hex(4)}"
    new.write_text(json.dumps({"name": name, "files": files}), encoding="utf-8")
    new.replace(folder / _NAME)


def _read(folder: Path) -> tuple[str, dict[str, _Noted]] | None:
    """What is noted; an earlier version noted no time of the last change of anything."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        noted = json.loads((folder / _NAME).read_text("utf-8"))
        files = {
            str(name): (int(size), int(changed), int(times[0]) if times else 0, str(digest))
            for name, (size, changed, *times, digest) in noted["files"].items()
        }
        return (str(noted["name"]), files) if files else None
    return None
