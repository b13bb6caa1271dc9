"""The symbol that a client means by a line, and the instruction that renames it."""

import re

from specedit.edits.syntax.definitions import name_node
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import AmbiguousPlace, EditRefused, InvalidRequest, NameRefused
from specedit.service.mcp.bounds import FilePlace

_NEAR = 3  # lines
_NAME = re.compile(r"[^\W\d][\w$-]*[?!]?|\$[\w$]*|#[\w$]+")


def instruction(place: FilePlace | None, name: str | None, new_name: str, line: int | None) -> str:
    """Return the instruction of a rename.

    Raises:
        InvalidRequest: nothing says what is meant.
        NameRefused: what should be a name is none.
        EditRefused: the line defines nothing, or, as `AmbiguousPlace`, several things.
    """
    if line is not None and place is None:
        raise InvalidRequest("a line is of a file: give path too")
    if name is None:
        if line is None or place is None:
            raise InvalidRequest("give name, or path and line, of what is to be renamed")
        name = _name_on(line, place)
    for each in (*re.split(r"::|\.", name), new_name):
        if not _NAME.fullmatch(each):
            raise NameRefused(f"{each!r} is no name")
    return f"rename {name} to {new_name}" + (f" on line {line}" if line is not None else "")


def _name_on(line: int, place: FilePlace) -> str:
    """The name that is declared on a line of a file."""
    body = place.file.document.body
    language = language_of(place.path, body)
    definitions = Source(body, language, place.path).definitions if language else ()
    named = [(each, name_node(each.node) or each.node) for each in definitions]
    names = [each.name for each, node in named if line_of(node) == line]
    if len({*names}) > 1:
        raise AmbiguousPlace(f"line {line} declares {', '.join(names)}; give name too", [line])
    if not names:
        near = [
            f"{each.name} on line {line_of(node)}"
            for each, node in named
            if abs(line_of(node) - line) <= _NEAR
        ]
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise EditRefused(f"line {line} defines nothing by name{hint}; give name too")
    return names[0]
