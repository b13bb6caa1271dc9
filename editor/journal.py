"""What was applied, so that it can be undone: one folder a run, written before the files are."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from specedit.editor import _journal_entries as entries
from specedit.editor._journal_entries import Run
from specedit.editor._journal_steps import FileStep, JournalEntry
from specedit.editor._journal_undo import Undoing, find_steps
from specedit.edits import files
from specedit.engine.errors import EditRefused
from specedit.engine.folders import state_folder

__all__ = ["FileStep", "Journal", "JournalEntry", "Run"]

T = TypeVar("T")

_KEPT_RUNS = 50
_LOCK_SECONDS = 10.0


def _tell_nobody(_message: str) -> None:
    pass


class Journal:
    """The runs of this user. Whoever writes in it, or undoes, holds its one lock."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or state_folder() / "journal").resolve()
        self._run: Path | None = None

    @property
    def run_name(self) -> str | None:
        """What the run is called that this journal has written, as `undo` takes it; None before it has written any."""
        return Run(self._run, (), ()).name if self._run is not None else None

    @contextmanager
    def recording(
        self, path: Path, before: bytes, after: bytes, request_id: str = ""
    ) -> Iterator[None]:
        """Note on disk that `path` is about to change, for the time of a write; a write that fails is not noted.

        Raises:
            EditRefused: it cannot be noted; or, worse than what made the write fail, the file is half written.
        """
        step = FileStep("edit", path, before, after, request_id=request_id)
        with self._locked(), self._recording(step):
            yield

    def make_all(self, steps: Sequence[FileStep]) -> Sequence[FileStep]:
        """Make all steps as one run, and return those that were not made atomically; what fails takes back those before it.

        Where we are killed in between, `repair` takes them back.

        Raises:
            EditRefused: a step cannot be made. If those before it cannot be taken back either, the message says so.
        """
        torn = []
        with self._locked():
            self._run = None
            self._settle_all()
            run = self._noting(entries.open_run)
            try:
                for step in steps:
                    with self._recording(step):
                        if not step.make():
                            torn.append(step)
            except BaseException as error:
                self._take_back(run, error)
                raise
            entries.close_run(run)
        return torn

    def repair(self) -> Sequence[str]:
        """Put right what a killed run left; return what was taken back, and what cannot be, to be told to the user."""
        folders = entries.folders(self._folder)
        if not any(entries.notes(run, entries.STARTED) or entries.is_open(run) for run in folders):
            return []
        with self._locked():
            return [*self._settle_all(), *self._take_back_killed()]

    def runs(self, workspace: Path | None = None) -> Sequence[Run]:
        """Return the runs that changed something in a folder, newest first; all, if it is None."""
        return [run for run in entries.runs(self._folder) if run.is_in(workspace)]

    def of_request(self, request_id: str, path: Path) -> JournalEntry | None:
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
    ) -> Sequence[JournalEntry]:
        """Put the files of a run back, and forget it: of the named one, or of the last one whose files are still there.

        `workspace`: runs that changed nothing in this folder are left alone; `tell` hears what is passed over, and why.

        Raises:
            EditRefused: there is nothing to undo, or a file has changed since; then no file is touched.
        """
        with self._locked():
            for message in self._settle_all():
                raise EditRefused(message)
            for run in self._chosen(name, workspace):
                undoing = find_steps(run.entries)
                for entry in undoing.missing:
                    kept = f"; what it was is in {entry.copy}" if entry.is_kept else ""
                    tell(f"skipped {entry.path}: it is gone{kept}")
                for note in run.damaged:
                    tell(f"skipped {note}: it is damaged")
                if undoing.todo or undoing.done:
                    return self._undo(run, undoing)
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

    @contextmanager
    def _recording(self, step: FileStep) -> Iterator[None]:
        self._settle_all()
        entry = self._noting(lambda run: entries.write(run, step))
        try:
            yield
        except BaseException:
            with suppress(OSError):
                if not entries.settle(entry):
                    entries.drop(entry.note)  # nothing of ours is in the file
            raise
        with suppress(OSError):  # it is written; the next run notes it
            entries.finish(entry)

    def _noting(self, note: Callable[[Path], T]) -> T:
        """What `note` makes in the folder of this run, which is there by then."""
        if self._run is None:
            self._run = entries.new_run(self._folder)
        try:
            self._run.mkdir(mode=0o700, exist_ok=True)
            self._drop_old()
            return note(self._run)
        except OSError as error:
            raise self._cannot_note(error) from error

    def _take_back(self, run: Path, error: BaseException) -> None:
        self._run = None
        try:
            made = entries.read_run(run)
            self._undo(made, find_steps(made.entries))
        except EditRefused as refusal:
            entries.close_run(run)
            raise EditRefused(
                f"{error}; some files are written already, and cannot be taken back: {refusal}"
            ) from error

    def _take_back_killed(self) -> Iterator[str]:
        """Take back the runs that were killed before they had written all; yield what is to be told of them."""
        for folder in filter(entries.is_open, entries.folders(self._folder)):
            run = entries.read_run(folder)
            if folder == self._run or entries.notes(folder, entries.STARTED):
                continue  # not ended yet, or not to be mended yet
            which = f"the edit {run.name} of several files was killed before all was written"
            try:
                undone = self._undo(run, find_steps(run.entries))
            except EditRefused as refusal:
                entries.close_run(folder)
                yield f"{which}, and is not taken back: {refusal}; specedit undo {run.name} does when that is settled"
            else:
                if undone:
                    paths = ", ".join(str(entry.path) for entry in undone)
                    yield f"{which}; what it had written is taken back: {paths}"

    def _undo(self, run: Run, undoing: Undoing) -> Sequence[JournalEntry]:
        """Take back steps, and return one for each file."""
        for entry in undoing.todo:
            entries.put_back(entry)
            entries.drop(entry.note)
        for entry in undoing.done:
            entries.drop(entry.note)
        if entries.is_used(run.folder):
            entries.close_run(run.folder)
        else:
            entries.forget(run.folder)
        first = {entry.path: entry for entry in undoing.todo}
        return [entry for entry in first.values() if entry.kind not in ("mode", "folder")]

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
