"""Names of modules, and what a file takes of them."""

from dataclasses import dataclass

from specedit.edits.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Import:
    """What a file takes from another one of the workspace.

    `module` is that file, "" if it cannot be told which, and then `choices` are those that it may be; `name` is what it takes, "" for the module itself, "*" for all that it exports; `local` is
    what that is called here, "" where it is only handed on. `node` is where `name` is written, if it is, and `alias`
    where `local` is, if that is another place; `statement` is all of it.
    """

    module: str
    name: str
    local: str
    node: Node | None
    statement: Node
    alias: Node | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a module: the file, and what it is called there; "" is the module itself."""

    module: str
    name: str
