"""What a Python statement binds for certain, and whether control leaves it at its end.

After the language reference, 4.2.1 "Binding of names" and 8 "Compound statements". In doubt nothing is bound: a loop may
not run, and a `with` may swallow what its body raises.
"""

from collections.abc import Iterable

from specedit.edits.syntax.nodes import ancestors, text_of
from specedit.edits.syntax.tree import Node, walk

FUNCTIONS = ("function_definition", "lambda")
_LEAVES = ("return_statement", "raise_statement", "break_statement", "continue_statement")
_MEMBERS = ("attribute", "subscript")


def targets(node: Node | None) -> set[str]:
    """Return the names that a target of an assignment binds."""
    names, stack = set[str](), [node] if node is not None else []
    while stack:
        node = stack.pop()
        if node.type == "identifier":
            names.add(text_of(node))
        elif node.type not in _MEMBERS:
            stack += node.named_children
    return names


def binds(statement: Node) -> set[str]:
    """Return the names that are bound whenever control goes on behind a statement."""
    kind = statement.type
    if kind == "expression_statement":
        return {name for child in statement.named_children for name in _assigned(child)}
    if kind in ("import_statement", "import_from_statement"):
        return set(map(_imported, statement.children_by_field_name("name")))
    if kind == "decorated_definition":
        return binds(statement.child_by_field_name("definition") or statement.named_children[-1])
    if kind in ("function_definition", "class_definition"):
        return {text_of(statement.child_by_field_name("name"))}
    if kind == "if_statement":
        return _common(_branches(statement), has_all=_has_else(statement))
    if kind == "with_statement":
        return with_targets(statement)
    if kind == "try_statement":
        return _of_try(statement)
    return set()


def binds_in(statements: Iterable[Node]) -> set[str]:
    """Return the names that are bound whenever control goes on behind these statements."""
    return {name for statement in statements for name in binds(statement)}


def leaves(statement: Node) -> bool:
    """Whether control never goes on behind a statement."""
    if statement.type in _LEAVES:
        return True
    if statement.type == "if_statement" and _has_else(statement):
        return all(_leaves_block(block) for block in _branches(statement))
    return False


def bound_before(node: Node, stop: Node, since: int = 0) -> set[str]:
    """Return the names that are bound whenever control comes to a node of `stop`, by statements that begin at `since` or later."""
    names = set[str]()
    for parent, child in ancestors(node):
        if parent.type in ("block", "module"):
            before = (c for c in parent.named_children if since <= c.start_byte < child.start_byte)
            names |= binds_in(before)
        elif parent.start_byte >= since and child == parent.child_by_field_name("body"):
            if parent.type == "for_statement":
                names |= targets(parent.child_by_field_name("left"))
            elif parent.type == "with_statement":
                names |= with_targets(parent)
        elif parent.type == "except_clause" and parent.start_byte >= since:
            names |= caught(parent) if child.type == "block" else set()
        if parent == stop:
            break
    return names


def with_targets(statement: Node) -> set[str]:
    """Return the names that a `with` binds behind `as`."""
    clause = next((c for c in statement.named_children if c.type == "with_clause"), None)
    patterns = (c for c in walk(clause) if c.type == "as_pattern_target") if clause else ()
    return {name for target in patterns for name in targets(target)}


def caught(clause: Node) -> set[str]:
    """Return the names that a handler binds behind `as`, and takes away at its end."""
    patterns = (c for c in walk(clause) if c.type == "as_pattern_target")
    first = next(patterns, None)
    body = next((c for c in clause.named_children if c.type == "block"), None)
    is_head = first is not None and body is not None and first.end_byte <= body.start_byte
    return targets(first) if is_head else set()


def is_plain_assignment(statement: Node) -> bool:
    """Whether a statement works out one value and gives it to names alone."""
    inner = statement.named_children[0] if statement.named_children else None
    if statement.type != "expression_statement" or inner is None or inner.type != "assignment":
        return False
    left = inner.child_by_field_name("left")
    value = inner.child_by_field_name("right")
    return (
        left is not None
        and left.type == "identifier"
        and value is not None
        and value.type != "assignment"
        and all(node.type != "named_expression" for node in walk(value))
    )


def may_catch(node: Node) -> bool:
    """Return whether control may go on behind a statement after an exception in it; an open file lets them pass."""
    if node.type != "with_statement":
        return node.type == "try_statement"
    clause = next(c for c in node.named_children if c.type == "with_clause")
    items = (c.child_by_field_name("value") for c in clause.named_children)
    return not all(text_of(item).startswith("open(") for item in items)


def _assigned(node: Node) -> set[str]:
    names = set[str]()
    while node.type == "assignment":
        value = node.child_by_field_name("right")
        if value is None:
            return set()  # it only says what type the name has
        names |= targets(node.child_by_field_name("left"))
        node = value
    return names


def _imported(name: Node) -> str:
    alias = name.child_by_field_name("alias")
    return text_of(alias) if alias is not None else text_of(name).partition(".")[0]


def _has_else(statement: Node) -> bool:
    return any(c.type == "else_clause" for c in statement.named_children)


def _branches(statement: Node) -> list[Node]:
    clauses = [statement, *(c for c in statement.named_children if c.type.endswith("_clause"))]
    blocks = (
        c.child_by_field_name("consequence") or c.child_by_field_name("body") for c in clauses
    )
    return [block for block in blocks if block is not None]


def _leaves_block(block: Node) -> bool:
    return any(leaves(child) for child in block.named_children)


def _common(blocks: list[Node], *, has_all: bool) -> set[str]:
    """What each of some blocks binds that control can go on behind."""
    going_on = [binds_in(b.named_children) for b in blocks if not _leaves_block(b)]
    return set.intersection(*going_on) if going_on and has_all else set()


def _of_try(statement: Node) -> set[str]:
    parts = {c.type: c for c in statement.named_children}
    names = set[str]()
    if (last := parts.get("finally_clause")) is not None:
        names |= binds_in(last.named_children[-1].named_children)
    handlers = [
        c.named_children[-1] for c in statement.named_children if c.type.startswith("except")
    ]
    body = statement.child_by_field_name("body")
    if body is not None:
        names |= _common([body, *handlers], has_all=True)
    return names
