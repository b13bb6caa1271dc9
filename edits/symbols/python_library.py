"""Python: the members that a class gets from the standard library, read in its sources and not imported."""

import ast
import builtins
import sys
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

_DEEPEST = 12  # classes above each other


def library_base(bases: frozenset[str], method: str, module: Node) -> str:
    """Return which of the bases of a class, as its module writes them, is of the library and has a method; "" if none."""
    for base in sorted(bases):
        head, *rest = base.split(".")
        for origin in _origins(head, module):
            package, _, name = ".".join([origin, *rest]).rpartition(".")
            if method in _members(package or "builtins", name):
                return base
    return ""


def _origins(name: str, module: Node) -> Iterator[str]:
    """What a name is by the imports at the top of a module: `collections.abc.Mapping`; a builtin where none gives it."""
    is_imported = False
    for statement in module.named_children:
        if statement.type not in ("import_statement", "import_from_statement"):
            continue
        try:
            (parsed,) = ast.parse(text_of(statement)).body
        except (SyntaxError, ValueError):
            continue
        for alias in parsed.names if isinstance(parsed, ast.Import | ast.ImportFrom) else ():
            local = alias.asname or alias.name
            if isinstance(parsed, ast.Import) and alias.asname is None:
                local = local.partition(".")[0]
                origin = local
            else:
                above = f"{parsed.module}." if isinstance(parsed, ast.ImportFrom) else ""
                origin = f"{above}{alias.name}"
            if local == name:
                is_imported = True
                yield origin
    if not is_imported:
        yield name


@lru_cache(maxsize=256)
def _members(module: str, name: str, depth: int = 0) -> frozenset[str]:
    """What a class of the library has, but for what every object has."""
    if depth > _DEEPEST or module.partition(".")[0] not in sys.stdlib_module_names | {"builtins"}:
        return frozenset()
    if module in sys.builtin_module_names:
        of_object = {*dir(object)} if module != "builtins" or hasattr(builtins, name) else set()
        return frozenset(dir(getattr(import_module(module), name, object))) - of_object
    tree = _tree(module)
    members: set[str] = set()
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.ClassDef) and node.name == name:
            members |= _own(node)
            for base in map(ast.unparse, node.bases):
                members |= _reached(base, module, depth + 1)
        elif isinstance(node, ast.ImportFrom):
            members |= _handed_on(node, name, module, depth + 1)
    return frozenset(members)


def _own(definition: ast.ClassDef) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {each.name for each in definition.body if isinstance(each, kinds)}


def _reached(base: str, module: str, depth: int) -> frozenset[str]:
    """The members of a base class, as a module of the library writes it."""
    package, _, name = base.partition("[")[0].rpartition(".")
    return _members(package or module, name, depth)


def _handed_on(statement: ast.ImportFrom, name: str, module: str, depth: int) -> frozenset[str]:
    """The members of a class that a module of the library has from another."""
    source = ".".join(filter(None, (module if statement.level else "", statement.module)))
    for alias in statement.names:
        if name == (alias.asname or alias.name) or alias.name == "*":
            return _members(source, name if alias.name == "*" else alias.name, depth)
    return frozenset()


@lru_cache(maxsize=64)
def _tree(module: str) -> ast.Module | None:
    place = Path(sysconfig.get_path("stdlib"), *module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return ast.parse(path.read_text(encoding="utf-8"))
    return None
