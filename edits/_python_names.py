"""What names a Python module uses that nothing in it gives a meaning to. Names in strings are not looked at."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specedit.edits._python_scopes import NameUse, Reader
from specedit.edits.syntax.language import words

_KNOWN = (
    frozenset(dir(builtins))
    | words(
        "__file__ __name__ __doc__ __package__ __spec__ __loader__ __path__ __builtins__ __annotations__ __cached__ "
        "__dict__ __class__ __module__ __qualname__ _ WindowsError PythonFinalizationError reveal_type get_ipython "
        "unicode basestring xrange long raw_input reduce unichr file cmp execfile buffer intern reload"  # of Python 2
    )
)
# Whoever calls these may bind names that no one can see.
_OPENING = frozenset(["exec", "globals", "locals", "vars"])


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """Names with the lines where they are used, 1-based.

    `unresolved` are bound nowhere; `early` are used while the module is imported, before the line that binds them. `bound`
    are the module's own. A module `is_open` if names may come from elsewhere. `missing_methods` are `Class.method`s
    that a class without bases uses on itself and does not have; `methods` are those that classes have.
    """

    unresolved: Mapping[str, tuple[int, ...]]
    early: Mapping[str, tuple[int, ...]]
    bound: Mapping[str, int]
    is_open: bool
    missing_methods: Mapping[str, tuple[int, ...]]
    methods: Mapping[str, frozenset[str]]


def module_names(text: str) -> ModuleNames:
    """Return what is known of a module's names.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as of `ast.parse`.
    """
    tree = ast.parse(text)
    reader = Reader()
    reader.read(tree)
    module = reader.module
    unresolved: dict[str, list[int]] = {}
    early: dict[str, list[int]] = {}
    for use in reader.uses:
        scope = use.scope.resolve(use.name)
        if scope is None and use.name not in _KNOWN:
            if not use.is_guarded:
                unresolved.setdefault(use.name, []).append(use.line)
        elif scope is module and _is_early(use, module.bound[use.name]):
            early.setdefault(use.name, []).append(use.line)
    for name, line in _exports(tree):
        if name not in module.bound:
            unresolved.setdefault(name, []).append(line)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return ModuleNames(
        {name: tuple(lines) for name, lines in unresolved.items()},
        {name: tuple(lines) for name, lines in early.items()},
        module.bound,
        reader.is_open or any(use.name in _OPENING for use in reader.uses),
        {name: lines for owner in classes for name, lines in _missing_methods(owner)},
        {owner.name: frozenset(_methods(owner)) for owner in classes},
    )


def _is_early(use: NameUse, bound: int) -> bool:
    return use.is_immediate and not use.is_guarded and use.line < bound and use.name not in _KNOWN


def _exports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what a literal `__all__` names."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
                for node in ast.walk(statement.value):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value, node.lineno


def _missing_methods(owner: ast.ClassDef) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield `Class.method` with the lines where a class uses it on `self` or `cls`, and has no such attribute."""
    if owner.keywords or owner.decorator_list:
        return
    if any(not isinstance(base, ast.Name) or base.id != "object" for base in owner.bases):
        return
    own: set[str] = set()
    used: dict[str, list[int]] = {}
    for node in ast.walk(owner):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            own.add(node.id)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            own.add(node.attr)
        elif isinstance(node, ast.Attribute) and _is_self(node.value):
            used.setdefault(node.attr, []).append(node.lineno)
    for name in used.keys() - own:
        yield f"{owner.name}.{name}", tuple(sorted(used[name]))


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _methods(owner: ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
