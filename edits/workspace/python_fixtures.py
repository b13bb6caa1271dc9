"""Python: fixtures of tests, which others take as parameters of their names."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.python_injected import FIXTURE, is_fixture, names_fixture
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_SHARED = "conftest.py"


def taken(
    symbol: Symbol, home: str, new: str, paths: Iterable[str], workspace: Workspace
) -> dict[str, FileEdits]:
    """Return what changes where tests of other files take a fixture: pytest looks for it in the `conftest.py` above them.

    Raises:
        EditRefused: another file has a fixture of its name, or it cannot be told whether this one is meant.
    """
    definition = symbol.declarations[0].node.parent
    if definition is None or not is_fixture(definition):
        return {}
    name = text_of(symbol.declarations[0].node)
    changed: dict[str, FileEdits] = {}
    for path in paths:
        if path == home:
            continue
        edits = _edits(name, new, path, workspace)
        if not edits:
            continue
        line = workspace.source(path).data.count(b"\n", 0, min(edits)[0]) + 1
        folder = PurePosixPath(home).parent
        if PurePosixPath(home).name != _SHARED or not PurePosixPath(path).is_relative_to(folder):
            raise EditRefused(
                f"'{name}' is a fixture, which {path} takes as a parameter on line {line}, "
                f'and whose names cannot be followed: write fixture(name="{name}") first'
            )
        changed[path] = FileEdits(edits)
    return changed


def _edits(name: str, new: str, path: str, workspace: Workspace) -> dict[tuple[int, int], str]:
    """The places of a file that take a fixture of another one."""
    edits: dict[tuple[int, int], str] = {}
    names = workspace.symbols(path).names(name)
    takers = {
        symbol
        for symbol in names.symbols
        if any(place.reason == FIXTURE for place in symbol.declarations)
    }
    for occurrence in names.occurrences:
        place = occurrence.place
        function = place.node.parent
        if place.bindings and function is not None and is_fixture(function):
            raise EditRefused(
                f"'{name}' is a fixture of {path}, too, on line {line_of(place.node)}, and which of them is taken "
                f'is not followed: write fixture(name="{name}") first'
            )
        is_named = place.node.type == "string_content" and names_fixture(place.node)
        if occurrence.symbol in takers or (is_named and occurrence.symbol is None):
            edits[place.start, place.end] = new
    return edits
