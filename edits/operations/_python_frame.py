"""What is tied to the Python function that it stands in: its frame, its class, its loops."""

import re
from collections.abc import Sequence

from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

# What means something else in another function.
_READ_FRAME = ("locals", "vars", "dir", "eval", "exec")
_BOUND_TO_FRAME = re.compile(r"super|__class__|_getframe|currentframe|stacklevel|__debug__")


def refuse_unmovable(statements: Sequence[Node], holder: Node, *, is_method: bool) -> None:
    """Refuse statements of the function `holder` that would mean something else in another one, or in a method of its class.

    Raises:
        EditRefused: with the line.
    """
    opening = statements[0]
    if opening.type == "expression_statement" and opening.named_children[0].type == "string":
        raise EditRefused(f"line {line_of(opening)} would become the docstring of the function")
    for node in walk(holder):
        if node.type == "identifier" and text_of(node) in _READ_FRAME:
            raise EditRefused(f"'{text_of(node)}' on line {line_of(node)} may read any variable")
    in_class = any(parent.type == "class_definition" for parent, _ in ancestors(holder))
    is_async = text_of(holder).startswith("async")
    for statement in statements:
        for node in walk(statement):
            reason = _reason(node, is_async=is_async)
            text = text_of(node) if node.type == "identifier" else ""
            if in_class and not is_method and re.fullmatch(r"__\w*[^_]_?", text):
                reason = f"'{text}' is a name of its class alone"
            if _BOUND_TO_FRAME.fullmatch(text):
                reason = f"'{text}' means something else in another function"
            if reason:
                raise EditRefused(f"line {line_of(node)}: {reason}")
            if node.type in ("break_statement", "continue_statement"):
                _refuse_jump(node, statement)


def _reason(node: Node, *, is_async: bool) -> str:
    """Why a node cannot go into another function, "" if it can."""
    if node.type in ("global_statement", "nonlocal_statement", "class_definition"):
        return f"a {node.type.replace('_', ' ')} is tied to the function that it stands in"
    if node.type == "yield":
        return "`yield` makes the function that it stands in a generator"
    if node.type == "assignment" and node.child_by_field_name("right") is None:
        return "a type without a value is tied to the function that it stands in"
    if node.type == "await" or node.type == "async":
        return "" if is_async and node.type == "await" else "`async` code is not moved"
    return ""


def _refuse_jump(jump: Node, statement: Node) -> None:
    """Refuse to move a `break` or `continue` out of its loop."""
    for parent, child in ancestors(jump) if jump != statement else ():
        if parent.type in ("for_statement", "while_statement") and child.type == "block":
            return
        if parent == statement:
            break
    raise EditRefused(
        f"line {line_of(jump)}: '{text_of(jump)}' is about a loop outside of the lines"
    )
