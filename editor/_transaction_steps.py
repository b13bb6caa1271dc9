"""In which order the changes of a transaction are made, once it is seen that they can be."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from specedit.editor.changes import Create, Delete, FileChange, Move, Write
from specedit.editor.journal import FileStep
from specedit.edits import file_changes, files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused, StaleBase

_NOTHING = "nothing was written"
_EXECUTABLE = 0o100  # whether its owner may execute a file


def steps_of(changes: Sequence[FileChange]) -> list[FileStep]:
    """Return the steps that do all changes: what is in another one's way goes first.

    Raises:
        EditRefused: a file is not what the change says it was, a place is taken, or two changes are for one file.
    """
    _check_apart(changes)
    for change in changes:
        if not isinstance(change, Create):
            _check_unchanged(change.path, change.before)
    changes = _with_replacements(changes)
    leaving = {c.path for c in changes if isinstance(c, Delete | Move)}
    arriving = {path: c for c in changes if (path := _result(c)) and not isinstance(c, Write)}
    for path in arriving:
        _check_free(path, leaving, arriving.keys())
    made = _Steps(leaving)
    for change in changes:
        if isinstance(change, Write):
            made.edit(change.path, change.before, change.after, change.executable)
    for change in changes:
        if isinstance(change, Delete):
            modes = (file_changes.mode_of(change.path), None)
            made.steps.append(FileStep("delete", change.path, change.before, modes=modes))
    for move in _in_order([c for c in changes if isinstance(c, Move)]):
        made.move(move)
    for change in changes:
        if isinstance(change, Create):
            made.create(change)
    return made.steps


class _Steps:
    """The steps so far. `leaving`: files that are gone by the time that folders are made."""

    def __init__(self, leaving: Iterable[Path]) -> None:
        self.steps: list[FileStep] = []
        self._leaving, self._folders = frozenset(leaving), set[Path]()

    def edit(self, path: Path, before: bytes, after: bytes, executable: bool | None) -> None:
        self._edit(path, before, after, executable, file_changes.mode_of(path))

    def move(self, move: Move) -> None:
        self._make_folders(move.to)
        mode = file_changes.mode_of(move.path)
        self.steps.append(FileStep("move", move.path, move.before, move.before, move.to))
        self._edit(move.to, move.before, move.after, move.executable, mode)

    def create(self, change: Create) -> None:
        self._make_folders(change.path)
        modes = (None, _EXECUTABLE if change.executable else 0)
        self.steps.append(FileStep("create", change.path, None, change.data, modes=modes))

    def _edit(
        self, path: Path, before: bytes, after: bytes, executable: bool | None, mode: int
    ) -> None:
        if before != after:
            self.steps.append(FileStep("edit", path, before, after))
        new = mode if executable is None else file_changes.with_execution(mode, executable)
        if new != mode:
            self.steps.append(FileStep("mode", path, modes=(mode, new)))

    def _make_folders(self, path: Path) -> None:
        lacking = []
        for folder in path.parents:
            if folder in self._folders or (folder.is_dir() and folder not in self._leaving):
                break
            lacking.append(folder)
        for folder in reversed(lacking):
            self.steps.append(FileStep("folder", folder))
            self._folders.add(folder)


def _result(change: FileChange) -> Path | None:
    """Where the change leaves a file."""
    if isinstance(change, Move):
        return change.to
    return None if isinstance(change, Delete) else change.path


def _check_apart(changes: Sequence[FileChange]) -> None:
    """Refuse two changes of one file, or two that leave one."""
    read = [change.path for change in changes if not isinstance(change, Create)]
    left = [path for change in changes if (path := _result(change))]
    for paths in (read, left):
        if twice := [path for path in dict.fromkeys(paths) if paths.count(path) > 1]:
            raise EditRefused(f"{twice[0]} is changed twice; {_NOTHING}, say once what it becomes")
    for change in changes:
        if isinstance(change, Move) and change.path == change.to:
            raise EditRefused(f"{change.path} is moved to itself; {_NOTHING}")


def _check_unchanged(path: Path, before: bytes) -> None:
    try:
        current = files.content(path)
    except OSError as error:
        raise EditRefused(f"cannot read {path}: {error.strerror}; {_NOTHING}") from error
    except EditRefused as refusal:
        raise EditRefused(f"{path}: {refusal}; {_NOTHING}") from refusal
    if current != before:
        message = f"{path} has changed since it was read; {_NOTHING}"
        raise StaleBase(message, sha256(current), current)


def _with_replacements(changes: Sequence[FileChange]) -> list[FileChange]:
    """The changes, where a file is deleted and made anew, or files change places, as edits of what is there."""
    deleted = {c.path: c for c in changes if isinstance(c, Delete)}
    created = {c.path: c for c in changes if isinstance(c, Create) and c.path in deleted}
    moves = {c.path: c for c in changes if isinstance(c, Move)}
    circle = {path: move for path, move in moves.items() if _is_circular(move, moves)}
    edits: list[FileChange] = [
        Write(path, deleted[path].before, create.data, create.executable)
        for path, create in created.items()
    ]
    for path, move in circle.items():
        mode = file_changes.mode_of(path)
        executable = bool(mode & _EXECUTABLE) if move.executable is None else move.executable
        edits.append(Write(move.to, circle[move.to].before, move.after, executable))
    kept = (c for c in changes if c.path not in created and c.path not in circle)
    return [*edits, *kept]


def _is_circular(move: Move, moves: dict[Path, Move]) -> bool:
    """Whether the files that are in a move's way lead back to where it begins."""
    at: Path = move.to
    while at in moves and at != move.path:
        at = moves[at].to
    return at == move.path


def _check_free(path: Path, leaving: set[Path], arriving: Iterable[Path]) -> None:
    """Refuse a place where something is that stays, or that is below a file."""
    if path not in leaving and (path.is_symlink() or path.exists()):
        raise EditRefused(f"{path} exists already; {_NOTHING}, no file is overwritten")
    for folder in path.parents:
        if folder in arriving:
            raise EditRefused(f"{folder} is to be a file and the folder of {path}; {_NOTHING}")
        if folder.is_symlink():
            raise EditRefused(f"{path}: {folder} is a link; {_NOTHING}")
        if folder.is_dir():
            return
        if folder.exists() and folder not in leaving:
            raise EditRefused(f"{path}: {folder} is no folder; {_NOTHING}")


def _in_order(moves: Sequence[Move]) -> Iterator[Move]:
    """Yield the moves, each when nothing that is to be moved is in its way any more; none are in a circle."""
    left = list(moves)
    while left:
        taken = {move.path for move in left}
        free = [m for m in left if not taken & {m.to, *m.to.parents}]
        if not free:
            names = ", ".join(str(move.path) for move in left)
            raise EditRefused(f"{names} are in each other's way; {_NOTHING}, move them one by one")
        yield from free
        left = [move for move in left if move not in free]
