"""What is tied to the function of JavaScript or TypeScript that it stands in, and the types that its variables evidently have."""

from collections.abc import Sequence

from specedit.edits.operations._evaluation import is_constant
from specedit.edits.operations._extraction import FUNCTIONS
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_LOOPS = words("for_statement for_in_statement while_statement do_statement")
_TIED = words(
    "super yield_expression meta_property labeled_statement with_statement debugger_statement"
)
_OWN = words("arguments eval")
_JUMPS = words("break_statement continue_statement")
_OF_LITERALS = {"number": "number", "string": "string", "template_string": "string", "true": "boolean", "false": "boolean"}  # fmt: skip


def refuse_unmovable(statements: Sequence[Node], holder: Node, *, is_method: bool) -> None:
    """Refuse statements of the function `holder` that would mean something else in another one, or in a method of its class.

    Raises:
        EditRefused: with the line.
    """
    for node in walk(holder):
        if node.type == "identifier" and text_of(node) == "eval":
            raise EditRefused(f"'eval' on line {line_of(node)} may read any variable")
        if node.type == "expression_statement" and text_of(node)[1:11] == "use strict":
            raise EditRefused(f"line {line_of(node)} makes the function strict by itself")
    for statement in statements:
        if statement.type in (
            "function_declaration",
            "class_declaration",
            "generator_function_declaration",
        ):
            raise EditRefused(f"line {line_of(statement)} declares a function or a class")
        for node in walk(statement):
            _refuse_tied(node, statement, holder, is_method=is_method)


def _refuse_tied(node: Node, statement: Node, holder: Node, *, is_method: bool) -> None:
    line = line_of(node)
    if node.type in _JUMPS:
        _refuse_jump(node, statement)
    is_own = _frame(node) == _frame(statement)
    is_named = node.is_named
    if (
        is_named
        and (node.type in _TIED or (node.type == "identifier" and text_of(node) in _OWN))
        and (is_own or _is_lexical(node, holder))
    ):
        raise EditRefused(
            f"line {line}: '{text_of(node)[:30]}' is tied to the function that it stands in"
        )
    if node.type == "this" and not is_method and _is_lexical(node, holder):
        raise EditRefused(f'line {line} uses `this`: say "into a method"')
    if node.type == "private_property_identifier" and not is_method:
        raise EditRefused(f"line {line}: '{text_of(node)}' is a name of its class alone")


def _frame(node: Node) -> Node | None:
    """The function that a node runs in."""
    return next((p for p, _ in ancestors(node) if p.type in FUNCTIONS), None)


def _is_lexical(node: Node, holder: Node) -> bool:
    """Whether `this` and the like are those of the function `holder`, through arrow functions."""
    for parent, _ in ancestors(node):
        if parent == holder:
            return True
        if (
            parent.type in FUNCTIONS and parent.type != "arrow_function"
        ) or parent.type == "class_body":
            return False
    return False


def _refuse_jump(jump: Node, statement: Node) -> None:
    """Refuse to move a `break` or `continue` out of its loop."""
    is_break = jump.type == "break_statement"
    if not jump.named_children:
        for parent, _ in ancestors(jump) if jump != statement else ():
            if parent.type in _LOOPS or (is_break and parent.type == "switch_statement"):
                return
            if parent == statement:
                break
    raise EditRefused(
        f"line {line_of(jump)}: '{text_of(jump)}' is about a loop outside of the lines"
    )


def returns(statements: Sequence[Node], holder: Node, *, is_typed: bool) -> bool:
    """Return whether the function returns with the lines: then the call returns what they do.

    Raises:
        EditRefused: it does on some ways only.
    """
    exits = [
        node
        for statement in statements
        for node in walk(statement)
        if node.type == "return_statement" and _frame(node) == holder
    ]
    body, last = holder.child_by_field_name("body"), statements[-1]
    if not exits:
        if is_typed and leaves(last):
            raise EditRefused(
                f"line {line_of(last)} never goes on, which the compiler would not see any more"
            )
        return False
    is_end = last.parent == body and body is not None and body.named_children[-1] == last
    is_maker = text_of(holder.child_by_field_name("name")) == "constructor"
    if is_maker or not (is_end or leaves(last)):
        raise EditRefused(
            f"line {line_of(exits[0])} returns from the function, and the lines may be left at their end too"
        )
    return True


def leaves(statement: Node | None) -> bool:
    """Return whether control never goes on behind a statement."""
    if statement is None:
        return False
    if statement.type == "statement_block":
        return any(map(leaves, statement.named_children))
    if statement.type == "else_clause":
        return leaves(statement.named_children[-1])
    if statement.type == "if_statement":
        parts = (statement.child_by_field_name(f) for f in ("consequence", "alternative"))
        return all(map(leaves, parts))
    return statement.type in ("return_statement", "throw_statement")


def type_of(symbols: Symbols, name: str, declaration: Node) -> str:
    """Return the type of a variable, as it is evident where it is declared.

    Raises:
        EditRefused: it is not, or may be narrowed where the lines stand.
    """
    node, source = declaration, symbols.source
    while node.parent is not None and node.field in ("pattern", "name", "left"):
        node = node.parent
        annotation = node.child_by_field_name("type")
        value = node.child_by_field_name("value")
        if annotation is not None:
            written = source.code(annotation).removeprefix(":").strip()
            is_open = (
                node.type == "optional_parameter"
                or "|" in written
                or written in ("unknown", "object")
            )
            if is_open or any(
                n.type in ("type_query", "this_type", "infer_type") for n in walk(annotation)
            ):
                break
            _refuse_own_types(annotation, symbols)
            return written
        if value is not None:
            is_const = node.parent is not None and text_of(node.parent.children[0]) == "const"
            if value.type in _OF_LITERALS and not (is_const and not is_constant(value)):
                return source.code(value) if is_const else _OF_LITERALS[value.type]
            if (
                value.type == "new_expression"
                and value.child_by_field_name("type_arguments") is None
            ):
                made = value.child_by_field_name("constructor")
                if made is not None and made.type == "identifier":
                    return source.code(made)
            break
    raise EditRefused(
        f"the type of '{name}' in these lines is not evident from line {line_of(declaration)}: write it there first"
    )


def _refuse_own_types(annotation: Node, symbols: Symbols) -> None:
    """Refuse a type that other functions cannot name."""
    for node in walk(annotation):
        if node.type == "type_identifier":
            declared = symbols.names(text_of(node)).visible_at(node, ("type", "value"))
            if declared is not None and declared.is_local:
                raise EditRefused(
                    f"'{text_of(node)}' of '{text_of(annotation).removeprefix(':').strip()}' is a type of the function alone"
                )
