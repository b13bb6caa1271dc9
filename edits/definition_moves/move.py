"""Move a function or class to another file, with its imports and its importers'.

"move the function parse to utils/text.py", "move Client from net.ts to http/client.ts". The file may be a new one, in a
folder that is there.
"""

import posixpath
import re
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pkgutil import resolve_name
from typing import cast

from specedit.edits.definition_moves.request import MoveRequest, Rules
from specedit.edits.instruction.forms import Form, clause, form, read
from specedit.edits.instruction.slots import Read, Slot, code, either, led, thing
from specedit.edits.instruction.vocabulary import DEFINITION, MOVE, phrases
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import all_languages, language_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

EXAMPLES = (
    "move the function parse to utils/text.py",
    "move class Client from src/net.ts to src/client.ts",
)

_NEW = phrases("new file", "new module", "the new file", "a new file", "file", "module")


def is_recognised(instruction: str) -> bool:
    """Return whether an instruction asks to move a definition to another file."""
    return _read(instruction) is not None


def predict(
    instruction: str, workspace: Workspace, file: str | None = None
) -> dict[str, Prediction]:
    """Return what each file becomes that changes; one that is new is made `like` another.

    Raises:
        EditRefused: what is to be moved, or where to, is not there, or it would not mean the same.
    """
    slots = _read(instruction)
    if slots is None:
        raise EditRefused(f"'{instruction}' moves no definition to another file")
    rules = _rules(slots["to"])
    home = _file(slots["source"], workspace) if "source" in slots else file
    home = home or _declaring(slots["f"], rules, workspace)
    target = _target(slots["to"], home, workspace)
    if home == target:
        raise EditRefused(f"'{slots['f']}' is in {target} already")
    if _rules(home) != rules:
        raise EditRefused(
            f"what {home} defines means nothing in {target}: they are in two languages"
        )
    request = MoveRequest(slots["f"], home, target, workspace)
    made = cast(Rules, resolve_name(rules))(request)
    if request.is_new:
        made[target] = replace(made[target], like=home)
    return made


def _read(instruction: str) -> Read | None:
    return read(instruction, _form())


@cache
def _form() -> Form:
    known = (each for each in all_languages() if each.definition_moves)
    suffixes = "|".join(sorted(re.escape(suffix) for each in known for suffix in each.suffixes))
    path = rf"[\w./@+\[\]()-]+(?:{suffixes})"

    def slot(key: str) -> Slot:
        return either(led(_NEW, code(key, path)), code(key, path))

    return form(
        MOVE,
        thing("f", DEFINITION),
        clause("from|in|of", slot("source"), optional=True),
        clause("to|into", slot("to")),
    )


def _rules(path: str) -> str:
    """What moves definitions between files such as one, as its language names it."""
    language = language_of(path)
    return language.definition_moves if language is not None else ""


def _file(written: str, workspace: Workspace) -> str:
    fit = _called(_clean(written), workspace.paths)
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{written}' may be {' or '.join(fit[:5])}; say which", [])
    if not fit:
        raise EditRefused(f"there is no file '{written}' in the workspace")
    return fit[0]


def _target(written: str, home: str, workspace: Workspace) -> str:
    """The file that is meant, or the path of a new one in a folder that is there."""
    name = _clean(written)
    if _called(name, workspace.paths):
        return _file(written, workspace)
    folder, file = posixpath.split(name)
    if not folder and "/" in home and not written.strip("`'\"").startswith("./"):
        beside = posixpath.join(posixpath.dirname(home), file)
        raise AmbiguousPlace(
            f"there is no file '{name}' in the workspace; a new one may be {beside} or ./{name}: say which",
            [],
        )
    fit = _called(folder, workspace.known)
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{folder}' may be {' or '.join(fit[:5])}; say which", [])
    if not fit and posixpath.dirname(folder) not in workspace.known - {""}:
        raise EditRefused(f"there is no folder '{folder}' in the workspace; make it first")
    return posixpath.join(fit[0] if fit else folder, file)


def _called(name: str, paths: Collection[str]) -> list[str]:
    """What is called so from the root, else wherever it is."""
    return [name] if name in paths else sorted(p for p in paths if p.endswith(f"/{name}"))


def _clean(written: str) -> str:
    path = posixpath.normpath(written.strip("`'\""))
    if path.startswith(("/", "../")):
        raise EditRefused(f"'{written}' is not a path from the root; write it from there")
    return path


def _declaring(name: str, rules: str, workspace: Workspace) -> str:
    fit = [
        path
        for path in workspace.mentioning(name)
        if _rules(path) == rules
        and any(d.name == name and not d.owner for d in workspace.source(path).definitions)
    ]
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{name}' is defined in {' and '.join(fit[:5])}; say from which", [])
    if not fit:
        raise SymbolNotFound(name, workspace.nearest(name), "the workspace")
    return fit[0]
