"""Where files use a definition that is to be moved: what only imports it can be followed, all else is refused."""

import re
from collections.abc import Iterable, Iterator

from specedit.edits.definition_moves import python_through
from specedit.edits.operations._rename_request import Request
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of
from specedit.edits.workspace.homes import homes_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import is_python
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.rename import edits_of
from specedit.engine.errors import EditRefused

_LIKE_CODE = re.compile(r"[\w.\[\], |]+")  # a string that may stand for code
_STORES = words("assignment augmented_assignment for_statement for_in_clause")
_SHOWN = 5  # places that a refusal names


def uses_of(name: str, home: str, target: str, modules: PythonModules) -> dict[str, FileEdits]:
    """Return where each file uses what the module `home` has by a name.

    Raises:
        EditRefused: a use does not name the definition by an import of it; with the places.
    """
    homes = homes_of(Request(name, name), modules.workspace, home)
    uses = edits_of(homes, Request(name, name), modules.workspace)
    places = [
        *_unclear(uses),
        *(
            f"{path}:{line_of(node)}: may be reached through its module"
            for path in uses
            for node in python_through.unclear(path, Name(home, name), modules)
        ),
        *_exported(home, name, modules),
        *_stars({home, target}, modules),
    ]
    if places:
        more = f"; and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        raise EditRefused(f"'{name}' cannot be followed: {'; '.join(places[:_SHOWN])}{more}")
    return uses


def _unclear(uses: dict[str, FileEdits]) -> Iterator[str]:
    for path, each in uses.items():
        yield from (
            f"{path}:{left.line + 1}: {left.reason}" for left in each.left if not left.known
        )


def _exported(path: str, name: str, modules: PythonModules) -> Iterator[str]:
    """Yield where a module has the name in a string, as among its exports."""
    source = modules.workspace.source(path)
    for node in source.nodes_with(name):
        if node.type == "string_content" and _LIKE_CODE.fullmatch(source.code(node)):
            yield f"{path}:{line_of(node)}: named in a string, as for export"


def _stars(paths: set[str], modules: PythonModules) -> Iterator[str]:
    """Yield where a file imports all that one of these modules has."""
    workspace = modules.workspace
    for path in workspace.paths:
        if is_python(path) and "import *" in workspace.text(path):
            for each in modules.imports(path):
                if each.name == "*" and each.module in paths:
                    yield f"{path}:{line_of(each.statement)}: imports all of a module"


def refuse_patched(home: str, names: Iterable[str], modules: PythonModules) -> None:
    """Refuse where another file gives what a module has another meaning, as tests do, or names it in a string.

    Raises:
        EditRefused: with the first such place.
    """
    stem = home.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    workspace = modules.workspace
    for name in names:
        for path in workspace.mentioning(name):
            if path == home:
                continue
            match = _given(path, stem, name, home, modules).search(workspace.text(path))
            line = workspace.text(path).count("\n", 0, match.start()) + 1 if match else 0
            line = line or _stored(path, Name(home, name), modules)
            if line:
                raise EditRefused(
                    f"line {line} of {path} gives '{name}' of {home} another meaning, or names it in a string"
                )


def _stored(path: str, symbol: Name, modules: PythonModules) -> int:
    """The line where a file assigns to a name of a module, or deletes it; 0 if none does."""
    source = modules.workspace.source(path)
    for node in source.nodes_with(symbol.name) if is_python(path) else ():
        access = modules.access(node)
        if access is None or source.code(access[1]) != symbol.name:
            continue
        holders = (p for p, child in ancestors(node) if child == p.child_by_field_name("left"))
        is_deleted = enclosing(node, ("delete_statement", "as_pattern_target")) is not None
        is_stored = is_deleted or any(each.type in _STORES for each in holders)
        if is_stored and modules.meaning(path, access[0]) == Name(symbol.module, ""):
            return line_of(node)
    return 0


def _given(path: str, stem: str, name: str, home: str, modules: PythonModules) -> re.Pattern[str]:
    """A pattern of what gives a name of a module a meaning, whatever the file calls the module."""
    called = {stem}
    for taken in modules.imports(path) if is_python(path) else ():
        if taken.local and modules.resolve(taken.module, taken.name) == Name(home, ""):
            called.add(taken.local)
    written = "|".join(re.escape(each) for each in sorted(called))
    return re.compile(
        rf"\b(?:{written})\.{name}\s*=[^=]|[\"'][\w.]*\b(?:{written})[.:]{name}\b|\b(?:{written})\s*,\s*[\"']{name}[\"']"
    )
