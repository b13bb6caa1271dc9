"""The two branches of an `if`, where they can change places."""

from specedit.edits.syntax.nodes import enclosing, line_of
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

Range = tuple[int, int]  # bytes [start, end)

_IFS = ("if_statement", "if_expression")


def has_else(condition: Node) -> bool:
    """Return whether something is done where a condition does not hold."""
    statement = enclosing(condition, _IFS)
    return statement is not None and bool(statement.children_by_field_name("alternative"))


def branches(condition: Node) -> tuple[Range, Range]:
    """Return the bytes of what is done where a condition holds, and where it does not.

    Raises:
        EditRefused: there is no `else`, or one with a condition of its own, or a comment that is in neither branch.
    """
    statement = enclosing(condition, _IFS)
    if statement is None:
        raise EditRefused(f"the condition on line {line_of(condition)} is not that of an 'if'")
    line = line_of(statement)
    first = statement.child_by_field_name("consequence")
    others = statement.children_by_field_name("alternative")
    if first is None or not others:
        raise EditRefused(
            f"the 'if' on line {line} has no 'else' to swap with; to change what it does, say: negate the condition on line {line}"
        )
    second = _body(others[0])
    if len(others) > 1 or second is None or second.type in _IFS or first.type in _IFS:
        raise EditRefused(
            f"the 'if' on line {line} has more than two branches, or one that is an 'if'"
        )
    ranges = _range(first), _range(second)
    for child in (*statement.children, *others[0].children):
        is_inside = any(start <= child.start_byte < end for start, end in ranges)
        if "comment" in child.type and not is_inside:
            raise EditRefused(
                f"the comment on line {line_of(child)} stands between the branches; move it into one first"
            )
    return ranges


def _range(branch: Node) -> Range:
    """Where a branch begins and ends, in Python right behind its colon: comments may stand before its first statement."""
    before = branch.prev_sibling
    while before is not None and "comment" in before.type:
        before = before.prev_sibling
    is_colon = before is not None and before.type == ":"
    return (before.end_byte if is_colon and before else branch.start_byte), branch.end_byte


def _body(alternative: Node) -> Node | None:
    """What an `else` does: the clause holds it, or it is that."""
    if alternative.type not in ("else_clause", "elif_clause"):
        return alternative
    if alternative.type == "elif_clause":
        return None
    body = alternative.child_by_field_name("body")
    named = [c for c in alternative.named_children if "comment" not in c.type]
    return body or (named[-1] if named else None)
