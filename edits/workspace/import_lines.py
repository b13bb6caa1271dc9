"""Import statements of Python, written for another module than before."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from specedit.edits.operations._lists import Edits
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import is_python
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused


def module_as(path: str, target: str, modules: PythonModules) -> str:
    """Return how a file is to write a module that it imports: with dots, if it and its package do so.

    Raises:
        EditRefused: the two have no package in common, and are not beside each other.
    """
    top = modules.top(path)
    if modules.top(target) != top:
        raise EditRefused(
            f"how {path} imports {target} cannot be told: they are in different packages"
        )
    parts = _module(target)
    shared = _folder(path)[: len(_parts(top)) + 1] == parts[: len(_parts(top)) + 1]
    if shared and len(_folder(path)) > len(_parts(top)) and not _is_absolute(path, modules):
        return relative(_folder(path), parts)
    return absolute(path, target, modules)


def absolute(path: str, target: str, modules: PythonModules) -> str:
    """Return how a file writes a module by its whole name.

    Raises:
        EditRefused: it would not be found by it.
    """
    dotted = modules.mapping.name_of("/".join(_module(target)))
    dotted = dotted or ".".join(_module(target)[len(_parts(modules.top(target))) :])
    if not dotted or modules.find(dotted, path) != target:
        raise EditRefused(f"how {path} imports {target} cannot be told")
    return dotted


def relative_to(path: str, target: str) -> str:
    """Return how a file writes a module with dots.

    Raises:
        EditRefused: they are in different packages.
    """
    if _folder(path)[:1] != _module(target)[:1]:
        raise EditRefused(f"{path} cannot import {target} with dots: it is in another package")
    return relative(_folder(path), _module(target))


def relative_again(dotted: str, path: str, target: str) -> str:
    """Return a module that `path` names with dots as `target` is to name it."""
    name = dotted.lstrip(".")
    folder = _folder(path)
    above = len(dotted) - len(name) - 1
    parts = [*folder[: len(folder) - above], *filter(None, name.split("."))]
    if parts[:1] != _folder(target)[:1]:
        raise EditRefused(
            f"{target} cannot import '{dotted}' of {path}: they are in different packages"
        )
    return relative(_folder(target), parts)


def redirected(path: str, symbol: Name, target: str, modules: PythonModules) -> str:
    """Return a file's text with a symbol imported from another module.

    Raises:
        EditRefused: a statement shares its lines with others, or the module cannot be written as the old one was.
    """
    source, edits = modules.workspace.source(path), Edits()
    for statement, names in _taking(path, symbol, modules):
        named = statement.child_by_field_name("module_name")
        assert named is not None
        written = _like(text_of(named), path, symbol.module, target, modules)
        listed = statement.children_by_field_name("name")
        if len(names) == len(listed):
            edits[named.start_byte, named.end_byte] = written
            continue
        refuse_shared(source, statement)
        edits |= without_names(source, listed, names)
        indent = source.line(statement.start_point[0])[: statement.start_point[1]]
        text = ", ".join(source.code(name) for name in names)
        row = statement.end_point[0] + 1
        at = source.line_starts[row] if row < len(source.line_starts) else len(source.data)
        before = "" if source.data[:at].endswith(b"\n") else "\n"
        edits[at, at] = f"{edits.get((at, at), '')}{before}{indent}from {written} import {text}\n"
    return source.spliced(edits)


def without(path: str, symbol: Name, modules: PythonModules) -> str:
    """Return a file's text without its imports of a symbol at the module's top.

    Raises:
        EditRefused: one is in a block, by another name, or shares its lines with others.
    """
    source, edits = modules.workspace.source(path), Edits()
    for statement, names in _taking(path, symbol, modules):
        is_plain = all(source.code(name) == symbol.name for name in names)
        if statement.parent is None or statement.parent.type != "module" or not is_plain:
            raise EditRefused(
                f"line {statement.start_point[0] + 1} of {path} imports '{symbol.name}' in a block, or by another name"
            )
        refuse_shared(source, statement)
        listed = statement.children_by_field_name("name")
        if len(names) < len(listed):
            edits |= without_names(source, listed, names)
        else:
            starts = (*source.line_starts, len(source.data))
            edits[starts[statement.start_point[0]], starts[statement.end_point[0] + 1]] = ""
    return source.spliced(edits)


def _taking(path: str, symbol: Name, modules: PythonModules) -> Iterator[tuple[Node, list[Node]]]:
    """Yield the statements that import a symbol from the module that has it, each with where it does."""
    taken = [i for i in modules.imports(path) if (i.module, i.name) == (symbol.module, symbol.name)]
    for statement in dict.fromkeys(each.statement for each in taken):
        nodes = [each.node for each in taken if each.statement == statement]
        listed = statement.children_by_field_name("name")
        yield statement, [n for n in listed if any(_is_in(node, n) for node in nodes)]


def _is_in(node: Node | None, outer: Node) -> bool:
    return node is not None and outer.start_byte <= node.start_byte < outer.end_byte


def _like(written: str, path: str, old: str, target: str, modules: PythonModules) -> str:
    """How a file writes a module that wrote another one so."""
    if written.startswith("."):
        return relative_to(path, target)
    if modules.mapping.name_of("/".join(_module(old))) == written:
        return absolute(path, target, modules)
    parts = _module(old)
    before = parts[: len(parts) - len(written.split("."))]
    dotted = ".".join(_module(target)[len(before) :])
    if _module(target)[: len(before)] != before or modules.find(dotted, path) != target:
        raise EditRefused(f"how {path} imports {target} cannot be told")
    return dotted


def refuse_shared(source: Source, statement: Node) -> None:
    """Refuse a statement that does not have its lines for itself.

    Raises:
        EditRefused: with the line.
    """
    first, last = statement.start_point[0], statement.end_point[0]
    rest = source.lines(first, last + 1).strip().removeprefix(source.code(statement).strip())
    if (rest.strip() and not rest.strip().startswith("#")) or ";" in source.lines(first, last + 1):
        raise EditRefused(
            f"line {first + 1} has more than an import; write it on a line of its own"
        )


def without_names(source: Source, listed: Sequence[Node], removed: Sequence[Node]) -> Edits:
    """Return the edits that take some of the names of a statement out, each with one comma.

    Raises:
        EditRefused: a comment would go with them.
    """
    kept = [name for name in listed if name not in removed]
    edits = Edits()
    for name, after in pairwise(listed):
        if name in removed and after.start_byte <= kept[-1].start_byte:
            edits[name.start_byte, after.start_byte] = ""
    if kept[-1].end_byte < listed[-1].end_byte:
        edits[kept[-1].end_byte, listed[-1].end_byte] = ""
    if any(b"#" in source.data[start:end] for start, end in edits):
        raise EditRefused(
            f"line {listed[0].start_point[0] + 1} has a comment among the names that it imports"
        )
    return edits


def _is_absolute(path: str, modules: PythonModules) -> bool:
    """Whether a file imports from its workspace, and never with dots; one that does not, as its neighbours do."""
    folder = path.rpartition("/")[0]
    beside = (each for each in modules.workspace.paths if each.rpartition("/")[0] == folder)
    for each in (path, *beside):
        written = [
            text_of(i.statement.child_by_field_name("module_name"))
            for i in (modules.imports(each) if is_python(each) else ())
        ]
        if written:
            return not any(name.startswith(".") for name in written)
    return False


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _folder(path: str) -> list[str]:
    return _parts(path)[:-1]


def _module(path: str) -> list[str]:
    """A module's path in parts, that of its folder for a package."""
    parts = _parts(path.removesuffix(".py"))
    return parts[:-1] if parts[-1] == "__init__" else parts


def relative(folder: Sequence[str], target: Sequence[str]) -> str:
    """Return how a module in a folder writes another one with dots; both are paths in parts."""
    shared = 0
    while shared < min(len(folder), len(target)) and folder[shared] == target[shared]:
        shared += 1
    return "." * (len(folder) - shared + 1) + ".".join(target[shared:])
