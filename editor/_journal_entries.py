"""The journal's files: how a change is noted, and how much of what is found there is believed.

    <time>-<random>/0.before     a file as it was before the run changed it
    <time>-<random>/0.started    which file, and the hashes of what it was and was to become; 0.json when it is written
    <time>-<random>/0.after      what it was to become, while it is written in place: then it can be half written

Whatever else is found, or does not match its hash, is passed over.
"""

import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from specedit.editor._durable import create, sync_folder
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused

STARTED, DONE = ".started", ".json"
_WRITE_SECONDS = 60.0  # more than any write takes
_RUN = re.compile(r"\d{20}-[0-9a-f]{6}")  # nanoseconds since 1970
_DAY = 86_400 * 10**9
_OURS = re.compile(r"\d+\.(before|after|started|json|new)")
_NOT_TO_BE_BELIEVED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError),
    RecursionError,  # JSON that is nested too deep
)
_NOTE = re.compile(rf"\d+({re.escape(STARTED)}|{re.escape(DONE)})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was before a run and as the run left it. `note`: where that is noted."""

    path: Path
    before: bytes
    base_sha256: str
    result_sha256: str
    request_id: str
    note: Path

    @property
    def copy(self) -> Path:
        """Where the file's bytes from before are kept."""
        return self.note.with_suffix(".before")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run changed. `damaged`: notes, or copies, that cannot be used."""

    folder: Path
    entries: tuple[Entry, ...]
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
        entries, damaged = [], []
        for note in notes(folder, DONE):
            entry = read(note)
            if entry is None:
                damaged.append(note)
            else:
                entries.append(entry)
        if entries:
            yield Run(folder, tuple(entries), tuple(damaged))


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


def read(note: Path) -> Entry | None:
    """Return what is noted, if all of it can be believed."""
    with suppress(EditRefused, *_NOT_TO_BE_BELIEVED):
        fields = json.loads(files.content(note))
        before = files.content(note.with_suffix(".before"))
        path, request_id = Path(fields["path"]), fields.get("request_id", "")
        base, result = str(fields["base_sha256"]), str(fields["result_sha256"])
        can_be = b"\0" not in os.fsencode(path) and path.is_absolute()
        if sha256(before) == base and can_be:
            return Entry(path, before, base, result, str(request_id), note)
    return None


def write(run: Path, path: Path, before: bytes, after: bytes, request_id: str) -> Entry:
    """Note a change that is about to be made."""
    taken = [int(p.stem) for p in run.iterdir() if p.stem.isdecimal()]
    note = run / f"{max(taken, default=-1) + 1}{STARTED}"
    fields = {
        "path": str(path.absolute()),
        "base_sha256": sha256(before),
        "result_sha256": sha256(after),
    }
    fields |= {"request_id": request_id} if request_id else {}
    create(note.with_suffix(".before"), before)
    if files.is_written_in_place(path):
        create(note.with_suffix(".after"), after)
    unfinished = note.with_suffix(".new")
    create(unfinished, json.dumps(fields).encode())
    unfinished.rename(note)  # whoever reads finds all of it or nothing
    sync_folder(run)
    base, result = fields["base_sha256"], fields["result_sha256"]
    return Entry(path, before, base, result, request_id, note)


def finish(entry: Entry) -> None:
    """Note that a change is made."""
    entry.note.with_suffix(".after").unlink(missing_ok=True)
    entry.note.rename(entry.note.with_suffix(DONE))


def put_back(entry: Entry, *, is_noted: bool) -> None:
    """Give a file back what it was. `is_noted`: the entry is as it is noted, so that a kill half way can be mended.

    Raises:
        EditRefused: it has changed since, or cannot be written; it is as it was.
    """
    if is_noted and files.is_written_in_place(entry.path):
        after = entry.note.with_suffix(".after")
        after.unlink(missing_ok=True)
        create(after, files.content(entry.path))
        entry = replace(entry, note=entry.note.rename(entry.note.with_suffix(STARTED)))
    try:
        files.write(entry.path, entry.before, base_sha256=entry.result_sha256)
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


def settle(entry: Entry) -> bool:
    """Find out what became of a write that was begun, put back what is half written, and note it; False: nobody can tell.

    Raises:
        EditRefused: the file is half written, and cannot be put back; then the note stays.
    """
    try:
        current = files.content(entry.path)
    except (OSError, EditRefused):
        return False
    if sha256(current) == entry.result_sha256:
        finish(entry)
    elif sha256(current) == entry.base_sha256 or _put_back(entry):
        drop(entry.note)
    else:
        return False
    return True


def _put_back(entry: Entry) -> bool:
    after = entry.note.with_suffix(".after")
    if not after.exists():  # then the file was to be replaced, and is whole
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
