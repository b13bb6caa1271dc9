"""The journal's files: how a change is noted, and how much of what is found there is believed.

    <time>-<random>/0.before     a file as it was before the run changed it
    <time>-<random>/0.started    which file, and the hashes of what it was and was to become; 0.json when it is written
    <time>-<random>/0.after      what it was to become, while it is written in place: then it can be half written
    <time>-<random>/unfinished   while more is to be written than is noted yet: what is noted alone is half an edit

Whatever else is found, or does not match its hash, is passed over.
"""

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from specedit.editor._durable import create, sync_folder
from specedit.editor._journal_steps import FileStep, JournalEntry, state_of
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused

STARTED, DONE, UNFINISHED = ".started", ".json", "unfinished"
_WRITE_SECONDS = 60.0  # more than any write takes
_RUN = re.compile(r"\d{20}-[0-9a-f]{6}")  # nanoseconds since 1970
_DAY = 86_400 * 10**9
_OURS = re.compile(rf"\d+\.(before|after|started|json|new)|{UNFINISHED}")
_NOT_TO_BE_BELIEVED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError),
    RecursionError,  # JSON that is nested too deep
)
_NOTE = re.compile(rf"\d+({re.escape(STARTED)}|{re.escape(DONE)})")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run changed. `damaged`: notes, or copies, that cannot be used."""

    folder: Path
    entries: tuple[JournalEntry, ...]
    damaged: tuple[Path, ...]

    @property
    def name(self) -> str:
        """What a user calls it."""
        return self.folder.name.rpartition("-")[2]

    @property
    def time(self) -> datetime:
        """When it began."""
        return datetime.fromtimestamp(_nanoseconds(self.folder) / 1e9)

    def is_in(self, workspace: Path | None) -> bool:
        """Return whether it changed a file of a folder; of any one, if that is None."""
        return workspace is None or any(e.path.is_relative_to(workspace) for e in self.entries)


def runs(journal: Path) -> Iterator[Run]:
    """Yield the runs of a journal that changed anything, newest first; none is in its way that is empty or none of ours."""
    for folder in folders(journal):
        run = read_run(folder)
        if run.entries:
            yield run


def read_run(folder: Path) -> Run:
    """Return what a run has changed, as far as that can be believed."""
    entries, damaged = [], []
    for note in notes(folder, DONE):
        entry = read(note)
        if entry is None:
            damaged.append(note)
        else:
            entries.append(entry)
    return Run(folder, tuple(entries), tuple(damaged))


def open_run(run: Path) -> Path:
    """Note that a run is not complete until it is closed; return its folder."""
    create(run / UNFINISHED, b"")
    sync_folder(run)
    return run


def close_run(run: Path) -> None:
    """Note that a run is one to be undone as any other: complete, or not to be taken back by itself."""
    with suppress(OSError):
        (run / UNFINISHED).unlink(missing_ok=True)
        sync_folder(run)


def is_open(run: Path) -> bool:
    """Return whether a run was begun that is not complete."""
    return (run / UNFINISHED).is_file()


def folders(journal: Path) -> list[Path]:
    """Return where runs are noted, newest first."""
    with suppress(OSError):
        runs = [p for p in journal.iterdir() if _RUN.fullmatch(p.name)]
        ours = [p for p in runs if p.is_dir() and not p.is_symlink()]
        soon = time.time_ns() + _DAY
        # What was noted while the clock was far ahead is old, and hides nothing that is new.
        return sorted(ours, key=lambda p: (_nanoseconds(p) < soon, p.name), reverse=True)
    return []


def new_run(journal: Path) -> Path:
    """Return a folder for a run that is newer than the others, though the clock may have been set back by a day."""
    now = time.time_ns()
    times = map(_nanoseconds, folders(journal))
    newest = max((other for other in times if other < now + _DAY), default=0)
    return journal / f"{max(now, newest + 1):020d}-{secrets.token_hex(3)}"


def _nanoseconds(run: Path) -> int:
    return int(run.name.partition("-")[0])


def notes(run: Path, kind: str) -> list[Path]:
    """Return the notes of a run, in the order in which they were made."""
    with suppress(OSError):
        paths = [p for p in run.iterdir() if _NOTE.fullmatch(p.name) and p.suffix == kind]
        return sorted((p for p in paths if not p.is_dir()), key=lambda path: int(path.stem))
    return []


def is_used(run: Path) -> bool:
    """Return whether anything is noted in a run's folder; what a kill or a full disk has left of a note is nothing."""
    return bool(notes(run, STARTED) or notes(run, DONE))


def read(note: Path) -> JournalEntry | None:
    """Return what is noted, if all of it can be believed."""
    with suppress(EditRefused, *_NOT_TO_BE_BELIEVED):
        entry = JournalEntry.of_fields(json.loads(files.content(note)), note)
        if entry.base_sha256 is not None and entry.is_kept:
            entry = replace(entry, before=files.content(entry.copy))
            if sha256(entry.before) != entry.base_sha256:
                return None
        return entry
    return None


def write(run: Path, step: FileStep) -> JournalEntry:
    """Note a step that is about to be made."""
    taken = [int(p.stem) for p in run.iterdir() if p.stem.isdecimal()]
    note = run / f"{max(taken, default=-1) + 1}{STARTED}"
    entry = JournalEntry.of_step(step, note)
    if entry.is_kept:
        create(entry.copy, entry.before)
    if step.kind == "edit" and files.is_written_in_place(step.path):
        create(note.with_suffix(".after"), step.after or b"")
    unfinished = note.with_suffix(".new")
    create(unfinished, json.dumps(entry.fields).encode())
    unfinished.rename(note)  # whoever reads finds all of it or nothing
    sync_folder(run)
    return entry


def finish(entry: JournalEntry) -> None:
    """Note that a change is made."""
    entry.note.with_suffix(".after").unlink(missing_ok=True)
    entry.note.rename(entry.note.with_suffix(DONE))


def put_back(entry: JournalEntry) -> None:
    """Take a step back, so that a kill half way can be mended.

    Raises:
        EditRefused: what it left has changed since, or cannot be written; it is as it was.
    """
    if entry.kind == "edit" and files.is_written_in_place(entry.path):
        after = entry.note.with_suffix(".after")
        after.unlink(missing_ok=True)
        create(after, files.content(entry.path))
        entry = replace(entry, note=entry.note.rename(entry.note.with_suffix(STARTED)))
    try:
        entry.take_back()
    except BaseException:
        if entry.note.suffix == STARTED and not settle(entry):
            finish(entry)
        raise


def drop(note: Path) -> None:
    """Forget a change."""
    for kind in (STARTED, DONE, ".after", ".before"):
        note.with_suffix(kind).unlink(missing_ok=True)


def forget(run: Path) -> None:
    """Forget all that a run has noted."""
    with suppress(OSError):
        for path in run.iterdir():
            if _OURS.fullmatch(path.name):
                path.unlink()
        run.rmdir()


def settle(entry: JournalEntry) -> bool:
    """Find out what became of a step that was begun, put back what is half written, and note it; False: nobody can tell.

    Raises:
        EditRefused: the file is half written, and cannot be put back; then the note stays.
    """
    try:
        now = {path: state_of(path) for path in entry.result}
    except (OSError, EditRefused):
        return False
    if now == entry.result:
        finish(entry)
    elif now == entry.base or _put_back(entry):
        drop(entry.note)
    else:
        return False
    return True


def _put_back(entry: JournalEntry) -> bool:
    after = entry.note.with_suffix(".after")
    if (
        not after.exists() or not entry.path.exists()
    ):  # then the file was to be replaced, and is whole
        return False
    if entry.path.stat().st_mtime > after.stat().st_mtime + _WRITE_SECONDS:
        return False  # somebody has edited it since
    result = files.content(after)
    if sha256(result) != entry.result_sha256:
        return False
    try:
        return files.restore(entry.path, entry.before, result)
    except OSError as error:
        raise EditRefused(
            f"{entry.path} is half written, and cannot be put back: {error.strerror}. What it was is in {entry.copy}; "
            "specedit undo puts it back when that is mended"
        ) from error
