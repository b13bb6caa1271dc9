"""Refuses what is done in one file, or in some, where other files of the workspace could not go on using it."""

import os
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from specedit.editor.workspace import WorkspaceEditor
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace import rename
from specedit.edits.workspace.listing import list_files
from specedit.edits.workspace.uses import (
    Lines,
    callers_elsewhere,
    mentions_elsewhere,
    renames_elsewhere,
    uses_elsewhere,
)
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, UnsafeEdit

_SHOWN = 5  # files that a refusal names
_MOST_UNBOUND = 5000  # files of a folder that is no repository, such as a home, before only those beside the file are looked at


def refuse_used(root: Path, path: Path, made: Prediction, max_bytes: int) -> tuple[str, ...]:
    """Refuse to take definitions out of the file `path`, to break or to rename them, that other files below `root` use.

    Returns what is to be told: where other files may mean what is renamed, and nothing tells.

    Raises:
        UnsafeEdit: with the files and the lines.
    """
    if not (made.removed or made.breaks or made.renames) or not path.is_relative_to(root):
        return ()
    inside, language = path.relative_to(root).as_posix(), language_of(str(path))
    is_wide = rename.is_known_at(language) or (rename.is_known(language) and made.renames)
    workspace = _around(root, inside, max_bytes) if is_wide else None
    if workspace is not None and rename.is_known_at(language):
        for name in made.removed:
            look = partial(uses_elsewhere, inside, name)
            _refuse("is used in", name, look, workspace, made.takes_callers)
        _refuse_called(inside, made, workspace)
    elif language is not None and language.has_operations and made.breaks:
        paths = [p for p in list_files(root) if _reads_alike(language_of(p), language)]
        alike = WorkspaceEditor(root, paths, max_bytes=max_bytes).workspace
        _refuse_called(inside, made, alike)
    if workspace is None:
        return ()
    return tuple(r for each in made.renames for r in _renamed(each, [inside], workspace))


def refuse_renamed(
    root: Path, paths: Collection[str], instruction: str, max_bytes: int
) -> tuple[str, ...]:
    """Refuse a rename in some files, `paths` from `root`, of what others use; return what is to be told, see `refuse_used`.

    Raises:
        UnsafeEdit: with the files and the lines.
    """
    if not paths:
        return ()
    return _renamed(instruction, paths, _around(root, next(iter(paths)), max_bytes))


def _around(root: Path, path: str, max_bytes: int) -> Workspace:
    """The files among which those are that may use what a file has."""
    paths = list[str]()
    is_bound = (root / ".git").exists()
    if not is_bound and len([*islice(list_files(root), _MOST_UNBOUND)]) == _MOST_UNBOUND:
        folder = PurePosixPath(path).parent
        beside = [(folder / name).as_posix() for name in sorted(os.listdir(root / folder))]
        paths = [each for each in beside if rename.is_known(language_of(each))]
    return WorkspaceEditor(root, paths, max_bytes=max_bytes).workspace


def _renamed(instruction: str, paths: Collection[str], workspace: Workspace) -> tuple[str, ...]:
    try:
        used, unclear = renames_elsewhere(instruction, paths, workspace)
    except EditRefused as refusal:
        raise UnsafeEdit("uses", str(refusal)) from refusal
    for name, lines in used.items():
        raise UnsafeEdit(
            "uses",
            f"other files use '{name}': {_shown(lines)}; give no file, and it is renamed in all of them",
        )
    return tuple(f"{_lines(n)} of {path} may mean it, too" for path, n in unclear.items())


def _refuse_called(path: str, made: Prediction, workspace: Workspace) -> None:
    """Refuse to change definitions so that their callers must change, too, where other files may be callers."""
    for name in made.breaks:
        if rename.is_known_at(language_of(path)):
            look = partial(callers_elsewhere, path, name)
            _refuse("must change in", name, look, workspace, made.takes_callers)
        else:
            word = name.rpartition(".")[2]
            look = partial(mentions_elsewhere, path, word)
            _refuse("may be called in", name, look, workspace, made.takes_callers)


def _refuse(
    what: str,
    name: str,
    look: Callable[[Workspace], Lines],
    workspace: Workspace,
    takes_callers: bool,
) -> None:
    try:
        used = look(workspace)
    except EditRefused as refusal:
        raise UnsafeEdit("uses", str(refusal)) from refusal
    if used:
        remedy = "; give no file, and these change, too" if takes_callers else ""
        raise UnsafeEdit("uses", f"'{name}' {what} {_shown(used)}{remedy}")


def _shown(used: Lines) -> str:
    shown = "; ".join(f"{path} on {_lines(n)}" for path, n in sorted(used.items())[:_SHOWN])
    return shown + (f"; and {len(used) - _SHOWN} more files" if len(used) > _SHOWN else "")


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _reads_alike(other: Language | None, language: Language) -> bool:
    """Whether code in one language can call code in the other, as in C and C++."""
    return other is not None and other.symbols == language.symbols
