"""What a run does, one step after the other: each is whole or not made at all, and can be taken back."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from specedit.edits import file_changes, files
from specedit.edits.document import sha256

Kind = Literal["edit", "create", "delete", "move", "mode", "folder"]
States = Mapping[
    Path, str | None
]  # the hash of what each file holds, or "folder"; None: there is nothing
_FOLDER = "folder"
_ABSENT = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True)
class FileStep:
    """What is to be done with a file, or with a folder: `before` and `after` are what it holds, None where there is none.

    `modes`: its permissions before and afterwards, where they count.
    """

    kind: Kind
    path: Path
    before: bytes | None = None
    after: bytes | None = None
    moved_to: Path | None = None
    modes: tuple[int | None, int | None] = (None, None)
    request_id: str = ""

    def make(self) -> bool:
        """Do it; return whether it was done atomically.

        Raises:
            EditRefused: what is there is not what was to be there, or it cannot be done; then nothing is.
        """
        if self.kind == "edit":
            return files.write(self.path, self.after or b"", base_sha256=sha256(self.before or b""))
        if self.kind == "create":
            is_executable = bool((self.modes[1] or 0) & 0o111)
            file_changes.create(self.path, self.after or b"", executable=is_executable)
        elif self.kind == "delete":
            file_changes.remove(self.path, base_sha256=sha256(self.before or b""))
        elif self.kind == "move" and self.moved_to is not None:
            base = sha256(self.before or b"")
            file_changes.move(self.path, self.moved_to, base_sha256=base)
        elif self.kind == "mode" and self.modes[1] is not None:
            file_changes.set_mode(self.path, self.modes[1])
        elif self.kind == "folder":
            file_changes.make_folder(self.path)
        return True


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A step that a run has made, or began. `note`: where that is noted; `before`: what the file held, where it is kept."""

    path: Path
    before: bytes
    base_sha256: str | None
    result_sha256: str | None
    request_id: str
    note: Path
    kind: Kind = "edit"
    moved_to: Path | None = None
    modes: tuple[int | None, int | None] = (None, None)

    @classmethod
    def of_step(cls, step: FileStep, note: Path) -> "JournalEntry":
        """What is noted of a step."""
        base, result = (
            None if data is None else sha256(data) for data in (step.before, step.after)
        )
        path = step.path.absolute()
        before, request = step.before or b"", step.request_id
        return cls(path, before, base, result, request, note, step.kind, step.moved_to, step.modes)

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any], note: Path) -> "JournalEntry":
        """What a note says; its copy is not read.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is none of ours.
        """
        kind = fields.get("kind", "edit")
        if kind not in get_args(Kind):
            raise ValueError(f"no step '{kind}'")
        base, result = (
            None if fields[name] is None else str(fields[name])
            for name in ("base_sha256", "result_sha256")
        )
        moved_to = _path(fields["moved_to"]) if kind == "move" else None
        old, new = (_mode(mode) for mode in fields.get("modes", (None, None)))
        request = str(fields.get("request_id", ""))
        return cls(
            _path(fields["path"]), b"", base, result, request, note, kind, moved_to, (old, new)
        )

    @property
    def fields(self) -> dict[str, Any]:
        """The note, which `of_fields` reads."""
        made: dict[str, Any] = {"path": str(self.path)}
        made |= {"base_sha256": self.base_sha256, "result_sha256": self.result_sha256}
        made |= {"request_id": self.request_id} if self.request_id else {}
        made |= {"kind": self.kind} if self.kind != "edit" else {}
        made |= {"moved_to": str(self.moved_to)} if self.moved_to is not None else {}
        return made | ({"modes": self.modes} if any(m is not None for m in self.modes) else {})

    @property
    def copy(self) -> Path:
        """Where the file's bytes from before are kept."""
        return self.note.with_suffix(".before")

    @property
    def is_kept(self) -> bool:
        """Whether what the file held is kept: it is nowhere else."""
        return self.kind in ("edit", "delete")

    @property
    def base(self) -> States:
        """The files before the step; none, where only a mode is set."""
        return self._states(self.base_sha256, is_before=True)

    @property
    def result(self) -> States:
        """The same files after it."""
        return self._states(self.result_sha256, is_before=False)

    def _states(self, sha: str | None, *, is_before: bool) -> States:
        if self.kind == "mode":
            return {}
        if self.kind == "folder":
            return {self.path: None if is_before else _FOLDER}
        if self.moved_to is None:
            return {self.path: sha}
        return {self.path: sha if is_before else None, self.moved_to: None if is_before else sha}

    def take_back(self) -> None:
        """Do the opposite.

        Raises:
            EditRefused: what it left has changed since, or it cannot be done; then nothing is.
        """
        result, (old, new) = self.result_sha256 or "", self.modes
        if self.kind == "edit":
            files.write(self.path, self.before, base_sha256=result)
        elif self.kind == "create":
            file_changes.remove(self.path, base_sha256=result)
        elif self.kind == "delete":
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file_changes.create(self.path, self.before, mode=old)
        elif self.kind == "move" and self.moved_to is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file_changes.move(self.moved_to, self.path, base_sha256=result)
        elif self.kind == "mode" and old is not None:
            if os.path.lexists(self.path) and file_changes.mode_of(self.path) == new:
                file_changes.set_mode(self.path, old)
        elif self.kind == "folder":
            file_changes.remove_folder(self.path)


def state_of(path: Path) -> str | None:
    """Return the hash of what a file holds now, "folder" for a folder, None if there is nothing.

    Raises:
        OSError: it cannot be read.
        EditRefused: it is neither a folder nor a regular file.
    """
    if path.is_dir() and not path.is_symlink():
        return _FOLDER
    try:
        return sha256(files.content(path))
    except _ABSENT:
        return None


def _path(value: Any) -> Path:
    path = Path(value)
    if b"\0" in os.fsencode(path) or not path.is_absolute():
        raise ValueError(f"{value!r} is no path")
    return path


def _mode(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or not 0 <= value <= 0o7777):
        raise ValueError(f"{value!r} is no mode")
    return value
