"""Where other files of a workspace use what a file is to lose."""

from specedit.edits.operations._rename_request import Request
from specedit.edits.workspace.homes import homes_of, modules_of
from specedit.edits.workspace.rename import edits_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


def uses_elsewhere(path: str, qualified: str, workspace: Workspace) -> dict[str, tuple[int, ...]]:
    """Return the lines, as people count them, where other files use a definition of a file, evidently.

    Raises:
        EditRefused: another file has all names of the module, and uses this one.
    """
    owner, _, name = qualified.rpartition(".")
    request = Request(name, name, owner=owner)
    try:
        homes = homes_of(request, workspace, path)
    except EditRefused:
        return {}  # it is nothing that others could name
    try:
        modules = modules_of(workspace.source(path).language)(workspace)
        changed = edits_of(homes, request, modules)
    except EditRefused:
        if any(symbol.owners for home in homes for symbol in home.symbols):
            return {}  # of a member that is not evident nothing is known
        raise
    own = {home.path for home in homes}
    return {
        other: tuple(sorted({_line(other, start, workspace) for start, _ in each.edits}))
        for other, each in changed.items()
        if other not in own and each.edits
    }


def _line(path: str, start: int, workspace: Workspace) -> int:
    return workspace.source(path).data.count(b"\n", 0, start) + 1
