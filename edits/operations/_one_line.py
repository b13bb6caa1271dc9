"""Functions that only return an expression (Python, JavaScript, TypeScript), and what a call passes to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._evaluation import is_constant
from specedit.edits.operations._substitution import Argument
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_FUNCTIONS = words("function_definition function_declaration arrow_function function_expression")
_PLAIN = words(
    "identifier default_parameter typed_parameter typed_default_parameter keyword_separator positional_separator "
    "assignment_pattern required_parameter optional_parameter"
)
# What is tied to the function that it stands in, or sets something there.
_TIED = words(
    "lambda list_comprehension set_comprehension dictionary_comprehension generator_expression arrow_function class "
    "function_expression generator_function method_definition named_expression assignment_expression "
    "augmented_assignment_expression update_expression await await_expression yield yield_expression this super meta_property "
    "list_splat dictionary_splat"
)
_OF_FRAME = re.compile(
    r"locals|vars|eval|exec|dir|arguments|super|__class__|_getframe|currentframe|stacklevel"
)


@dataclass(frozen=True, slots=True)
class OneLine:
    """A function that returns the expression `body`, its parameters with their defaults, and those that have no name in a call."""

    definition: Definition
    body: Node
    parameters: dict[str, Node | None]
    num_placed: int
    num_by_place: int


def one_line(source: Source, definition: Definition) -> OneLine:
    """Return a function as an expression.

    Raises:
        EditRefused: it is more than that, or something else calls it.
    """
    name, line = definition.name, line_of(definition.node)
    node = definition.node
    if node.type == "variable_declarator":
        node = node.child_by_field_name("value") or node
    if node.type not in _FUNCTIONS or definition.owner:
        raise EditRefused(f"'{name}' on line {line} is no plain function")
    kinds = {child.type for child in (*node.children, *definition.outer.children)}
    if kinds & {"async", "decorator", "*"}:
        raise EditRefused(f"'{name}' on line {line} is asynchronous, decorated or a generator")
    returned = node.child_by_field_name("return_type")
    if returned is not None and re.search(r"\b(is|asserts)\b", source.code(returned)):
        raise EditRefused(
            f"'{name}' on line {line} tells the compiler of what type its argument is"
        )
    body = _returned(node)
    if body is None:
        raise EditRefused(f"'{name}' on line {line} does more than return an expression")
    for each in walk(body):
        is_tied = each.type in _TIED and each.is_named
        if is_tied or (each.type == "identifier" and _OF_FRAME.fullmatch(text_of(each))):
            raise EditRefused(
                f"'{source.code(each)}' on line {line_of(each)} is tied to the function that it stands in"
            )
    return _with_parameters(source, definition, node, body)


def _returned(function: Node) -> Node | None:
    """The expression that is all that a function does."""
    body = function.child_by_field_name("body")
    if body is None or body.type not in ("block", "statement_block"):
        return body
    statements = body.named_children
    first = statements[0].named_children[0] if statements and statements[0].named_children else None
    if len(statements) == 2 and first is not None and first.type == "string":
        statements = statements[1:]  # what it says of itself
    if len(statements) != 1 or statements[0].type != "return_statement":
        return None
    parts = statements[0].named_children
    return parts[0] if len(parts) == 1 else None


def _with_parameters(source: Source, definition: Definition, function: Node, body: Node) -> OneLine:
    alone = function.child_by_field_name("parameter")
    listed = [alone] if alone is not None else _lists.items(_functions.parameters(definition))
    known, placed, by_place = dict[str, Node | None](), 0, None
    for node in listed:
        inner = node.child_by_field_name("pattern") or (
            node.named_children[0] if node.type == "typed_parameter" else node
        )
        if node.type not in _PLAIN or inner.type not in (*_PLAIN, "this"):
            raise EditRefused(
                f"'{source.code(node)}' on line {line_of(node)} stands for more than one argument, or for a part of one"
            )
        if node.type == "positional_separator":
            placed = len(known)
        elif node.type == "keyword_separator":
            by_place = len(known)
        else:
            default = node.child_by_field_name("value") or node.child_by_field_name("right")
            known[_functions.parameter_name(source, node)] = default
    return OneLine(definition, body, known, placed, len(known) if by_place is None else by_place)


def passed(function: OneLine, call: Node, source: Source) -> dict[str, Argument]:
    """Return what a call passes for each parameter, where a default is a constant.

    Raises:
        EditRefused: that cannot be seen, or is not what the function takes.
    """
    listed = call.child_by_field_name("arguments")
    if listed is None or call.child_by_field_name("type_arguments") is not None:
        raise EditRefused(f"the call on line {line_of(call)} is no plain one")
    arguments = dict[str, Argument]()
    for order, (name, node) in enumerate(_named(function, listed, source)):
        is_unclear = function.parameters.get(name) is not None and not is_constant(node)
        if name not in function.parameters or name in arguments:
            raise EditRefused(
                f"the call on line {line_of(call)} passes what '{function.definition.name}' does not take"
            )
        if (
            is_unclear or text_of(node) == "undefined"
        ) and not source.language.has_keyword_arguments:
            raise EditRefused(
                f"'{source.code(node)}' on line {line_of(node)} may be undefined, for which there is a default"
            )
        arguments[name] = Argument(node, order)
    for name, default in function.parameters.items():
        if name not in arguments:
            if default is None or not is_constant(default):
                raise EditRefused(
                    f"the call on line {line_of(call)} does not pass '{name}', which has no constant as its default"
                )
            arguments[name] = Argument(default, -1)
    return arguments


def _named(function: OneLine, listed: Node, source: Source) -> Iterator[tuple[str, Node]]:
    """The arguments of a call by the parameters that they are for, "" where there is none."""
    if listed.type not in ("argument_list", "arguments"):
        raise EditRefused(f"the call on line {line_of(listed)} passes a generator or a template")
    names = list(function.parameters)
    for i, node in enumerate(_lists.items(listed)):
        if "splat" in node.type or node.type == "spread_element":
            raise EditRefused(
                f"the call on line {line_of(node)} passes a list: what is in it cannot be seen"
            )
        keyword = _functions.keyword_of(source, node)
        value = node.child_by_field_name("value") if keyword is not None else node
        assert value is not None
        if keyword is not None:
            yield (keyword if keyword not in names[: function.num_placed] else ""), value
        else:
            yield (names[i] if i < function.num_by_place else ""), value
