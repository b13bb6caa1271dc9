"""How a module of JavaScript or TypeScript writes the path of another one: as it, or one beside it, does already."""

import posixpath
import re
from collections.abc import Collection, Iterable

from specedit.edits.definition_moves.script_module import path_in
from specedit.edits.definition_moves.script_origins import ScriptModules
from specedit.edits.moves.javascript_paths import beside, parted, styled
from specedit.engine.errors import EditRefused

_WITH_SUFFIX = re.compile(r"\.[cm]?[jt]sx?$")
_NEEDS_SUFFIX = (".mjs", ".cjs", ".js")
_WRITTEN_FOR = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}


def rewritten(written: str, path: str, old: str, target: str, modules: ScriptModules) -> str:
    """Return how `path` is to write `target`, having written `old` so.

    Raises:
        EditRefused: it would lead elsewhere.
    """
    if written.startswith("."):
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        tries = [beside(styled("" if whole == "." else whole, old, target), path, is_folder=False)]
    else:
        tries = [*_by_alias(written, old, target)]
        tries.append(beside(parted(target)[0], path, is_folder=False))
    return _first_that_leads([*tries, beside(target, path, is_folder=False)], path, target, modules)


def _by_alias(written: str, old: str, target: str) -> Iterable[str]:
    """What begins as a path did that stands for a folder."""
    for whole in (old, parted(old)[0], posixpath.dirname(old)):
        inside = written
        while "/" in inside:
            inside = inside.partition("/")[2]
            if whole == inside or whole.endswith(f"/{inside}"):
                base, new = whole[: len(whole) - len(inside)], styled(whole, old, target)
                if new.startswith(base):
                    yield written[: len(written) - len(inside)] + new[len(base) :]
                return


def new(path: str, target: str, like: Iterable[str], modules: ScriptModules) -> str:
    """Return how `path` is to write `target`; `like` are modules whose paths show whether they have suffixes.

    Raises:
        EditRefused: it would lead elsewhere.
    """
    bare, suffix = parted(target)
    with_suffix = beside(bare + _WRITTEN_FOR.get(suffix, suffix), path, is_folder=False)
    shown = next(
        (s for each in (path, *like) if (s := _has_suffixes(each, modules)) is not None), None
    )
    if shown is None:
        shown = suffix in _NEEDS_SUFFIX
    tries = [with_suffix] if shown else [beside(bare, path, is_folder=False), with_suffix]
    return _first_that_leads([*tries, beside(target, path, is_folder=False)], path, target, modules)


def _has_suffixes(path: str, modules: ScriptModules) -> bool | None:
    """Whether a module writes the paths of others with their suffixes, None if it has none."""
    for statement in modules.module(path).source.root.named_children:
        written = path_in(statement) if statement.type.endswith("_statement") else ""
        if written.startswith(".") and modules.find(written, path):
            return _WITH_SUFFIX.search(written) is not None
    return None


def _first_that_leads(
    tries: Collection[str], path: str, target: str, modules: ScriptModules
) -> str:
    for written in tries:
        if modules.find(written, path) == target:
            return written
    raise EditRefused(f"how {path} is to import {target} cannot be told")


def beside_as(written: str, old: str, path: str, target: str, modules: ScriptModules) -> str:
    """Return how `path` is to write `target`, which `old` in another folder writes so.

    Raises:
        EditRefused: it would lead elsewhere.
    """
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(old), written))
    same = beside("" if whole == "." else whole, path, is_folder=written.endswith("/"))
    return _first_that_leads([same, beside(target, path, is_folder=False)], path, target, modules)
