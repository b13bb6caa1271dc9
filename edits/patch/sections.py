"""Which part of a patch is for the file at hand; what it says of others is told, not done."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from specedit.edits.patch import names
from specedit.edits.patch.block import PatchBlock, Replacement
from specedit.engine.errors import EditRefused

OF_OTHERS = "left out: what the patch says of"  # how the remark on parts for other files begins
# What a patch may say of a file besides its lines, and how that is told.
CANNOT = {
    "adds": ("adds or deletes", "only lines of a file that is there are edited here"),
    "deletes": ("adds or deletes", "only lines of a file that is there are edited here"),
    "renames": ("renames", "only its lines are edited here; leave that out of the patch"),
    "copies": ("copies", "add the file that is to be made"),
    "binary": ("changes the bytes of", "only lines are edited; use git apply"),
    "special": ("makes a link or a submodule of", "only files are edited; use git apply"),
}


@dataclass(slots=True)
class FilePatch:
    """What a patch says of one file: `names` as they stand in it, `kinds` of what is not a change of lines.

    `start` is the row of the patch where it begins, `rows` are those that make a patch of their own. `moved_from` and
    `moved_to` are the names before and after a move, `mode` is what git writes for a file's permissions, `stray` the first changed
    line that stands in no hunk, with its number.
    """

    names: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    blocks: list[PatchBlock] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    start: int = 0
    rows: list[str] = field(default_factory=list)
    moved_from: str = ""
    moved_to: str = ""
    mode: str = ""
    stray: tuple[int, str] | None = None

    @property
    def name(self) -> str:
        """The last of its names: the file as it is afterwards."""
        return self.names[-1] if self.names else ""


def choose(
    sections: Sequence[FilePatch], path: str, *, is_empty: bool = False
) -> tuple[list[FilePatch], list[str]]:
    """Return the parts for the file `path`, and remarks on what is left out.

    A patch that names no file is for the one at hand. If that `is_empty`, a patch may add it.

    Raises:
        EditRefused: no part is for it, or several files may be meant, or it asks for what is no edit of lines.
    """
    path = path.replace("\\", "/")
    mine = for_path(sections, path)
    rest = [s for s in sections if s not in mine]
    unnamed = [s for s in rest if not names.is_name(s.name)]
    others = [s for s in rest if names.is_name(s.name)]
    named = list(dict.fromkeys(s.name for s in others))
    if not mine and len(named) == 1 and path.startswith("stdin"):
        mine, others, named = others, [], []
    if not mine and not unnamed:
        raise EditRefused(
            f"the patch is for {', '.join(named)}, not for '{path}': edit the file that it is for, "
            "or take the names out of it"
        )
    if (mine and unnamed and others) or len({s.name for s in mine}) > 1:
        files = ", ".join(dict.fromkeys(s.name for s in sections if s.name))
        raise EditRefused(
            f"the patch is for {files}: which part is meant for '{path}' is not clear"
        )
    mine = [s for s in sections if s in mine or s in unnamed]
    kinds = {kind for section in mine for kind in section.kinds}
    check_kinds(kinds - {"adds"} if is_empty else kinds, path)
    remarks = [f"{OF_OTHERS} {', '.join(named)}"] if named else []
    if "mode" in kinds:
        remarks.append("left out: the file's mode")
    return mine, remarks


def check_kinds(kinds: Collection[str], path: str) -> None:
    """Refuse what is no change of lines.

    Raises:
        EditRefused: with what the patch asks for instead.
    """
    for kind, (verb, reason) in CANNOT.items():
        if kind in kinds:
            raise EditRefused(f"the patch {verb} {path}: {reason}")


def for_path(sections: Sequence[FilePatch], path: str) -> list[FilePatch]:
    """Return the parts with the name that is most like the path."""
    alike: tuple[Callable[[str, str], bool], ...] = (
        lambda name, path: PurePath(name) == PurePath(path),
        names.ends_alike,
        names.has_same_base,
        names.is_version,
    )
    each = ([s for s in sections if any(same(n, path) for n in s.names)] for same in alike)
    return next(filter(None, each), [])
