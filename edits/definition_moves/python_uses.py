"""Where files use a definition that is to be moved: what only imports it can be followed, all else is refused."""

import re
from collections.abc import Iterable, Iterator

from specedit.edits.definition_moves import python_through
from specedit.edits.operations._rename_request import Request
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.homes import homes_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import is_python
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.rename import edits_of
from specedit.engine.errors import EditRefused

_LIKE_CODE = re.compile(r"[\w.\[\], |]+")  # a string that may stand for code
# What has a module's names by their texts: all of them, or the one that it is called with.
_NAMESPACES = words("globals locals vars eval exec modules __dict__ __import__ import_module")
_LOOKUPS = words(
    "getattr hasattr setattr delattr attrgetter cast TypeVar ParamSpec ForwardRef NewType TypeAliasType NamedTuple TypedDict patch"
)
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
        *_exported(home, name, uses[home], modules),
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


def _exported(path: str, name: str, own: FileEdits, modules: PythonModules) -> Iterator[str]:
    """Yield where a module has the name in a string by which it is looked up, as among its exports; not in its `own` annotations."""
    source = modules.workspace.source(path)
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    is_open = any(source.code(node) in _NAMESPACES for node in source.identifiers)
    for node in source.nodes_with(name):
        code = source.code(node) if node.type == "string_content" else ""
        if not (_LIKE_CODE.fullmatch(code) and word.search(code)):
            continue
        is_followed = any(node.start_byte <= start < node.end_byte for start, _ in own.edits)
        if not is_followed and (is_open or _looks_up(node)):
            yield f"{path}:{line_of(node)}: named in a string, as for export"


def _looks_up(string: Node) -> bool:
    """Whether what a string stands in takes it for a name of the module: `__all__`, `getattr(…, "name")`, a type."""
    for holder, _ in ancestors(string):
        if holder.type in ("subscript", "type"):
            return True
        if holder.type == "call":
            called = text_of(holder.child_by_field_name("function"))
            if called.rpartition(".")[2] in _LOOKUPS or called.startswith("__all__."):
                return True
        if holder.type in ("assignment", "augmented_assignment"):
            return text_of(holder.child_by_field_name("left")) == "__all__" or bool(
                holder.child_by_field_name("type")
            )
        if holder.type.endswith(("_statement", "_definition")):
            return False
    return False


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
