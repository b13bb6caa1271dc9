"""Files and folders of a workspace that go elsewhere, with what names them."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from specedit.edits import files
from specedit.edits.document import Document
from specedit.edits.files import SourceFile
from specedit.edits.moves import plan
from specedit.edits.moves.mentions import may_mention, mentions
from specedit.edits.moves.paths import Moves
from specedit.edits.prediction import Prediction
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_CACHES = ("__pycache__", ".DS_Store")


def predict(
    moves: Moves, workspace: Workspace, paths: Collection[str], read: Callable[[str], str]
) -> dict[str, Prediction]:
    """Return what each file becomes that goes elsewhere, changes, or names what goes; `read` returns a file's text.

    Raises:
        EditRefused: as of `plan.predict`.
    """
    made = plan.predict(moves, workspace, paths)
    for path, to in moves.files.items():
        if path not in made:
            made[path] = Prediction("files", "", certain=True, moved_to=to)
    tops = plan.tops(moves, workspace)
    for path in paths:
        if path in made or path in workspace.files or not may_mention(path):
            continue
        try:
            text = read(path)
        except EditRefused:
            continue
        if left := mentions(path, text, moves, tops):
            made[path] = Prediction("files", text, certain=True, left=tuple(left))
    return made


def source_file(path: Path, root: Path) -> SourceFile:
    """Return a file whose bytes go elsewhere as they are, text or not.

    Raises:
        EditRefused: it cannot be read.
    """
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            raise EditRefused(f"{path} leads outside of {root}")
        return SourceFile(real, Document(files.content(real), b"", "latin-1"))
    except OSError as error:
        raise EditRefused(f"cannot read {path}: {error.strerror}") from error


def left_behind(root: Path, moves: Moves) -> Sequence[str]:
    """Return what is told of files that stay in folders that go elsewhere: those that are ignored, hidden, or links."""
    return [
        f"{old} keeps {len(kept)} ignored, hidden or linked file{'s' * (len(kept) > 1)}: {', '.join(kept[:3])}"
        for old in moves.requested
        if old not in moves.files and (kept := [*_kept(root, old, moves)])
    ]


def _kept(root: Path, folder: str, moves: Moves) -> Iterator[str]:
    for place, folders, names in os.walk(root / folder):
        folders[:] = sorted(set(folders).difference(_CACHES))
        for name in sorted(set(names).difference(_CACHES)):
            path = (Path(place) / name).relative_to(root).as_posix()
            if path not in moves.files:
                yield path
