"""A module of Python read for a move: what binds its names, and what one of its definitions takes from it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from specedit.edits._python_scopes import Reader
from specedit.edits.syntax.language import words
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace.module_bindings import Defined, bindings, own_nodes
from specedit.engine.errors import EditRefused

__all__ = ["Defined", "ModuleText", "is_python"]

# What means something else in another module, or finds out which one it is in.
_OF_THE_MODULE = words(
    "__name__ __file__ __package__ __path__ __spec__ __loader__ __builtins__ __annotations__ globals vars exec eval compile "
    "__import__ __dict__ locals"
)
_MEMBERS_OF_THE_MODULE = words("__module__ __globals__ _getframe currentframe getmodule")
# Decorators of the library that note nothing anywhere.
_HARMLESS = words(
    "functools.lru_cache functools.cache functools.wraps functools.total_ordering functools.cached_property "
    "contextlib.contextmanager contextlib.asynccontextmanager dataclasses.dataclass typing.final typing.no_type_check "
    "typing.runtime_checkable abc.abstractmethod enum.unique property staticmethod classmethod"
)
# What Python or a test runner looks for in a module.
_FOUND_BY_NAME = re.compile(
    r"__\w+__$|test|Test|pytest_|(setup|teardown|setUp|tearDown)_?[mM]odule$|load_tests$"
)


def is_python(path: str) -> bool:
    """Return whether a file is Python."""
    language = language_of(path)
    return language is not None and language.standard_parser == "ast"


class ModuleText:
    """A module's text, parsed; lines are counted from 1.

    Raises:
        EditRefused: it is not what this Python parses.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._reader = Reader()
        try:
            self.tree = ast.parse(text)
            self._reader.read(self.tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise EditRefused(f"{path} cannot be read as Python: {error}") from error
        self.binders: dict[str, list[ast.AST]] = defaultdict(list)
        for name, node in bindings(self.tree):
            self.binders[name].append(node)
        nodes = list(ast.walk(self.tree))
        declared = (node.names for node in nodes if isinstance(node, ast.Global))
        self.rebound = frozenset(name for names in declared for name in names)

    def imports_all(self) -> bool:
        """Return whether names may come from an import of everything."""
        return self._reader.is_open

    def futures(self) -> frozenset[str]:
        """Return the features that the module takes from the future."""
        return frozenset(
            alias.name
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "__future__"
            for alias in node.names
        )

    def definition(self, name: str) -> Defined:
        """Return the function or class of the module that alone has a name.

        Raises:
            EditRefused: there is none, or the name has other meanings too.
        """
        binders = self.binders.get(name, [])
        if len(binders) != 1 or name in self.rebound or binders[0] not in self.tree.body:
            raise EditRefused(f"'{name}' is not one function or class at the top of {self.path}")
        (node,) = binders
        if not isinstance(node, Defined) or _FOUND_BY_NAME.match(name):
            raise EditRefused(
                f"'{name}' of {self.path} is no function or class, or is found by its name and place"
            )
        return node

    def globals_of(self, node: Defined) -> frozenset[str]:
        """Return the names that a definition takes from its module, or from the language."""
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        names = {
            use.name
            for use in self._reader.uses
            if first <= use.line <= (node.end_lineno or first)
            and use.scope.resolve(use.name) in (self._reader.module, None)
        }
        return frozenset(names | set(_named_in_strings(node))) - {node.name}

    def unresolved(self) -> frozenset[str]:
        """Return the names that the module uses and does not bind: what the language gives."""
        return frozenset(u.name for u in self._reader.uses if u.scope.resolve(u.name) is None)

    def refuse_bound_here(self, node: Defined) -> None:
        """Refuse a definition that means something else in another module.

        Raises:
            EditRefused: with the line.
        """
        for each in ast.walk(node):
            reason = _reason(each)
            if reason:
                line = getattr(each, "lineno", node.lineno)
                raise EditRefused(f"line {line} of {self.path} {reason}, which a move would change")
            for decorator in getattr(each, "decorator_list", ()):
                if not self._is_harmless(decorator):
                    raise EditRefused(
                        f"'{node.name}' is decorated with '{ast.unparse(decorator)}' on line {decorator.lineno} of {self.path}, "
                        "which may note where it stands"
                    )

    def _is_harmless(self, decorator: ast.expr) -> bool:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = ast.unparse(called)
        if written.endswith((".setter", ".getter", ".deleter")):
            return True
        head, _, rest = written.partition(".")
        for node in self.binders.get(head, []):
            if isinstance(node, ast.Import):
                return written in _HARMLESS
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = {alias.asname or alias.name: alias.name for alias in node.names}
                return f"{node.module}.{names[head]}{rest and '.'}{rest}" in _HARMLESS
            return False
        return written in _HARMLESS

    def refuse_done_on_import(self, node: Defined) -> None:
        """Refuse to take a definition out of a module that does more with it, or at all, when it is imported.

        Raises:
            EditRefused: with the line.
        """
        for statement in self.tree.body:
            if statement is node or isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            if _acts(statement) or any(_marks(each, node.name) for each in _at_import(statement)):
                raise EditRefused(
                    f"line {statement.lineno} of {self.path} does something when the module is imported, on which '{node.name}' "
                    "may depend"
                )


def _at_import(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement that are run when the module is imported, classes' too."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            stack += [
                *node.decorator_list,
                *node.args.defaults,
                *filter(None, node.args.kw_defaults),
            ]
        elif not isinstance(node, ast.Lambda):
            stack += ast.iter_child_nodes(node)


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement is there for what it does; what is done for a script alone is no part of the module."""
    if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
        return False
    nodes = [statement, *own_nodes(statement)] if not isinstance(statement, Defined) else []
    return any(
        isinstance(n, ast.Assert | ast.Raise)
        or (isinstance(n, ast.Expr) and not isinstance(n.value, ast.Constant))
        for n in nodes
    )


def _marks(node: ast.AST, name: str) -> bool:
    """Whether something is done with a definition: it is decorated with, called, handed on or given a member."""
    if isinstance(node, Defined):
        return any(_names(each, name) for each in node.decorator_list)
    if isinstance(node, ast.Call):
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        parts += [node.func] if not isinstance(node.func, ast.Name) else []
        return any(_names(each, name) for each in parts)
    if isinstance(node, ast.Attribute):
        return not isinstance(node.ctx, ast.Load) and _names(node.value, name)
    return isinstance(node, ast.Subscript) and _names(node.value, name)


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _reason(node: ast.AST) -> str:
    """What of a node depends on the module that it is in; "" for nothing."""
    if isinstance(node, ast.Name) and node.id in _OF_THE_MODULE:
        return f"uses '{node.id}'"
    if isinstance(node, ast.Attribute) and node.attr in _MEMBERS_OF_THE_MODULE:
        return f"uses '{node.attr}'"
    if isinstance(node, ast.Global):
        return f"assigns to '{node.names[0]}' of its module"
    if isinstance(node, ast.ImportFrom) and node.level:
        return "imports from beside its module"
    return ""


def _named_in_strings(node: ast.AST) -> Iterator[str]:
    """Yield the names in annotations that are written as strings."""
    for each in ast.walk(node):
        kinds = [getattr(each, field, None) for field in ("annotation", "returns")]
        if isinstance(each, ast.Call) and ast.unparse(each.func).endswith(("cast", "TypeVar")):
            kinds += [*each.args, *(keyword.value for keyword in each.keywords)]
        for kind in filter(None, kinds):
            for constant in ast.walk(kind):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield from _names_of(constant.value)


def _names_of(written: str) -> Iterator[str]:
    try:
        tree = ast.parse(written.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return
    yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
