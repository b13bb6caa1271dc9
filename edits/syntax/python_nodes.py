"""What stands in a node of Python's own syntax tree, without the context and the operator of each name and each sum."""

import ast
from collections.abc import Iterator

from specedit.edits.syntax.language import words

# Their values are texts and numbers, or nodes without anything in them.
_EMPTY = words("arg attr conversion ctx id kind level module op ops type_comment")
KINDS = [k for k in vars(ast).values() if isinstance(k, type) and issubclass(k, ast.AST)]
_FIELDS = {kind: [name for name in kind._fields if name not in _EMPTY] for kind in KINDS}


def children_of(node: ast.AST) -> list[ast.AST]:
    """Return what stands right in a node, in source order; no contexts and operators."""
    children: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            children += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            children.append(value)
    return children


def nodes_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all that stands in it, in no order; no contexts and operators."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += children_of(node)
