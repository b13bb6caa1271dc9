"""Make a function async, and await it where it is called (Python, JavaScript, TypeScript).

"make fetch async", "turn Client.load into an async function". Every use must be a call in an async function; what calls it
elsewhere, or hands it on, is refused with its lines. Without a file, callers in all files of the workspace are changed.
"""

import re
from collections.abc import Mapping
from functools import partial

from specedit.edits.instruction import slots
from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import thing
from specedit.edits.instruction.vocabulary import FUNCTION, MAKE, phrases
from specedit.edits.operations._inline_place import refuse_continued
from specedit.edits.operations._meant import definition_meant
from specedit.edits.operations._uses import Change, call_of, in_one_file
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

EXAMPLES = ("make {fetch} async",)

_WHAT = thing("f", FUNCTION)
_ASYNC = slots.words(
    *(f"{how}{what}" for how in ("async", "asynchronous") for what in ("", " function", " method"))
)
_ASKED = (
    form(MAKE, _WHAT, clause("|be", _ASYNC)),
    form(phrases("turn", "convert", "change"), _WHAT, clause("to|into", _ASYNC)),
    form(phrases("make", "turn", "convert"), _WHAT, clause("|into|to", slots.words("coroutine"))),
)
_FUNCTIONS = words(
    "function_definition function_declaration function_expression arrow_function method_definition"
)
# Functions that cannot wait, whatever is around them.
_OTHERS = words(
    "lambda generator_expression generator_function generator_function_declaration class_body"
)
# Where `await f()` needs no parentheses.
_LOOSE = words(
    "expression_statement assignment variable_declarator return_statement argument_list arguments parenthesized_expression "
    "keyword_argument list array tuple expression_list"
)


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with the function async and its calls awaited, or None if that is not asked for.

    Raises:
        EditRefused: there is no such function, it cannot be async, or a use of it cannot wait.
    """
    return in_one_file(change(instruction, source), source)


def slots_of(instruction: str) -> Mapping[str, str] | None:
    """Return the slots of the function that is to be async, or None if none is."""
    return read(instruction, *_ASKED)


def change(instruction: str, source: Source) -> Change | None:
    """Return what becomes of the function, which the file defines, and of its uses; None if that is not asked for.

    Raises:
        EditRefused: there is no such function, or it cannot be async.
    """
    named = slots_of(instruction)
    if named is None:
        return None
    if not source.language.in_order:
        raise EditRefused(f"functions are not made async in {source.language.name}")
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    definition = definition_meant(source, named)
    function = _function(definition)
    is_done = f"'{definition.name}' is async" if _is_async(function) else ""
    _refuse_unfit(source, definition, function)
    edits = {} if is_done else _head(source, definition, function)
    at_use = partial(_awaited, function=function, home=source)
    return Change("make_async", definition, edits, at_use, is_done)


def _function(definition: Definition) -> Node:
    node = definition.node
    if node.type == "variable_declarator":
        node = node.child_by_field_name("value") or node
    if node.type not in _FUNCTIONS:
        raise EditRefused(
            f"'{definition.name}' on line {line_of(definition.node)} is no plain function"
        )
    return node


def _is_async(function: Node) -> bool:
    return any(child.type == "async" for child in function.children)


def _refuse_unfit(source: Source, definition: Definition, function: Node) -> None:
    """Refuse a function that means something else once it is async.

    Raises:
        EditRefused: with what it is.
    """
    kinds = {child.type for child in function.children} & {"get", "set", "*"}
    reason = "is an accessor or a generator" if kinds else ""
    if re.fullmatch(r"__\w+__|constructor", definition.name):
        reason = "is called by the language itself"
    outer = definition.outer.named_children + list(function.named_children)
    decorators = {text_of(c) for c in outer if c.type == "decorator"}
    if decorators - {"@staticmethod", "@classmethod"}:
        reason = f"is decorated with {', '.join(sorted(decorators))}, which may not take it"
    for node in walk(function):
        if node.type in ("yield", "yield_expression") and _holder(node) == function:
            reason = "is a generator"
    if reason:
        raise EditRefused(f"'{definition.name}' on line {line_of(function)} {reason}")


def _head(source: Source, definition: Definition, function: Node) -> dict[tuple[int, int], str]:
    """The edits that make it async, and its type a promise where it has one."""
    at = function.start_byte
    name = name_node(definition.node)
    if function.type == "method_definition" and name is not None:
        at = name.start_byte  # behind `static` and the like
    edits = {(at, at): "async "}
    returned = function.child_by_field_name("return_type")
    if returned is not None and source.language.return_annotation == ": {}":
        kind = returned.named_children[0] if returned.type == "type_annotation" else None
        if kind is None:
            raise EditRefused(f"line {line_of(returned)} says more of what it returns than a type")
        if not text_of(kind).startswith("Promise<"):
            edits[kind.start_byte, kind.end_byte] = f"Promise<{text_of(kind)}>"
    return edits


def _awaited(source: Source, use: Node, function: Node, home: Source) -> dict[tuple[int, int], str]:
    """The edits that await a call.

    Raises:
        EditRefused: it is no call, or nothing can wait for it.
    """
    call, called = call_of(use)
    holder = _holder(call)
    is_own = source is home and holder == function
    if holder is None or not (is_own or _is_async(holder)):
        remedy = f"; make the one on line {line_of(holder)} async first" if holder else ""
        raise EditRefused(
            f"line {line_of(use)} calls '{text_of(use)}' outside of an async function{remedy}"
        )
    parent = call.parent
    if parent is not None and parent.type in ("await", "await_expression"):
        raise EditRefused(f"line {line_of(use)} awaits what '{text_of(use)}' returns already")
    is_loose = parent is not None and parent.type in _LOOSE and "?." not in text_of(called)
    before, behind = ("await ", "") if is_loose else ("(await ", ")")
    refuse_continued(source, call, call, before)
    edits = {(call.start_byte, call.start_byte): before}
    if behind:
        edits[call.end_byte, call.end_byte] = behind
    return edits


def _holder(node: Node) -> Node | None:
    """The function whose body a node stands in; None where that is none, or of a kind that cannot wait."""
    for parent, child in ancestors(node):
        if parent.type in _OTHERS or (
            parent.type in _FUNCTIONS and child != parent.child_by_field_name("body")
        ):
            return None
        if parent.type in _FUNCTIONS:
            return parent
    return None
