"""Which part of a patch is for the file at hand; what it says of others is told, not done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from specedit.edits.patches.block import Block, Replacement
from specedit.engine.errors import EditRefused

# What a patch may say of a file besides its lines, and how that is told.
CANNOT = {
    "adds": ("adds or deletes", "only lines of a file that is there are edited"),
    "deletes": ("adds or deletes", "only lines of a file that is there are edited"),
    "renames": (
        "renames",
        "a file's lines are edited, it is not moved; leave that out of the patch",
    ),
    "binary": ("changes the bytes of", "only lines are edited"),
}


@dataclass(slots=True)
class Section:
    """What a patch says of one file: `names` as they stand in it, `kinds` of what is not a change of lines."""

    names: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last of its names: the file as it is afterwards."""
        return self.names[-1] if self.names else ""


def plain(name: str) -> str:
    """Return a file name without a time stamp, quotes, and the `a/` or `b/` of git."""
    name = re.split(r"\t|  +\(|\s+\((?:revision|working copy)", name)[0].strip().strip('"`')
    return re.sub(r"^[abciow]/", "", name.replace("\\", "/"))


def choose(sections: Sequence[Section], path: str) -> tuple[list[Section], list[str]]:
    """Return the parts for the file `path`, and remarks on what is left out.

    A patch that names one file only is for the file at hand, whatever that is called.

    Raises:
        EditRefused: no part is for it, or several files may be meant, or it asks for what is no edit of lines.
    """
    path = path.replace("\\", "/")
    mine = [s for s in sections if any(PurePath(n) == PurePath(path) for n in s.names)]
    mine = mine or [s for s in sections if any(_ends_alike(n, path) for n in s.names)]
    mine = mine or [s for s in sections if any(_same_base(n, path) for n in s.names)]
    named = list(dict.fromkeys(s.name for s in sections if s.name))
    remarks = []
    if not mine and len(named) <= 1:
        mine = list(sections)
        if named and not path.startswith("stdin"):
            remarks.append(f"the patch names '{named[0]}'; it is taken to be for '{path}'")
    kinds = {kind for section in mine for kind in section.kinds}
    for kind, (verb, reason) in CANNOT.items():
        if kind in kinds:
            raise EditRefused(f"the patch {verb} {mine[-1].names[0]}: {reason}")
    if len({s.name for s in mine}) != 1 and named:
        raise EditRefused(
            f"the patch is for {', '.join(named)}: which part is meant for '{path}' is not clear"
        )
    others = [name for name in named if name not in {s.name for s in mine}]
    if others:
        remarks.append(f"left out: what the patch says of {', '.join(others)}")
    if "mode" in kinds:
        remarks.append("left out: the file's mode")
    return mine, remarks


def _ends_alike(name: str, path: str) -> bool:
    """Whether one path is the end of the other."""
    shorter, longer = sorted((PurePath(name).parts, PurePath(path).parts), key=len)
    return len(shorter) > 1 and longer[-len(shorter) :] == shorter


def _same_base(name: str, path: str) -> bool:
    return PurePath(name).name == PurePath(path).name
