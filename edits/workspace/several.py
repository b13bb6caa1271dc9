"""Several renames at once in all files of a workspace: one after the other, each in what those before it make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Prediction
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

Rename = Callable[[Request, Workspace], Mapping[str, Prediction]]


def rename_all(
    requests: Sequence[Request], workspace: Workspace, rename: Rename
) -> dict[str, Prediction]:
    """Return what each file becomes that one of the renames changes, or leaves places in.

    Raises:
        EditRefused: one of them cannot be done; two are of one name.
    """
    made: dict[str, Prediction] = {}
    for request in in_order(requests):
        at = _with_results(workspace, made)
        for path, prediction in rename(request, at).items():
            made[path] = _joined(path, made.get(path), prediction)
    return made


def in_order(requests: Sequence[Request]) -> list[Request]:
    """Return renames such that none takes a name before it is free: of a circle, one has another name in between.

    What belongs to something that is renamed, too, comes before that.
    """
    old = [(request.owner, request.old) for request in requests]
    if len({*old}) < len(old):
        raise EditRefused("two of the renames are of one symbol; say which name it is to have")
    waiting = sorted(requests, key=lambda request: not request.owner)
    ordered, last = list[Request](), list[Request]()
    while waiting:
        taken = {each.old for each in waiting}
        free = [e for e in waiting if e.new not in taken or e.new == e.old]
        if not free:
            first, between = waiting[0], _unused(waiting[0].old, requests)
            ordered.append(replace(first, new=between))
            last.append(replace(first, old=between, line=None, last_line=None, every=False))
            waiting.remove(first)
            continue
        ordered.append(free[0])
        waiting.remove(free[0])
    return [*ordered, *last]


def _unused(name: str, requests: Sequence[Request]) -> str:
    """A name that is seen from where another one is, and that nobody has."""
    names = {name for request in requests for name in (request.old, request.new)}
    number = 1
    while f"{name}BeforeSwap{number}" in names:
        number += 1
    return f"{name}BeforeSwap{number}"


def _with_results(workspace: Workspace, made: Mapping[str, Prediction]) -> Workspace:
    if not made:
        return workspace
    return workspace.renewed(
        workspace.paths,
        lambda path: made[path].body if path in made else workspace.text(path),
        made.keys(),
    )


def _joined(path: str, before: Prediction | None, after: Prediction) -> Prediction:
    if before is None:
        return after
    if before.moved_to and after.moved_to:
        raise EditRefused(
            f"{path} would have to be moved twice; give the renames one after the other"
        )
    left = (*before.left, *(each for each in after.left if each not in before.left))
    return replace(after, left=left, moved_to=before.moved_to or after.moved_to)
