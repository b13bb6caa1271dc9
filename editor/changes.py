"""What a transaction does with one file: its paths are real ones, as `files.read` or `file_changes.path_in` return them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Write:
    """A file gets other bytes. `executable`: whether it may be executed afterwards; None leaves that as it is."""

    path: Path
    before: bytes
    after: bytes
    executable: bool | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """A file is made where there is none; folders on the way to it are made too."""

    path: Path
    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A file is removed that holds `before`. Its folder stays, though it may be empty."""

    path: Path
    before: bytes


@dataclass(frozen=True, slots=True)
class Move:
    """A file gets another name, where there is none, and perhaps other bytes. It stays the same file: owner, links and all."""

    path: Path
    to: Path
    before: bytes
    after: bytes
    executable: bool | None = None


FileChange = Write | Create | Delete | Move
