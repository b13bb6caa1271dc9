"""Where the files are that a patch names: as it says, from the workspace's root or from the folder at hand."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specedit.edits.file_changes import path_in
from specedit.edits.patch.files import FilePart
from specedit.edits.patch.names import ends_alike
from specedit.edits.workspace.listing import list_files
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part of a patch with the real path of its file, and the one where a move puts it."""

    part: FilePart
    path: Path
    to: Path | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is no file yet, and the part has one made."""
        return self.part.kind == "create" or not os.path.lexists(self.path)


def place_parts(parts: Sequence[FilePart], root: Path, folder: Path) -> list[PlacedPart]:
    """Return the parts of a patch with their files, which are below `root`; names may be meant from `folder` in it.

    Raises:
        EditRefused: there is no such file, several may be meant, two parts are for one file, or the patch leads outside of
            the root or into git's own folder.
    """
    placed = [_placed(part, root, folder) for part in parts]
    for each in placed:
        same = [other.part.name for other in placed if other.path == each.path]
        if len(same) > 1:
            raise EditRefused(
                f"{' and '.join(map(repr, same))} of the patch are one file, {each.path}; make one part of them"
            )
    return placed


def _placed(part: FilePart, root: Path, folder: Path) -> PlacedPart:
    if part.kind == "create":
        return PlacedPart(part, _new(part.name, root, folder))
    is_exact = part.kind in ("delete", "move")
    path = _there(part.name, root, folder, is_exact=is_exact)
    if path is None and part.text is not None:
        return PlacedPart(part, _new(part.name, root, folder))
    if path is None:
        path = _alike(part, root, is_exact=is_exact)
    base = root if path == root / part.name else folder
    return PlacedPart(part, path, _new(part.moved_to, base, base, root) if part.moved_to else None)


def _there(name: str, root: Path, folder: Path, *, is_exact: bool) -> Path | None:
    """The file of this name."""
    known = {}
    for base in (folder, root):
        if os.path.lexists(base / name) and not (base / name).is_dir():
            known[os.path.realpath(base / name)] = base
    if len(known) > 1 and is_exact:
        raise EditRefused(
            f"the patch is for '{name}', which may be {' or '.join(known)}; run where only one can be meant"
        )
    if not known:
        return None
    (real, base), *_ = known.items()
    if is_exact:  # the link itself would be moved, or deleted
        return path_in(root, os.path.relpath(base.resolve() / name, root.resolve()))
    return path_in(root, os.path.relpath(real, root.resolve()))


def _alike(part: FilePart, root: Path, *, is_exact: bool) -> Path:
    """The one file whose path ends as the name does."""
    path_in(root, part.name)  # what leads outside is told
    is_exact = is_exact or part.snippet is not None
    alike = [path for path in list_files(root) if ends_alike(part.name, path)]
    if len(alike) == 1 and not is_exact:
        return path_in(root, alike[0])
    reason = f"which may be {' or '.join(alike[:5])}" if alike else f"which is not in {root}"
    raise EditRefused(f"the patch is for '{part.name}', {reason}")


def _new(name: str, base: Path, folder: Path, root: Path | None = None) -> Path:
    """Where a new file goes: below the root, or the folder at hand if only that has the folder it is to be in."""
    root = root or base
    first = name.replace("\\", "/").split("/")[0]
    if folder != base and "/" in name and not (base / first).is_dir() and (folder / first).is_dir():
        base = folder
    if base != root:
        path_in(base, name)
        return path_in(root, os.path.relpath(base.resolve() / name, root.resolve()))
    return path_in(root, name)
