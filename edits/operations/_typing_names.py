"""Which expressions of a Python module mean names of `typing`, and where they stand."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.source import Source

UNIONS = frozenset(["Optional", "Union"])
BUILTINS = {
    "List": "list", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Type": "type",
}  # fmt: skip
_MODULES = ("typing", "typing_extensions")
# What the library calls like classes, and are functions in some versions or modules: of threading and multiprocessing.
_FACTORIES = frozenset(
    ["Array", "Barrier", "BoundedSemaphore", "Condition", "Event", "JoinableQueue", "Lock", "Manager", "NamedTuple", "Pool",
     "Queue", "RLock", "Semaphore", "SimpleQueue", "TypedDict", "Value"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypingNames:
    """The local names of what is imported from typing, and of its modules; `bound` are all names that the file binds.

    `plain` are the ids of expressions that stand where an operator can: annotations and their parts, values, arguments.
    """

    names: dict[str, str]
    modules: frozenset[str]
    bound: frozenset[str]
    plain: frozenset[int]

    def typing_name(self, node: ast.AST) -> str:
        """Return the name of typing that an expression is, "" for others."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if node.value.id in self.modules else ""
        return ""

    @staticmethod
    def local(node: ast.expr) -> str:
        """Return the name by which the file has it."""
        if isinstance(node, ast.Attribute):
            return TypingNames.local(node.value)
        return node.id if isinstance(node, ast.Name) else ""


def read(source: Source, tree: ast.Module) -> TypingNames:
    """Return what a module has of typing. A name that has another meaning in it too counts as none."""
    names: dict[str, str] = {}
    modules = set[str]()
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module in _MODULES:
            names |= {a.asname or a.name: a.name for a in statement.names}
        elif isinstance(statement, ast.Import):
            modules |= {a.asname or a.name for a in statement.names if a.name in _MODULES}
    return TypingNames(
        {name: typing_name for name, typing_name in names.items() if _means_one(source, name)},
        frozenset(name for name in modules if _means_one(source, name)),
        frozenset(name for name in BUILTINS.values() if not _means_none(source, name)),
        frozenset(id(n) for n in _plain(tree) if n is not None),
    )


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield every annotation, and what stands in it."""
    for node in ast.walk(tree):
        given: list[ast.expr | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            given = [node.annotation]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [node.returns]
        for each in given:
            if each is not None:
                yield from (n for n in ast.walk(each) if isinstance(n, ast.expr))


def in_bases(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the bases of classes, and what stands in them."""
    for node in ast.walk(tree):
        for base in node.bases if isinstance(node, ast.ClassDef) else ():
            yield from (n for n in ast.walk(base) if isinstance(n, ast.expr))


def _plain(tree: ast.Module) -> Iterator[ast.expr | None]:
    """Yield what stands where every operator binds less than what is around it, or is the same one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.returns
        elif isinstance(node, ast.AnnAssign):
            yield from (node.annotation, node.value)
        elif isinstance(node, ast.Assign | ast.keyword):
            yield node.value
        elif isinstance(node, ast.Call):
            yield from node.args
        elif isinstance(node, ast.Subscript):
            yield node.slice
        elif isinstance(node, ast.Tuple | ast.List):
            yield from node.elts
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            yield from (node.left, node.right)


def in_text(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what stands in f-strings, whose places Python's parser does not tell before 3.12."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from ast.walk(node)


def is_deferred(tree: ast.Module) -> bool:
    """Whether annotations are not evaluated."""
    return any(
        isinstance(s, ast.ImportFrom)
        and s.module == "__future__"
        and any(a.name == "annotations" for a in s.names)
        for s in tree.body
    )


def is_type(part: ast.expr, source: Source, names: TypingNames) -> bool | None:
    """Whether an expression is a type that has `|`, which a function in its place has not; None where that is not known."""
    if isinstance(part, ast.Constant):
        return part.value is None
    if isinstance(part, ast.BinOp):
        return isinstance(part.op, ast.BitOr)
    if isinstance(part, ast.Subscript):
        return True
    if isinstance(part, ast.Attribute):
        is_like_class = part.attr[:1].isupper() and part.attr not in _FACTORIES
        return True if names.typing_name(part) else (None if is_like_class else False)
    if not isinstance(part, ast.Name):
        return False
    symbols = symbols_of(source)
    kinds = {k for s in symbols.names(part.id).symbols for k in s.kinds} if symbols else set()
    if not kinds:
        return isinstance(getattr(builtins, part.id, None), type)
    if kinds == {"class"} or names.typing_name(part):
        return True
    is_like_class = part.id[:1].isupper() and part.id not in _FACTORIES
    return None if kinds == {"import"} and is_like_class else False


def _means_one(source: Source, name: str) -> bool:
    symbols = symbols_of(source)
    candidates = symbols.names(name).symbols if symbols is not None else ()
    return (
        len(candidates) == 1
        and {*candidates[0].kinds} == {"import"}
        and len(candidates[0].declarations) == 1
    )


def _means_none(source: Source, name: str) -> bool:
    symbols = symbols_of(source)
    return symbols is not None and not symbols.names(name).symbols
