"""What a module's own statements bind, and what of them is run when it is imported."""

import ast
from collections.abc import Iterator

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def bindings(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a module's own statements bind, each with its statement or a part of it."""
    for node in own_nodes(tree):
        if isinstance(node, Defined):
            yield node.name, node
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, node
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, node
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name, node
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest, node


def own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are run when a module is imported, but for those of classes and comprehensions."""
    inner = (
        *Defined.__args__,
        ast.Lambda,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
    )
    stack = list(ast.iter_child_nodes(tree))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Defined):
            stack += node.decorator_list
        elif not isinstance(node, inner):
            stack += ast.iter_child_nodes(node)
