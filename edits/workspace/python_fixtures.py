"""Python: fixtures of tests, which others take as parameters of their names."""

import re
from collections.abc import Iterable

from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_FIXTURE = re.compile(r"@[\w.]*fixture\b(?!.*\bname\s*=)", re.DOTALL)


def refuse_taken(symbol: Symbol, paths: Iterable[str], workspace: Workspace) -> None:
    """Refuse a fixture that tests have as a parameter of its name.

    Raises:
        EditRefused: with the first such place.
    """
    if not any(_is_fixture(place.node) for place in symbol.declarations):
        return
    name = text_of(symbol.declarations[0].node)
    for path in paths:
        for taken in workspace.symbols(path).names(name).symbols:
            if "parameter" in taken.kinds:
                raise EditRefused(
                    f"'{name}' is a fixture, which {path} takes as a parameter on line {taken.line}, "
                    f'and whose names cannot be followed: write fixture(name="{name}") first'
                )


def _is_fixture(name: Node) -> bool:
    """Whether a function is one that is given to others by its name, as by `pytest.fixture`."""
    function = name.parent
    holder = function.parent if function is not None else None
    return holder is not None and any(
        _FIXTURE.match(text_of(each)) for each in holder.named_children if each.type == "decorator"
    )
