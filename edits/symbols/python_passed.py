"""Python: the call that gets the items of a dictionary as its keywords, as in `fetch(**{"limit": 3})`."""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.syntax.nodes import enclosing, field_of, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_READING = ("get", "setdefault", "pop", "update", "copy", "items", "keys", "values")
_MOST_NESTED = 4  # dictionaries that others are put into
_AROUND = ("parenthesized_expression", "binary_operator", "dictionary")


@dataclass(frozen=True, slots=True)
class Passed:
    """The call, or the argument `kwargs=` of one, that gets keywords; `reason` says what else becomes of them."""

    through: Node
    reason: str = ""


def passed_by(holder: Node | None, source: Source, depth: int = 0) -> Passed | None:
    """Return what gets the items of a dictionary as keywords: of one that is written there, or of the variable that it is."""
    while holder is not None and holder.parent is not None:
        parent = holder.parent
        if parent.type == "keyword_argument":
            return (
                Passed(parent) if text_of(parent.child_by_field_name("name")) == "kwargs" else None
            )
        if parent.type == "assignment" and field_of(holder) == "right":
            name = parent.child_by_field_name("left")
            is_name = name is not None and name.type == "identifier"
            return variable_passed(name, source, depth) if name is not None and is_name else None
        if parent.type == "dictionary_splat" and parent.parent is not None:
            around = parent.parent
            call = around.parent
            if around.type == "dictionary":
                holder = around
            elif call is None or call.type != "call":
                return None
            elif is_dict(call):
                holder = call
            else:
                return Passed(call)
        elif parent.type in _AROUND:
            holder = parent
        else:
            return None
    return None


def is_dict(call: Node | None) -> bool:
    """Return whether a call makes a dictionary of its keywords."""
    return call is not None and text_of(call.child_by_field_name("function")) == "dict"


def variable_passed(variable: Node, source: Source, depth: int = 0) -> Passed | None:
    """Return what gets the items of the dictionary that a variable is as keywords."""
    if depth > _MOST_NESTED:
        return None
    scope = enclosing(variable, ("function_definition",)) or source.root
    name, calls, others = text_of(variable), list[Node](), list[int]()
    made = 0
    for use in _uses(name, scope, source):
        parent = use.parent
        if parent is None or field_of(use) == "left":
            made += 1
            continue
        arguments = parent.parent
        call = arguments.parent if arguments is not None else None
        if parent.type == "dictionary_splat" and call is not None and call.type == "call":
            calls.append(call)
        elif parent.type == "dictionary_splat" and (
            passed := passed_by(arguments, source, depth + 1)
        ):
            calls.append(passed.through)
            others += [line_of(use)] if passed.reason else []
        elif not _is_reading(use, parent):
            others.append(line_of(use))
    if not calls:
        return None
    functions = {text_of(call.child_by_field_name("function")) for call in calls}
    if len(functions) == 1 and made == 1 and not others:
        return Passed(calls[0])
    where = f"what else becomes of `{name}` is not followed"
    return Passed(calls[0], f"is passed with `**{name}` on line {line_of(calls[0])}, and {where}")


def _uses(name: str, scope: Node, source: Source) -> Iterator[Node]:
    for node in source.nodes_with(name):
        if node.type == "identifier" and text_of(node) == name:
            is_attribute = node.parent is not None and field_of(node) in ("attribute", "name")
            if scope.start_byte <= node.start_byte < scope.end_byte and not is_attribute:
                yield node


def _is_reading(use: Node, parent: Node) -> bool:
    """Whether a use of a dictionary looks at its items alone, or sets one."""
    if parent.type == "subscript" and field_of(use) == "value":
        return True
    return (
        parent.type == "attribute" and text_of(parent.child_by_field_name("attribute")) in _READING
    )


def target_of(kwargs: Node) -> Node | None:
    """Return what the call of a thread or a process with `kwargs=` calls."""
    call = enclosing(kwargs, ("call",))
    arguments = call.child_by_field_name("arguments") if call is not None else None
    listed = arguments.named_children if arguments is not None else []
    for each in listed:
        if text_of(each.child_by_field_name("name")) in ("target", "function", "func"):
            return each.child_by_field_name("value")
    names = [each for each in listed if each.type in ("identifier", "attribute")]
    return names[0] if names else None
