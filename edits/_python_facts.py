"""What one part of a Python module binds and uses, read once for all texts that have the part."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specedit.edits._python_scopes import NameUse, PythonScope, Reader
from specedit.edits.recent import Recent
from specedit.edits.syntax.language import words
from specedit.edits.syntax.python_nodes import children_of, nodes_in
from specedit.edits.syntax.python_parts import AROUND_MEMBERS, Part

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
_WITH_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)
# Bytes of facts and of the parts they are of: those of some 8,000,000 characters, which 148 files before and after an edit have.
_MOST_KEPT = 24_000_000
_OF_A_CHARACTER = 2  # bytes of facts for each of a part: measured over networkx, 1.9
Lines = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FreeName:
    """A name that a part uses as one of the module, or as one of the class around, if it `sees_class`.

    `at_once` are the lines where it is used while the module is imported.
    """

    name: str
    sees_class: bool
    lines: Lines
    at_once: Lines


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What a class, or a part of one, calls its own, and what it uses of itself.

    `depth` is how deep it stands in the module's tree. It `inherits` also if a decorator may give it something.
    """

    name: str
    depth: int
    inherits: bool
    own: frozenset[str]
    used: Mapping[str, Lines]
    methods: frozenset[str]

    def missing(self) -> Iterator[tuple[str, Lines]]:
        """Yield `Class.method` with the lines where a class uses it on `self` or `cls`, and has no such attribute."""
        for name in () if self.inherits else self.used.keys() - self.own:
            yield f"{self.name}.{name}", tuple(sorted(self.used[name]))

    def below(self, rows: int) -> "ClassFacts":
        """Return the same so many lines further down."""
        used = {name: tuple(n + rows for n in lines) for name, lines in self.used.items()}
        return replace(self, used=used)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """The names of a part, with 1-based lines of it.

    `bindings` are of the module, on line 0 those that are bound at some time; `declared` are said to be global before the part
    binds them. `outer` is the class that the part begins or has members of, `outer_names` what these bind; `classes` are all others.
    """

    bindings: Mapping[str, int]
    declared: frozenset[str]
    free: tuple[FreeName, ...]
    exports: tuple[tuple[str, int], ...]
    outer: ClassFacts | None
    outer_names: frozenset[str]
    classes: tuple[ClassFacts, ...]
    is_open: bool


_FACTS: Recent[Part, PartFacts] = Recent(_MOST_KEPT)


def facts_of(part: Part) -> PartFacts:
    """Return what a part says of names.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as of `ast.parse`.
    """
    weight = part.size + _OF_A_CHARACTER * len(part.code)
    return _FACTS.get(part, weight, lambda: _read(part))


def joined(parts: Sequence[ClassFacts]) -> ClassFacts:
    """Return one class of its beginning and of parts with members of it."""
    used: dict[str, Lines] = {}
    for part in parts:
        for name, lines in part.used.items():
            used[name] = used.get(name, ()) + lines
    own = frozenset[str]().union(*(part.own for part in parts))
    methods = frozenset[str]().union(*(part.methods for part in parts))
    return replace(parts[0], own=own, used=used, methods=methods)


def _read(part: Part) -> PartFacts:
    tree = part.tree()
    reader = Reader()
    reader.read(tree)
    bindings = {n: line for n, line in reader.bindings.items() if n != AROUND_MEMBERS}
    declared = (n for n, line in reader.module.bound.items() if not line and bindings.get(n, 1))
    outer = reader.outer_class if part.kind != "statements" else None
    classes = list(_classes(tree))
    return PartFacts(
        bindings,
        frozenset(declared),
        tuple(_free(reader.uses, reader.module, outer)),
        tuple(_exports(tree)),
        classes.pop(0) if outer is not None else None,
        frozenset(outer.bound if outer is not None else ()),
        tuple(classes),
        reader.is_open or any(use.name in _OPENING for use in reader.uses),
    )


def _free(
    uses: Iterable[NameUse], module: PythonScope, outer: PythonScope | None
) -> Iterator[FreeName]:
    """Yield the names that get no meaning in the part, in order, but for what everyone knows, and what is tried for."""
    lines: dict[tuple[str, bool], tuple[list[int], list[int]]] = {}
    for use in uses:
        if use.is_guarded or use.name in _KNOWN:
            continue
        sees_class = _passes_by(use, module, outer)
        if sees_class is not None:
            everywhere, at_once = lines.setdefault((use.name, sees_class), ([], []))
            everywhere.append(use.line)
            at_once += [use.line] if use.is_immediate else []
    for (name, sees_class), (everywhere, at_once) in lines.items():
        yield FreeName(name, sees_class, tuple(everywhere), tuple(at_once))


def _passes_by(use: NameUse, module: PythonScope, outer: PythonScope | None) -> bool | None:
    """Whether a name is looked for in the class `outer` before it is in the module; None where it is found before both.

    As `PythonScope.resolve`, for a class and a module of which not everything is there.
    """
    scope, sees_class, passes_by = use.scope, True, False
    while scope is not module:
        if use.name in scope.of_module:
            return False
        if scope is outer:
            passes_by = sees_class
        elif use.name in scope.bound and (sees_class or scope.kind != "class"):
            return None
        sees_class = sees_class and scope.kind == "annotation"
        assert scope.parent is not None
        scope = scope.parent
    return passes_by


def _exports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what a literal `__all__` names."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
                for node in ast.walk(statement.value):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value, node.lineno


def _classes(tree: ast.Module) -> Iterator[ClassFacts]:
    """Yield the classes, outer ones first; none stands in an expression."""
    depth, level = 0, list[ast.AST]([tree])
    while level:
        for node in level:
            if isinstance(node, ast.ClassDef):
                yield _class(node, depth)
        inner = (child for node in level for child in children_of(node))
        depth, level = depth + 1, [n for n in inner if isinstance(n, _WITH_STATEMENTS)]


def _class(node: ast.ClassDef, depth: int) -> ClassFacts:
    own: set[str] = set()
    used: dict[str, list[int]] = {}
    for inner in nodes_in(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(inner.name)
        elif isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            own.add(inner.id)
        elif isinstance(inner, ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            own.add(inner.attr)
        elif isinstance(inner, ast.Attribute) and _is_self(inner.value):
            used.setdefault(inner.attr, []).append(inner.lineno)
    is_alone = all(isinstance(base, ast.Name) and base.id == "object" for base in node.bases)
    functions = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return ClassFacts(
        node.name,
        depth,
        bool(node.keywords or node.decorator_list) or not is_alone,
        frozenset(own - {AROUND_MEMBERS}),
        {name: tuple(lines) for name, lines in used.items()},
        frozenset(function.name for function in functions),
    )


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")
