"""Python: what a node declares, and what a member is reached through."""

import builtins
import re
from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types import python_functions, python_values
from specedit.edits.types.class_names import class_names
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.lattice import (
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Type,
    class_itself,
    foreign,
    returns,
    row,
    sequence,
    union,
)
from specedit.edits.types.python_annotations import annotation, tested
from specedit.edits.types.python_builtins import PLAIN_MODULES
from specedit.edits.types.python_declarations import (
    COMPREHENSIONS,
    GUARD,
    declarations,
    declaring,
)

_FUNCTIONS = ("function_definition", "lambda", *COMPREHENSIONS)
_NARROWED = re.compile(r"\w+(\.\w+)*")
_OTHERWISE = ("else_clause", "elif_clause")
_TESTED = ("if_statement", "elif_clause", "while_statement", "conditional_expression")


def classes(source: Source) -> Iterable[tuple[Node, str]]:
    """Return the nodes of classes with their qualified names."""
    names = class_names(source)
    return [(d.node, names[d.node.id]) for d in source.definitions if d.kind == "class"]


def hides(scope: Node, passed: Sequence[Node]) -> bool:
    """Whether a scope does not count: the names of a class are not in sight in its functions."""
    return scope.type == "class_definition" and any(node.type in _FUNCTIONS for node in passed)


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare."""
    if name in ("__name__", "__file__", "__doc__"):
        return TEXT
    return foreign(name, "builtin") if hasattr(builtins, name) else UNKNOWN


def bases(node: Node, types: Inference) -> Type:
    """Return what a class inherits from."""
    listed = node.child_by_field_name("superclasses")
    supertypes: Type = frozenset()
    for base in listed.named_children if listed is not None else ():
        if base.type == "subscript":
            base = base.child_by_field_name("value") or base
        if base.type not in ("keyword_argument", "comment"):
            supertypes |= types.value(base)
    return supertypes


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is."""
    held, values = owner.elements, owner.values
    if owner.kind == "module":
        return foreign(f"{owner.name}.{name}", "class" if name[0].isupper() else "module")
    if owner.kind == "object" and owner.name.partition(".")[0] in PLAIN_MODULES:
        return foreign(f"{owner.name}.{name}", "module")
    if owner.kind != "object" or held is None or values is None:
        return UNKNOWN
    if owner.name == "str":
        return returns(TEXT)
    if name in ("values", "get", "setdefault", "pop", "popleft"):
        return returns(sequence(values) if name == "values" else values)
    if name in ("items", "keys", "copy"):
        given = {
            "items": sequence(row([held, values])),
            "keys": sequence(held),
            "copy": frozenset([owner]),
        }
        return returns(given[name])
    return UNKNOWN


def narrowed(node: Node, types: Inference) -> Type | None:
    """Return what `isinstance` around a name, or what is reached through one, says it is."""
    name = types.source.code(node)
    head = name.partition(".")[0]
    if not _NARROWED.fullmatch(name):
        return None
    for outer, inner in types.around(node):
        guarded = types.stated_in(outer, f"{name} {GUARD}", node.start_byte)
        if guarded is not None and not types.is_declared_in(head, node, outer):
            return guarded
        if outer.type in _FUNCTIONS:
            return None
        if outer.type in _TESTED:
            test = outer.child_by_field_name("condition")
            arm = outer.child_by_field_name("consequence") or outer.child_by_field_name("body")
            if outer.type == "conditional_expression":
                arm, test = outer.named_children[0], outer.named_children[1]
            if test is not None and (arm == inner or inner.type in _OTHERWISE):
                meaning = (_tested if arm == inner else _denied)(name, test, types)
                if meaning is not None and not _is_given_in(name, node, inner, types):
                    return meaning
    return None


def _is_given_in(name: str, at: Node, inside: Node, types: Inference) -> bool:
    """Whether a name, what it is reached through, or a member of that is given a value in a node."""
    is_assigned = "." in name and re.search(
        rf"(?<![\w.]){re.escape(name)}\s*[^=!<>\s]?=(?!=)", types.source.code(inside)
    )
    return bool(is_assigned) or types.is_declared_in(name.partition(".")[0], at, inside)


def _tested(name: str, test: Node, types: Inference) -> Type | None:
    if test.type == "boolean_operator" and any(child.type == "and" for child in test.children):
        both = [_tested(name, child, types) for child in test.named_children]
        return next((meaning for meaning in both if meaning is not None), None)
    given = python_values.arguments_of(test) if test.type == "call" else []
    if len(given) != 2 or types.source.code(test).partition("(")[0] != "isinstance":
        return None
    if types.source.code(given[0]) != name:
        return None
    kinds = given[1].named_children if given[1].type == "tuple" else [given[1]]
    return union(tested(kind, types) for kind in kinds)


def _denied(name: str, test: Node, types: Inference) -> Type | None:
    """What a name is where a test fails: `not isinstance(name, Door)`, be it None beside."""
    if test.type == "not_operator":
        return _tested(name, test.named_children[0], types)
    if test.type != "boolean_operator":
        return None
    parts = [_denied(name, each, types) for each in test.named_children]
    meanings = [each for each in parts if each is not None]
    if any(child.type == "and" for child in test.children):  # each of them may be what fails
        others = [
            types.source.code(each)
            for each, meaning in zip(test.named_children, parts, strict=True)
            if meaning is None
        ]
        if any(each not in (name, f"{name} is not None") for each in others):
            return None
    return meanings[0] if meanings else None


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its class."""
    parent = types.parent(node)
    if parent is None:
        return UNKNOWN
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
        return types.value(parent.child_by_field_name("object"))
    if parent.type == "keyword_argument":
        return _constructed(node, types)
    if parent.type == "keyword_pattern":
        pattern = next(o for o, _ in types.around(node) if o.type == "class_pattern")
        return annotation(pattern.named_children[0].named_children[-1], types)
    for outer, inner in types.around(node):
        if outer.id in types.class_of:
            is_inside = outer.child_by_field_name("body") == inner
            return class_itself(types.class_of[outer.id]) if is_inside else UNKNOWN
        if outer.type in _FUNCTIONS and outer.child_by_field_name("name") != node:
            return UNKNOWN
    return UNKNOWN


def _constructed(keyword: Node, types: Inference) -> Type:
    """What a keyword of a call is a field of, if it is one: the class that is called, or what `replace` copies."""
    call = next((o for o, _ in types.around(keyword) if o.type == "call"), None)
    callee = types.value(call.child_by_field_name("function")) if call is not None else UNKNOWN
    if call is not None and callee == foreign("dataclasses.replace", "module"):
        return types.value(call)
    is_told = all(isinstance(atom, ClassItself | Foreign) for atom in callee)
    return callee if is_told else UNKNOWN


def is_interface(name: str, types: Inference) -> bool:
    """Whether a class of the file is a protocol."""
    return foreign("typing.Protocol", "class") <= types.bases(name)


def implemented(name: str, types: Inference) -> Iterator[str]:
    """Yield the protocols of the file whose members a class has."""
    for other in types.interfaces:
        if other != name:
            members = types.members_of(other).keys()
            if members and all(
                any(types.declares(c, m) for c in types.lineage(name)) for m in members
            ):
                yield other


RULES = TypeRules(
    classes=classes,
    declarations=declarations,
    declaring=declaring,
    value=python_values.value,
    unbound=unbound,
    narrowed=narrowed,
    result=python_functions.result,
    bases=bases,
    foreign_member=foreign_member,
    receiver=receiver,
    hides=hides,
    interface_word="Protocol",
    is_interface=is_interface,
    implemented=implemented,
)
