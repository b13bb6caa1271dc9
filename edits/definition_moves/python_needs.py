"""What a definition needs in another module: imports, and names of the module that it is in."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.workspace import import_lines
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import Defined, ModuleText
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Needs:
    """`names` of the old module that are used, and the import `statements` that give the new one those that it lacks.

    `own` are names that the new module declares itself, `foreign` those that come from outside of the workspace,
    `builtins` those of the language.
    """

    names: tuple[str, ...]
    statements: tuple[str, ...]
    own: tuple[str, ...]
    foreign: tuple[str, ...]
    builtins: frozenset[str]


def needs_of(node: Defined, old: ModuleText, new: ModuleText, modules: PythonModules) -> Needs:
    """Return what a definition of `old` needs in `new`.

    Raises:
        EditRefused: a name means something else there, or cannot be had there.
    """
    _refuse_unlike(node.name, old, new, modules)
    used = old.globals_of(node)
    known = frozenset(used - old.binders.keys())
    for name in sorted(known):
        if not hasattr(builtins, name):
            raise EditRefused(f"'{name}', which '{node.name}' uses, is not bound in {old.path}")
        if name in new.binders or name in new.rebound:
            raise EditRefused(f"'{name}' is another thing in {new.path}: '{node.name}' uses it")
    statements, own, foreign = list[str](), list[str](), list[str]()
    names = tuple(sorted(used & old.binders.keys()))
    for name in names:
        if name in old.rebound or name in new.rebound:
            raise EditRefused(f"'{name}', which '{node.name}' uses, is assigned anew by functions")
        if modules.resolve(old.path, name) == Name(new.path, "") or _loads(name, old, new, modules):
            raise EditRefused(
                f"'{node.name}' uses {new.path} as an object: write what it uses of it by name first"
            )
        written = tuple(_imports_of(name, old, new, modules))
        if _is_there(name, written, old, new, modules):
            own += [name] if modules.resolve(old.path, name) and not _is_import(name, new) else []
            continue
        if name in new.unresolved():
            raise EditRefused(
                f"'{name}' is the language's own in {new.path}: '{node.name}' uses another one"
            )
        statements += written
        foreign += [name] if _is_foreign(name, old, modules) else []
    return Needs(names, tuple(dict.fromkeys(statements)), tuple(own), tuple(foreign), known)


def _loads(name: str, old: ModuleText, new: ModuleText, modules: PythonModules) -> bool:
    """Whether what binds a name imports the new module by a path of several parts."""
    return any(
        modules.find(alias.name, old.path) == new.path
        for each in old.binders[name]
        if isinstance(each, ast.Import)
        for alias in each.names
    )


def _refuse_unlike(name: str, old: ModuleText, new: ModuleText, modules: PythonModules) -> None:
    for each in (old, new):
        if each.imports_all():
            raise EditRefused(
                f"{each.path} imports all names of a module; import them by their names first"
            )
    if old.futures() != new.futures():
        unlike = ", ".join(sorted(old.futures() ^ new.futures()))
        raise EditRefused(
            f"only one of {old.path} and {new.path} has `from __future__ import {unlike}`"
        )
    taken = [i for i in modules.imports(new.path) if i.local == name]
    is_imported = all(i.module == old.path and i.name == name for i in taken) and taken
    bound = new.binders.get(name, [])
    if bound and not (is_imported and len(bound) == len(taken)):
        raise EditRefused(f"{new.path} has another '{name}'")
    if name in new.unresolved() or name in new.rebound:
        raise EditRefused(f"'{name}' is another thing in {new.path}")


def _imports_of(
    name: str, old: ModuleText, new: ModuleText, modules: PythonModules
) -> Iterator[str]:
    """Yield the statements that give a name of the old module to the new one."""
    binders = old.binders[name]
    if any(isinstance(getattr(each, "ctx", None), ast.Del) for each in binders):
        raise EditRefused(f"'{name}' is deleted in {old.path}")
    if not all(
        isinstance(each, ast.Import | ast.ImportFrom) and each in old.tree.body for each in binders
    ):
        if any(isinstance(each, ast.Import | ast.ImportFrom) for each in binders):
            raise EditRefused(
                f"'{name}' is imported in a block of {old.path}, or means several things"
            )
        yield f"from {import_lines.module_as(new.path, old.path, modules)} import {name}"
        return
    for each in binders:
        assert isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names:
            local = alias.asname or alias.name.partition(".")[0]
            if isinstance(each, ast.Import) and local == name:
                yield ast.unparse(ast.Import([alias]))
            elif isinstance(each, ast.ImportFrom) and (alias.asname or alias.name) == name:
                dotted = "." * each.level + (each.module or "")
                if each.level:
                    dotted = import_lines.relative_again(dotted, old.path, new.path)
                yield f"from {dotted} import {ast.unparse(alias)}"


def _is_there(
    name: str, written: tuple[str, ...], old: ModuleText, new: ModuleText, modules: PythonModules
) -> bool:
    """Whether the new module has the same by the name.

    Raises:
        EditRefused: it has something else.
    """
    if name not in new.binders:
        return False
    target = modules.resolve(old.path, name)
    is_same = target is not None and modules.resolve(new.path, name) == target
    if is_same and all(
        each in new.tree.body or isinstance(each, ast.Name) for each in new.binders[name]
    ):
        return True
    if target is None and {*written} <= {*_written_imports(new)} and _is_import(name, new):
        return True
    raise EditRefused(f"'{name}' is another thing in {new.path}, or may be")


def _is_import(name: str, module: ModuleText) -> bool:
    return all(
        isinstance(each, ast.Import | ast.ImportFrom) and each in module.tree.body
        for each in module.binders[name]
    )


def _written_imports(module: ModuleText) -> Iterator[str]:
    for each in module.tree.body:
        if isinstance(each, ast.Import):
            yield from (ast.unparse(ast.Import([alias])) for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            dotted = "." * each.level + (each.module or "")
            yield from (f"from {dotted} import {ast.unparse(alias)}" for alias in each.names)


def _is_foreign(name: str, old: ModuleText, modules: PythonModules) -> bool:
    """Whether a name is imported from outside of the workspace."""
    local = {i.local for i in modules.imports(old.path)}
    return name not in local and _is_import(name, old)
