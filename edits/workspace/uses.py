"""Where other files of a workspace use what a file is to lose."""

from specedit.edits.operations._rename_request import Request
from specedit.edits.workspace.homes import homes_of, modules_of
from specedit.edits.workspace.linked import kind_of
from specedit.edits.workspace.rename import edits_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


def uses_elsewhere(
    path: str, qualified: str, workspace: Workspace, *, or_may: bool = False
) -> dict[str, tuple[int, ...]]:
    """Return the lines, as people count them, where other files use a definition of a file, evidently, `or_may` do so.

    Raises:
        EditRefused: another file has all names of the module, and uses this one.
    """
    if kind_of(path) is not None:
        return {}  # not known for languages whose files are linked
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
    own, lines = {home.path for home in homes}, dict[str, tuple[int, ...]]()
    for other, each in changed.items():
        used = {_line(other, start, workspace) for start, _ in each.edits}
        used |= {left.line + 1 for left in each.left} if or_may else set()
        if other not in own and used:
            lines[other] = tuple(sorted(used))
    return lines


def _line(path: str, start: int, workspace: Workspace) -> int:
    return workspace.source(path).data.count(b"\n", 0, start) + 1
