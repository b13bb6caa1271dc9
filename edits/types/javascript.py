"""JavaScript and TypeScript: classes, what a member is reached through, and what tests tell."""

from collections.abc import Iterator

from specedit.edits.language import words
from specedit.edits.symbols.class_names import class_names
from specedit.edits.syntax import Source
from specedit.edits.tree import Node
from specedit.edits.types.inference import Inference, Rules
from specedit.edits.types.javascript_annotations import annotation, of_class
from specedit.edits.types.javascript_declarations import declarations
from specedit.edits.types.javascript_patterns import FUNCTIONS, expected, matched, parameter_type
from specedit.edits.types.javascript_values import foreign_member, result, value
from specedit.edits.types.lattice import (
    UNKNOWN,
    ClassItself,
    Foreign,
    Function,
    Instance,
    Type,
    class_itself,
    classes_of,
    foreign,
    instance,
    union,
)

_CLASSES = words(
    "class_declaration class abstract_class_declaration interface_declaration enum_declaration internal_module"
)
_GLOBALS = words(
    "document window console process navigator localStorage sessionStorage JSON Math Object Reflect Atomics globalThis"
)
_TESTED = ("if_statement", "ternary_expression", "binary_expression")


def classes(source: Source) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of classes, interfaces, types of objects, enumerations and constructor functions, with names."""
    names = {d.node.id: d.qualified for d in source.definitions} | class_names(source)
    made = {
        source.code(holder)
        for node in source.nodes
        if node.type == "member_expression"
        and (name := node.child_by_field_name("property")) is not None
        and source.code(name) == "prototype"
        and (holder := node.child_by_field_name("object")) is not None
    }
    aliased = set()
    taken = {d.qualified for d in source.definitions if d.kind == "class"}
    for node in source.nodes:
        held = node.child_by_field_name("value")
        if node.type in _CLASSES and node.is_named:
            yield node, names.get(node.id) or _given_name(node, source)
        elif node.type == "type_alias_declaration" and held and held.type == "object_type":
            yield node, names.get(node.id, "")
            aliased.add(held.id)
        elif node.type == "object_type" and node.id not in aliased:
            yield node, f"type at {node.start_byte}"
        elif node.type == "object":
            constant = _constant_name(node, source)
            is_free = bool(constant) and constant not in taken
            yield node, constant if is_free else f"object at {node.start_byte}"
        elif node.type == "function_declaration" and names.get(node.id) in made:
            yield node, names[node.id]


def _given_name(node: Node, source: Source) -> str:
    """The name of a class without one: that of the constant that it is assigned to."""
    parent = node.parent
    name = parent.child_by_field_name("name") if parent is not None else None
    return source.code(name) if name is not None else f"class at {node.start_byte}"


def _constant_name(node: Node, source: Source) -> str:
    """The constant of the file that holds an object, whose type is not stated; "" if there is none."""
    declarator = node.parent
    statement = declarator.parent if declarator is not None else None
    holder = statement.parent if statement is not None else None
    if declarator is None or statement is None or statement.type != "lexical_declaration":
        return ""
    name = declarator.child_by_field_name("name")
    is_top = holder is not None and holder.type in ("program", "export_statement")
    is_stated = declarator.child_by_field_name("type") is not None
    return source.code(name) if is_top and not is_stated and name is not None else ""


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: one of the global ones."""
    if name in _GLOBALS:
        return foreign(name)
    return foreign(name, "class") if name[:1].isupper() else UNKNOWN


def bases(node: Node, types: Inference) -> Type:
    """Return what a class extends and implements."""
    found: Type = frozenset()
    for child in node.children:
        if child.type in ("class_heritage", "extends_type_clause"):
            for clause in child.named_children:
                found |= _heritage(clause, child, types)
    return found


def _heritage(clause: Node, around: Node, types: Inference) -> Type:
    if clause.type == "extends_clause":
        return types.value(clause.child_by_field_name("value"))
    if clause.type == "implements_clause":
        return union(classes_of(annotation(each, types)) for each in clause.named_children)
    if around.type == "extends_type_clause":
        return classes_of(annotation(clause, types))
    return types.value(clause)


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
            told = _tested(name, test, types) if arm == inner and test is not None else None
            if told is not None and not types.is_declared_in(name, node, inner):
                return told
    return None


def _tested(name: str, test: Node, types: Inference) -> Type | None:
    if test.type == "parenthesized_expression":
        return _tested(name, test.named_children[0], types)
    operator = test.child_by_field_name("operator")
    left, right = test.child_by_field_name("left"), test.child_by_field_name("right")
    if operator is None or left is None or right is None:
        return None
    if types.source.code(operator) == "&&":
        told = _tested(name, left, types)
        return told if told is not None else _tested(name, right, types)
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


def _satisfies(literal: str, wanted: str, member: str, types: Inference) -> bool:
    """Whether an object has all members that an interface asks for, this one among them."""
    node = types.class_nodes[wanted][0]
    if node.type not in ("interface_declaration", "type_alias_declaration", "object_type"):
        return False
    body = node.child_by_field_name("body") or node.child_by_field_name("value") or node
    asked = {
        types.source.code(name)
        for each in body.named_children
        if (name := each.child_by_field_name("name")) is not None
        and all(child.type != "?" for child in each.children)
    }
    given = types.members_of(literal)
    return types.declares(wanted, member) and all(each in given for each in asked)


def _serves(name: str, wanted: str, member: str, types: Inference) -> bool:
    """Whether objects of a class have all members that a type asks for; a method is no number or text."""
    if name == wanted or types.class_nodes[name][0].type == "object_type":
        return False
    lineage = types.lineage(name)
    asked = types.members_of(wanted)
    if not all(any(types.declares(each, m) for each in lineage) for m in asked):
        return False
    plain = types.member(instance(wanted), member)
    is_plain = bool(plain) and all(isinstance(atom, Foreign) for atom in plain)
    given = types.member(instance(name), member)
    return not (is_plain and any(isinstance(atom, Function) for atom in given))


def _of_object(literal: Node, name: Node, types: Inference) -> Type:
    told = expected(literal, types)
    if told is not None:
        return told
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


RULES = Rules(
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
