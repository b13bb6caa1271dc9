"""What was applied, so that it can be undone: one folder a run, written before the files are."""

import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from specedit.editor.config import state_folder
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused

_KEPT_RUNS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was before a run and as the run left it."""

    path: Path
    before: bytes
    base_sha256: str
    result_sha256: str
    request_id: str = ""


class Journal:
    """The runs of this user, newest last."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder() / "journal"
        self._run: Path | None = None

    @contextmanager
    def recording(
        self, path: Path, before: bytes, after: bytes, request_id: str = ""
    ) -> Iterator[None]:
        """Note on disk that `path` is about to change, for the time of a write; a write that fails is not noted."""
        try:
            noted = self._note(path, before, after, request_id)
        except OSError as error:
            raise EditRefused(
                f"cannot note in {self._folder} what the file was: {error.strerror}; nothing was written"
            ) from error
        try:
            yield
        except EditRefused:
            for file in noted:
                file.unlink(missing_ok=True)
            raise

    def _note(self, path: Path, before: bytes, after: bytes, request_id: str) -> tuple[Path, Path]:
        if self._run is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._run = self._folder / f"{time.time_ns():020d}-{secrets.token_hex(3)}"
            self._run.mkdir(mode=0o700)
            self._drop_old()
        number = len(list(self._run.glob("*.json")))
        entry = {"path": str(path), "base_sha256": sha256(before), "result_sha256": sha256(after)}
        entry |= {"request_id": request_id} if request_id else {}
        noted = (self._run / f"{number}.before", self._run / f"{number}.json")
        _write(noted[0], before)
        unfinished = self._run / f"{number}.new"
        _write(unfinished, json.dumps(entry).encode())
        unfinished.rename(noted[1])  # whoever reads finds all of it or nothing
        return noted

    def last(self) -> Sequence[Entry]:
        """Return what the last run changed; nothing if there is no run."""
        runs = self._runs()
        return self._entries(runs[-1]) if runs else ()

    def of_request(self, request_id: str, path: Path) -> Entry | None:
        """Return what the request with this id has changed in a file, or was about to."""
        entries = (entry for run in reversed(self._runs()) for entry in self._entries(run))
        return next((e for e in entries if (e.request_id, e.path) == (request_id, path)), None)

    def undo(self) -> Sequence[Entry]:
        """Put the files of the last run back, and forget the run.

        Raises:
            EditRefused: there is nothing to undo, or a file has changed since; then no file is touched.
        """
        entries = self.last()
        if not entries:
            raise EditRefused("nothing to undo")
        todo = [entry for entry in entries if self._needs_undo(entry)]
        for entry in todo:
            files.write(entry.path, entry.before, base_sha256=sha256(entry.path.read_bytes()))
        self._forget(self._runs()[-1])
        return todo

    def _needs_undo(self, entry: Entry) -> bool:
        try:
            now = sha256(entry.path.read_bytes())
        except OSError as error:
            raise EditRefused(f"cannot undo {entry.path}: {error.strerror}") from error
        if now not in (entry.base_sha256, entry.result_sha256):
            raise EditRefused(
                f"cannot undo {entry.path}: it was changed after specedit wrote it; "
                f"what it was before is in {self._runs()[-1]}"
            )
        return now != entry.base_sha256

    def _runs(self) -> list[Path]:
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []

    def _entries(self, run: Path) -> tuple[Entry, ...]:
        """What a run has noted; others may write and forget at the same time."""
        entries = []
        for path in sorted(run.glob("*.json"), key=lambda p: int(p.stem)):
            with suppress(OSError, ValueError, KeyError):
                entry = json.loads(path.read_bytes())
                before = path.with_suffix(".before").read_bytes()
                hashes = entry["base_sha256"], entry["result_sha256"]
                entries.append(
                    Entry(Path(entry["path"]), before, *hashes, entry.get("request_id", ""))
                )
        return tuple(entries)

    def _drop_old(self) -> None:
        for run in self._runs()[:-_KEPT_RUNS]:
            self._forget(run)

    def _forget(self, run: Path) -> None:
        with suppress(OSError):
            for path in run.iterdir():
                path.unlink(missing_ok=True)
            run.rmdir()


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
