"""What was applied, so that it can be undone: one folder a run, written before the files are."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from specedit.editor import _journal_entries as entries
from specedit.editor._journal_entries import Entry, Run
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused
from specedit.engine.folders import state_folder

__all__ = ["Entry", "Journal", "Run"]

_KEPT_RUNS = 50
_LOCK_SECONDS = 10.0


def _tell_nobody(_message: str) -> None:
    pass


class Journal:
    """The runs of this user. Whoever writes in it, or undoes, holds its one lock."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or state_folder() / "journal").resolve()
        self._run: Path | None = None

    @contextmanager
    def recording(
        self, path: Path, before: bytes, after: bytes, request_id: str = ""
    ) -> Iterator[None]:
        """Note on disk that `path` is about to change, for the time of a write; a write that fails is not noted.

        Raises:
            EditRefused: it cannot be noted; or, worse than what made the write fail, the file is half written.
        """
        with self._locked():
            self._settle_all()
            entry = self._note(path, before, after, request_id)
            try:
                yield
            except BaseException:
                with suppress(OSError):
                    if not entries.settle(entry):
                        entries.drop(entry.note)  # nothing of ours is in the file
                raise
            with suppress(OSError):  # it is written; the next run notes it
                entries.finish(entry)

    def take_back(self) -> None:
        """Put back all that this journal's own run has written so far, and forget it.

        Raises:
            EditRefused: a file has changed since; then no file is touched.
        """
        if self._run is not None and entries.is_used(self._run):
            self.undo(self._run.name)
        self._run = None

    def repair(self) -> Sequence[str]:
        """Put right what a killed run left; return what cannot be, to be told to the user."""
        if not any(entries.notes(run, entries.STARTED) for run in entries.folders(self._folder)):
            return []
        with self._locked():
            return self._settle_all()

    def runs(self, workspace: Path | None = None) -> Sequence[Run]:
        """Return the runs that changed something in a folder, newest first; all, if it is None."""
        return [run for run in entries.runs(self._folder) if run.is_in(workspace)]

    def of_request(self, request_id: str, path: Path) -> Entry | None:
        """Return what the request with this id has changed in a file, or was about to."""
        for run in entries.folders(self._folder):
            for kind in (entries.STARTED, entries.DONE):
                for entry in map(entries.read, entries.notes(run, kind)):
                    if entry and (entry.request_id, entry.path) == (request_id, path):
                        return entry
        return None

    def undo(
        self,
        name: str | None = None,
        workspace: Path | None = None,
        tell: Callable[[str], None] = _tell_nobody,
    ) -> Sequence[Entry]:
        """Put the files of a run back, and forget it: of the named one, or of the last one whose files are still there.

        `workspace`: runs that changed nothing in this folder are left alone; `tell` hears what is passed over, and why.

        Raises:
            EditRefused: there is nothing to undo, or a file has changed since; then no file is touched.
        """
        with self._locked():
            for message in self._settle_all():
                raise EditRefused(message)
            for run in self._chosen(name, workspace):
                changed = _merged(run.entries)
                there = [entry for entry in changed if os.path.lexists(entry.path)]
                for entry in changed:
                    if entry not in there:
                        tell(f"skipped {entry.path}: it is gone; what it was is in {entry.copy}")
                for note in run.damaged:
                    tell(f"skipped {note}: it is damaged")
                if there:
                    todo = [entry for entry in there if _needs_undo(entry)]
                    for entry in todo:
                        entries.put_back(entry, is_noted=entry in run.entries)
                    paths = {entry.path for entry in there}
                    self._forget(run, [e for e in run.entries if e.path in paths])
                    return todo
        raise EditRefused("nothing to undo; specedit undo --list --all shows what is noted")

    def _chosen(self, name: str | None, workspace: Path | None) -> Sequence[Run]:
        """The runs to try, newest first: one that is named stands for itself."""
        if name is None:
            return self.runs(workspace)
        named = [run for run in self.runs() if name in (run.name, run.folder.name)]
        if len(named) != 1:
            raise EditRefused(f"no run '{name}'; specedit undo --list shows them")
        if not named[0].is_in(workspace):
            raise EditRefused(
                f"run {name} changed nothing below {workspace}; undo it there, or with --all"
            )
        return named

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._cannot_note(error) from error
        try:
            try:
                files.lock(lock, _LOCK_SECONDS)
            except BlockingIOError as error:
                raise EditRefused(
                    f"another specedit is writing, and holds {self._folder / 'lock'}; nothing was written, run again"
                ) from error
            yield
        finally:
            os.close(lock)

    def _note(self, path: Path, before: bytes, after: bytes, request_id: str) -> Entry:
        if self._run is None:
            self._run = entries.new_run(self._folder)
        try:
            self._run.mkdir(mode=0o700, exist_ok=True)
            self._drop_old()
            return entries.write(self._run, path, before, after, request_id)
        except OSError as error:
            raise self._cannot_note(error) from error

    def _cannot_note(self, error: OSError) -> EditRefused:
        return EditRefused(
            f"cannot note in {self._folder} what the file was: {error.strerror}; nothing was written"
        )

    def _settle_all(self) -> list[str]:
        """What `repair` does, for whoever holds the lock: what is begun is then nobody's any more."""
        messages = []
        for run in entries.folders(self._folder):
            for note in entries.notes(run, entries.STARTED):
                entry = entries.read(note)
                try:
                    if entry is None:
                        entries.drop(note)
                    elif not entries.settle(entry):
                        entries.finish(entry)  # somebody may still want what it was
                except EditRefused as refusal:
                    messages.append(str(refusal))
            if run != self._run and not entries.is_used(run):
                entries.forget(run)
        return messages

    def _drop_old(self) -> None:
        for folder in entries.folders(self._folder)[_KEPT_RUNS:]:
            if not entries.notes(folder, entries.STARTED):  # of a file that is still half written
                entries.forget(folder)

    def _forget(self, run: Run, undone: Sequence[Entry]) -> None:
        for entry in undone:
            entries.drop(entry.note)
        if len(undone) == len(run.entries):
            entries.forget(run.folder)


def _merged(changes: Sequence[Entry]) -> list[Entry]:
    """One entry for each file: from before the first change, as long as each one began with the result of the one before."""
    merged: dict[Path, Entry] = {}
    for entry in reversed(changes):
        later = merged.get(entry.path)
        if later is None:
            merged[entry.path] = entry
        elif entry.result_sha256 == later.base_sha256:
            merged[entry.path] = replace(entry, result_sha256=later.result_sha256)
    return list(reversed(merged.values()))


def _needs_undo(entry: Entry) -> bool:
    """Whether a file is as its run left it, and not as it was before.

    Raises:
        EditRefused: it is neither.
    """
    try:
        current = sha256(files.content(entry.path))
    except (OSError, EditRefused) as error:
        reason = getattr(error, "strerror", None) or error
        raise EditRefused(f"cannot undo {entry.path}: {reason}") from error
    if current not in (entry.base_sha256, entry.result_sha256):
        raise EditRefused(
            f"cannot undo {entry.path}: it was changed after specedit wrote it. Take those changes back first, or "
            f"copy what it was from {entry.copy}"
        )
    return current != entry.base_sha256
