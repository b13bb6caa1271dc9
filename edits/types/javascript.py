"""JavaScript and TypeScript: what a member is reached through, and what tests tell."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.javascript_annotations import of_class
from specedit.edits.types.javascript_builtins import foreign_member
from specedit.edits.types.javascript_classes import bases, classes
from specedit.edits.types.javascript_declarations import declarations
from specedit.edits.types.javascript_patterns import FUNCTIONS, expected, matched, parameter_type
from specedit.edits.types.javascript_values import result, value
from specedit.edits.types.lattice import (
    UNKNOWN,
    ClassItself,
    Foreign,
    Function,
    Instance,
    Type,
    class_itself,
    foreign,
    instance,
    union,
)

_GLOBALS = words(
    "document window console process navigator localStorage sessionStorage JSON Math Object Reflect Atomics globalThis"
)
_TESTED = ("if_statement", "ternary_expression", "binary_expression")


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: one of the global ones."""
    if name in _GLOBALS:
        return foreign(name)
    return foreign(name, "class") if name[:1].isupper() else UNKNOWN


def narrowed(node: Node, types: Inference) -> Type | None:
    """Return what `instanceof` around a name says it is."""
    name = types.source.code(node)
    for outer, inner in types.around(node):
        if outer.type in FUNCTIONS:
            return None
        if outer.type in _TESTED:
            test = outer.child_by_field_name("condition")
            arm = outer.child_by_field_name("consequence")
            if outer.type == "binary_expression":
                operator = outer.child_by_field_name("operator")
                is_and = operator is not None and types.source.code(operator) == "&&"
                test = outer.child_by_field_name("left") if is_and else None
                arm = outer.child_by_field_name("right")
            meaning = _tested(name, test, types) if arm == inner and test is not None else None
            if meaning is not None and not types.is_declared_in(name, node, inner):
                return meaning
    return None


def _tested(name: str, test: Node, types: Inference) -> Type | None:
    if test.type == "parenthesized_expression":
        return _tested(name, test.named_children[0], types)
    operator = test.child_by_field_name("operator")
    left, right = test.child_by_field_name("left"), test.child_by_field_name("right")
    if operator is None or left is None or right is None:
        return None
    if types.source.code(operator) == "&&":
        meaning = _tested(name, left, types)
        return meaning if meaning is not None else _tested(name, right, types)
    if types.source.code(operator) == "instanceof" and types.source.code(left) == name:
        return of_class(types.value(right))
    return None


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its class."""
    parent = types.parent(node)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "member_expression":
            held = types.value(parent.child_by_field_name("object"))
            return _open(held, types.source.code(node), types)
        case "nested_type_identifier":
            return types.value(parent.child_by_field_name("module"))
        case "object_pattern":
            return _open(matched(parent, types), types.source.code(node), types)
        case "pair_pattern" | "object_assignment_pattern":
            outer = types.parent(parent)
            held = matched(outer, types) if outer is not None else UNKNOWN
            return _open(held, types.source.code(node), types)
        case "object":
            return _of_object(parent, node, types)
        case "pair":
            holder = types.parent(parent)
            return _of_object(holder, node, types) if holder is not None else UNKNOWN
        case "jsx_attribute":
            return _attribute(parent, types)
    return _defined(node, parent, types)


def _open(held: Type, name: str, types: Inference) -> Type:
    """What is of no class may serve as, or be, any object that has the same members."""
    is_literal = any(
        isinstance(atom, Instance | ClassItself)
        and types.class_nodes[atom.name][0].type == "object"
        and any(_satisfies(atom.name, each, name, types) for each in types.class_nodes)
        for atom in held
    )
    is_served = any(
        isinstance(atom, Instance)
        and types.class_nodes[atom.name][0].type == "object_type"
        and any(_serves(each, atom.name, name, types) for each in types.class_nodes)
        for atom in held
    )
    return UNKNOWN if is_literal or is_served else held


def _satisfies(literal: str, interface: str, member: str, types: Inference) -> bool:
    """Whether an object has all members that an interface asks for, this one among them."""
    node = types.class_nodes[interface][0]
    if node.type not in ("interface_declaration", "type_alias_declaration", "object_type"):
        return False
    body = node.child_by_field_name("body") or node.child_by_field_name("value") or node
    requirements = {
        types.source.code(name)
        for each in body.named_children
        if (name := each.child_by_field_name("name")) is not None
        and all(child.type != "?" for child in each.children)
    }
    given = types.members_of(literal)
    return types.declares(interface, member) and all(each in given for each in requirements)


def _serves(name: str, interface: str, member: str, types: Inference) -> bool:
    """Whether objects of a class have all members that a type asks for; a method is no number or text."""
    if name == interface or types.class_nodes[name][0].type == "object_type":
        return False
    lineage = types.lineage(name)
    requirements = types.members_of(interface)
    if not all(any(types.declares(each, m) for each in lineage) for m in requirements):
        return False
    plain = types.member(instance(interface), member)
    is_plain = bool(plain) and all(isinstance(atom, Foreign) for atom in plain)
    given = types.member(instance(name), member)
    return not (is_plain and any(isinstance(atom, Function) for atom in given))


def _of_object(literal: Node, name: Node, types: Inference) -> Type:
    meaning = expected(literal, types)
    if meaning is not None:
        return meaning
    itself = class_itself(types.class_of[literal.id])
    return _open(itself, types.source.code(name), types)


def _attribute(attribute: Node, types: Inference) -> Type:
    element = types.parent(attribute)
    name = element.child_by_field_name("name") if element is not None else None
    if name is None or not types.source.code(name)[0].isupper():
        return foreign("element")
    return union(parameter_type(atom, 0, types) for atom in types.value(name)) or UNKNOWN


def _defined(node: Node, parent: Node, types: Inference) -> Type:
    """The class that a member is defined in."""
    if parent.type == "method_definition":
        holder = types.parent(parent)
        if holder is not None and holder.type == "object":
            return _of_object(holder, node, types)
    is_member = parent.child_by_field_name("name") == node or parent.type == "enum_body"
    is_member = is_member or parent.child_by_field_name("property") == node
    for outer, inner in types.around(node):
        if outer.type == "object":
            return UNKNOWN
        if outer.id in types.class_of and outer.type not in FUNCTIONS:
            is_inside = outer.child_by_field_name("name") != inner
            return class_itself(types.class_of[outer.id]) if is_member and is_inside else UNKNOWN
        if outer.type in FUNCTIONS and outer.child_by_field_name("name") != node:
            return UNKNOWN
    return UNKNOWN


RULES = TypeRules(
    classes=classes,
    declarations=declarations,
    value=value,
    unbound=unbound,
    narrowed=narrowed,
    result=result,
    bases=bases,
    foreign_member=foreign_member,
    receiver=receiver,
)
