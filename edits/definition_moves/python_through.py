"""Where a file reaches what is moved as a member of its module: it imports it by its name instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.operations._lists import Edits
from specedit.edits.syntax.nodes import enclosing, line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace import import_lines
from specedit.edits.workspace.module_names import Import, Name
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused

_BLOCKS = ("function_definition", "class_definition", "lambda")


@dataclass(frozen=True, slots=True)
class Direct:
    """A file's text with the bare name in the place of each access; `statements` are imports that it needs at its top."""

    text: str
    statements: tuple[str, ...]


def accesses(path: str, symbol: Name, modules: PythonModules) -> list[Node]:
    """Return where a file reaches a symbol as a member of the module that has it."""
    source = modules.workspace.source(path)
    return [
        node
        for node in source.nodes_with(symbol.name)
        if (access := modules.access(node)) is not None
        and source.code(access[1]) == symbol.name
        and modules.meaning(path, access[0]) == Name(symbol.module, "")
    ]


def unclear(path: str, symbol: Name, modules: PythonModules) -> Iterator[Node]:
    """Yield where a file may reach a symbol so, through a name that is an import and something else, too."""
    source = modules.workspace.source(path)
    heads = {each.local for each in modules.imports(path) if _is_module(each, modules)}
    for node in source.nodes_with(symbol.name) if heads else ():
        access = modules.access(node)
        if access is None or source.code(access[1]) != symbol.name:
            continue
        head = _head(node, modules)
        if text_of(head) in heads and modules.meaning(path, head) is None:
            bound = (
                modules.workspace.symbols(path).names(text_of(head)).visible_at(head, ("value",))
            )
            if bound is None or "import" in bound.kinds:
                yield node


def _is_module(taken: Import, modules: PythonModules) -> bool:
    meant = modules.resolve(taken.module, taken.name)
    return meant is not None and not meant.name


def direct(path: str, symbol: Name, target: str, modules: PythonModules) -> Direct:
    """Return what a file becomes whose accesses of a symbol are to name it by an import from another module.

    Raises:
        EditRefused: the file means something else by the name somewhere, or an import cannot be placed.
    """
    source, nodes = modules.workspace.source(path), accesses(path, symbol, modules)
    _refuse_taken(path, symbol, nodes, modules)
    edits: Edits = {(node.start_byte, node.end_byte): symbol.name for node in nodes}
    statements: list[str] = []
    for taken in _binding(path, nodes, modules) if path != target else ():
        written = _written(taken, path, target, modules)
        statement = f"from {written} import {symbol.name}"
        if _is_on_top(taken.statement):
            statements.append(statement)
            continue
        import_lines.refuse_shared(source, taken.statement)
        row = taken.statement.end_point[0] + 1
        at = (*source.line_starts, len(source.data))[row]
        indent = source.line(taken.statement.start_point[0])[: taken.statement.start_point[1]]
        edits[at, at] = f"{indent}{statement}\n"
    return Direct(source.spliced(edits), tuple(dict.fromkeys(statements)))


def _refuse_taken(path: str, symbol: Name, nodes: Sequence[Node], modules: PythonModules) -> None:
    """Refuse a file in which the bare name is something else, or may be."""
    source = modules.workspace.source(path)
    own = {i.node.id for i in modules.imports(path) if i.node is not None and i.name == symbol.name}
    for node in source.nodes_named([symbol.name], source.language.names):
        is_access = any(each.start_byte <= node.start_byte < each.end_byte for each in nodes)
        parent = node.parent
        is_key = parent is not None and (
            (parent.type == "attribute" and parent.child_by_field_name("attribute") == node)
            or (parent.type == "keyword_argument" and parent.child_by_field_name("name") == node)
        )
        if (
            not is_access
            and not is_key
            and node.id not in own
            and modules.meaning(path, node) != symbol
        ):
            raise EditRefused(
                f"'{symbol.name}' is reached through its module on line {line_of(nodes[0])} of {path}, where line "
                f"{line_of(node)} means something else by that name"
            )
    for each in modules.imports(path):
        if each.local == symbol.name and Name(each.module, each.name) != symbol:
            raise EditRefused(
                f"{path} imports another '{symbol.name}' on line {line_of(each.statement)}"
            )


def _binding(path: str, nodes: Sequence[Node], modules: PythonModules) -> Iterator[Import]:
    """Yield the imports that give the names by which accesses begin: one at the module's top is enough."""
    heads = {text_of(_head(node, modules)) for node in nodes}
    taken = [each for each in modules.imports(path) if each.local in heads]
    on_top = [each for each in taken if _is_on_top(each.statement)]
    if on_top:
        yield on_top[0]
        return
    for head in sorted(heads):
        binding = [each for each in taken if each.local == head]
        for each in binding:
            if enclosing(each.statement, _BLOCKS) is None:
                raise EditRefused(
                    f"line {line_of(each.statement)} of {path} imports '{head}' in a block, through which "
                    f"line {line_of(nodes[0])} reaches what is moved"
                )
        yield from binding


def _head(node: Node, modules: PythonModules) -> Node:
    access = modules.access(node)
    return node if access is None else _head(access[0], modules)


def _is_on_top(statement: Node) -> bool:
    return statement.parent is not None and statement.parent.type == "module"


def _written(taken: Import, path: str, target: str, modules: PythonModules) -> str:
    """How a file writes the new module: with dots if it has the old one so, else as it would any."""
    named = taken.statement.child_by_field_name("module_name")
    if named is not None and text_of(named).startswith("."):
        return import_lines.relative_to(path, target)
    return import_lines.absolute(path, target, modules)
