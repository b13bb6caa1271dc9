"""The scopes of a Python module, and what binds and uses names in them.

As the language reference has it: https://docs.python.org/3/reference/executionmodel.html, section 4.2.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specedit.edits.syntax.python_nodes import KINDS, children_of

_GUARDS = frozenset(["NameError", "Exception", "BaseException"])


@dataclass(slots=True)
class PythonScope:
    """A module, class, function, comprehension or annotation; `bound` maps its names to the first line that binds them."""

    kind: str
    parent: "PythonScope | None"
    bound: dict[str, int] = field(default_factory=dict)
    of_module: set[str] = field(default_factory=set)  # declared global

    def resolve(self, name: str) -> "PythonScope | None":
        """Return the scope that gives a name used here its meaning."""
        scope: PythonScope | None = self
        sees_class = True  # its own, not one around
        while scope is not None:
            if name in scope.of_module:
                return scope.module().resolve(name)
            if name in scope.bound and (sees_class or scope.kind != "class"):
                return scope
            sees_class = sees_class and scope.kind == "annotation"
            scope = scope.parent
        return None

    def module(self) -> "PythonScope":
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True)
class NameUse:
    name: str
    line: int
    scope: PythonScope
    is_immediate: bool
    is_guarded: bool


class Reader:
    """Walks a module, and notes what binds and what uses a name.

    `bindings` are the names that something binds in the module itself, as in `module.bound`: there those are, too, that are
    only declared global. `outer_class` is the scope of the last class that stands in no other and in no function.
    """

    def __init__(self) -> None:
        self.module = self._scope = PythonScope("module", None)
        self.bindings: dict[str, int] = {}
        self.outer_class: PythonScope | None = None
        self.uses: list[NameUse] = []
        self.is_open = False
        self._deferred = 0  # how many functions, loops and annotations there are around
        self._guards = 0

    def read(self, node: ast.AST) -> None:
        """Read a node and what is below it."""
        visit = _READ[type(node)]
        if visit is not None:
            visit(self, node)
        else:
            self._read_all(children_of(node))

    def _read_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.read(node)

    def _bind(self, name: str, line: int) -> None:
        scope = self._scope
        if name in scope.of_module:
            scope, line = self.module, 0  # at some time
        scope.bound[name] = min(line, scope.bound.get(name, line))
        if scope is self.module:
            self.bindings[name] = min(line, self.bindings.get(name, line))

    def _inside(self, kind: str, nodes: Iterable[ast.AST | None], bound: Mapping[str, int]) -> None:
        """Read nodes in a scope of their own; the code of a function runs later."""
        around, self._scope = self._scope, PythonScope(kind, self._scope, dict(bound))
        if kind == "class" and around.parent is self.module:
            self.outer_class = self._scope
        self._deferred += kind != "class"
        self._read_all(nodes)
        self._deferred -= kind != "class"
        self._scope = around

    def _later(self, nodes: Iterable[ast.AST | None]) -> None:
        self._deferred += 1
        self._read_all(nodes)
        self._deferred -= 1

    def _read_name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            guarded, now = self._guards > 0, not self._deferred
            self.uses.append(NameUse(node.id, node.lineno, self._scope, now, guarded))
        else:
            self._bind(node.id, node.lineno)

    def _read_namedexpr(self, node: ast.NamedExpr) -> None:
        self.read(node.value)
        inner, scope = self._scope, self._scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._scope = scope
        self.read(node.target)
        self._scope = inner

    def _read_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._read_all(node.decorator_list)
        self._bind(node.name, node.lineno)
        arguments = node.args
        annotations = [a.annotation for a in _arguments(arguments)]
        self._read_all([*arguments.defaults, *arguments.kw_defaults])
        types = getattr(node, "type_params", [])
        own = {parameter.name: node.lineno for parameter in types}
        self._inside("annotation", [*annotations, node.returns, *types], own)
        own |= {a.arg: node.lineno for a in _arguments(arguments)}
        self._inside("function", node.body, own)

    _read_asyncfunctiondef = _read_functiondef

    def _read_lambda(self, node: ast.Lambda) -> None:
        self._read_all([*node.args.defaults, *node.args.kw_defaults])
        self._inside("function", [node.body], {a.arg: node.lineno for a in _arguments(node.args)})

    def _read_classdef(self, node: ast.ClassDef) -> None:
        self._read_all(node.decorator_list)
        types = getattr(node, "type_params", [])
        own = {parameter.name: node.lineno for parameter in types}
        self._scope = PythonScope("annotation", self._scope, own)
        self._read_all([*types, *node.bases, *node.keywords])
        self._inside("class", node.body, {})
        assert self._scope.parent is not None
        self._scope = self._scope.parent
        self._bind(node.name, node.lineno)

    def _read_comprehension_of(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._comprehend(node.generators, [node.elt])

    _read_listcomp = _read_setcomp = _read_generatorexp = _read_comprehension_of

    def _read_dictcomp(self, node: ast.DictComp) -> None:
        self._comprehend(node.generators, [node.key, node.value])

    def _comprehend(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        first, *others = generators
        self.read(first.iter)  # outside
        parts: list[ast.AST] = [first.target, *first.ifs]
        for generator in others:
            parts += [generator.target, generator.iter, *generator.ifs]
        self._inside("comprehension", [*parts, *results], {})

    def _read_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], node.lineno)

    def _read_importfrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.is_open |= alias.name == "*"
            self._bind(alias.asname or alias.name, node.lineno)

    def _read_global(self, node: ast.Global) -> None:
        if self._scope is not self.module:
            self._scope.of_module |= set(node.names)
            for name in node.names:
                self.module.bound.setdefault(name, 0)

    def _read_excepthandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node.lineno)
        self._read_all([node.type, *node.body])

    def _read_try(self, node: ast.Try) -> None:
        caught = {
            n.id
            for h in node.handlers
            if h.type
            for n in ast.walk(h.type)
            if isinstance(n, ast.Name)
        }
        is_guard = bool(caught & _GUARDS) or any(h.type is None for h in node.handlers)
        self._guards += is_guard
        self._read_all(node.body)
        self._guards -= is_guard
        self._read_all([*node.handlers, *node.orelse, *node.finalbody])

    def _read_loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        if isinstance(node, ast.While):
            self._later([node.test])
        else:
            self._read_all([node.iter, node.target])
        self._later([*node.body, *node.orelse])

    _read_for = _read_asyncfor = _read_while = _read_loop

    def _read_annassign(self, node: ast.AnnAssign) -> None:
        self._later([node.annotation])
        self._read_all([node.value, node.target])

    def _read_typealias(self, node: ast.AST) -> None:
        name, types = getattr(node, "name"), getattr(node, "type_params")  # noqa: B009  # as of Python 3.12
        self.read(name)
        self._inside("annotation", [*types, getattr(node, "value")], {p.name: 0 for p in types})  # noqa: B009

    def _read_matchas(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name, node.lineno)
        self._read_all([node.pattern])

    def _read_matchstar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node.lineno)

    def _read_matchmapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node.lineno)
        self._read_all([*node.keys, *node.patterns])


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return given + [a for a in (arguments.vararg, arguments.kwarg) if a is not None]


# The methods that read nodes which need one of their own.
_READ = {kind: getattr(Reader, f"_read_{kind.__name__.lower()}", None) for kind in KINDS}
