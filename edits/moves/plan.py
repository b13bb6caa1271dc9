"""What becomes of every file of a workspace if some of them go elsewhere."""

from collections.abc import Collection, Iterator, Mapping
from pkgutil import resolve_name
from typing import cast

from specedit.edits.moves.paths import Moves
from specedit.edits.moves.rules import Rules, Setting
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.language import NOT_FOLLOWED
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_OWN = ("__init__.py", "__init__.pyi")  # what makes a folder a package, so that it is no top


def predict(moves: Moves, workspace: Workspace, paths: Collection[str]) -> dict[str, Prediction]:
    """Return what each file becomes that changes, goes elsewhere, or has places which nothing tells.

    `paths` are all files below the root. What goes elsewhere and is none of the workspace's has no prediction.

    Raises:
        EditRefused: a language does not bear it, or a use cannot be followed.
    """
    setting = Setting(workspace, moves, frozenset(paths))
    _refuse_bound(moves)
    rules = [known(setting) for known in _rules(workspace)]
    changed: dict[str, FileEdits] = {}
    for each in rules:
        each.check_names()
        for path, edits in each.edits().items():
            here = changed.setdefault(path, FileEdits())
            here.edits |= edits.edits
            here.left += edits.left
    bodies = {
        path: workspace.source(path).spliced(each.edits)
        for path, each in changed.items()
        if each.edits
    }
    after = setting.after(bodies)
    for each in rules:
        each.check_result(bodies, after)
    return {path: _made(path, changed.get(path), setting) for path in _touched(changed, setting)}


def _rules(workspace: Workspace) -> Iterator[type[Rules]]:
    """The rules of the languages that the workspace has files of."""
    languages = {language_of(path) for path in workspace.paths}
    names = sorted({each.moves for each in languages if each is not None and each.moves})
    return (cast(type[Rules], resolve_name(name)) for name in names)


def tops(moves: Moves, workspace: Workspace) -> list[str]:
    """Return the folders that modules which go elsewhere are found in."""
    folders = {path.rpartition("/")[0] for path in moves.requested}
    known = {"/".join(f.split("/")[:i]) for f in folders for i in range(f.count("/") + 2)}
    return sorted(f for f in known if not any(f"{f}/{own}" in workspace.files for own in _OWN))


def _refuse_bound(moves: Moves) -> None:
    """Refuse to move what a language's files do not bear; what is not followed may go along with what is."""
    languages = {path: language_of(path) for path in moves.files}
    is_followed = any(each is not None and each.moves for each in languages.values())
    for path, language in languages.items():
        reason = language.fixed_files if language is not None else ""
        if reason and not (is_followed and reason == NOT_FOLLOWED):
            raise EditRefused(f"{path} cannot go to {moves.files[path]} by itself: {reason}")


def _touched(changed: Mapping[str, FileEdits], setting: Setting) -> list[str]:
    known = setting.workspace.files
    going = (path for path in setting.moves.files if path in known)
    return sorted({*going, *(p for p, each in changed.items() if each.edits or each.left)})


def _made(path: str, changed: FileEdits | None, setting: Setting) -> Prediction:
    edits = changed or FileEdits()
    body = setting.workspace.source(path).spliced(edits.edits)
    to = setting.moves.files.get(path, "")
    left = tuple(sorted(edits.left, key=lambda each: each.line))
    return Prediction("files", body, certain=True, left=left, moved_to=to)
