"""JavaScript and TypeScript: which nodes are classes, and what they inherit from."""

from collections.abc import Iterator

from specedit.edits.syntax.language import words
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.class_names import class_names
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import annotation
from specedit.edits.types.lattice import Type, classes_of, union

_CLASSES = words(
    "class_declaration class abstract_class_declaration interface_declaration enum_declaration internal_module"
)


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


def bases(node: Node, types: Inference) -> Type:
    """Return what a class extends and implements."""
    supertypes: Type = frozenset()
    for child in node.children:
        if child.type in ("class_heritage", "extends_type_clause"):
            for clause in child.named_children:
                supertypes |= _heritage(clause, child, types)
    return supertypes


def _heritage(clause: Node, around: Node, types: Inference) -> Type:
    if clause.type == "extends_clause":
        return types.value(clause.child_by_field_name("value"))
    if clause.type == "implements_clause":
        return union(classes_of(annotation(each, types)) for each in clause.named_children)
    if around.type == "extends_type_clause":
        return classes_of(annotation(clause, types))
    return types.value(clause)
