"""What an instruction says of a workspace: whether it asks for a rename, and in which file."""

import re

from specedit.edits.operations._rename_instruction import read
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused

_IN_FILE = re.compile(
    r"\s+(?:in|of|from)\s+(?:the\s+)?(?:file\s+|module\s+)?[`'\"]?(?P<path>[^\s`'\"]*[\w./-]+\.\w+)[`'\"]?(?=\s|$)"
)


def asks_for_rename(instruction: str) -> bool:
    """Return whether an instruction asks for a rename, understood or not."""
    try:
        return read(instruction) is not None
    except EditRefused:
        return True


def file_in(instruction: str, workspace: Workspace) -> tuple[str, str | None]:
    """Return the instruction without the file that it names, and that file.

    Raises:
        AmbiguousPlace: several files may be meant.
    """
    for match in _IN_FILE.finditer(instruction):
        path = match["path"].lstrip("./")
        fit = [p for p in workspace.paths if f"/{p}".endswith(f"/{path}")]
        fit = [path] if path in fit else fit
        if len(fit) > 1:
            raise AmbiguousPlace(f"'{match['path']}' may be {' or '.join(fit[:5])}; say which", [])
        if fit:
            return instruction[: match.start()] + instruction[match.end() :], fit[0]
    return instruction, None


def without_file(instruction: str) -> str:
    """Return an instruction without what reads like a file in it."""
    return _IN_FILE.sub("", instruction)
