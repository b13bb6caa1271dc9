"""Java: classes, and what a member is reached through."""

from collections.abc import Iterator

from specedit.edits.syntax.language import words
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.class_names import class_names
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.java_annotations import annotation, foreign_member
from specedit.edits.types.java_declarations import CLASSES, declarations
from specedit.edits.types.java_values import implicit, owner_around, result, value
from specedit.edits.types.lattice import (
    UNKNOWN,
    Type,
    class_itself,
    classes_of,
    foreign,
    instance,
)

_MAKERS = ("object_creation_expression", "enum_constant")
_LANG = words(
    "String Object Integer Long Double Float Boolean Byte Short Character Number Math System Thread Runnable StringBuilder "
    "StringBuffer Iterable Comparable CharSequence Exception RuntimeException Error Throwable Class Process ProcessBuilder "
    "Runtime AutoCloseable Cloneable IllegalArgumentException IllegalStateException NullPointerException Enum Record "
    "InterruptedException UnsupportedOperationException IndexOutOfBoundsException ArithmeticException Void"
)


def classes(source: Source) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of classes with their qualified names; the body of one without a name has its place for one."""
    names = class_names(source)
    for node in source.nodes:
        if node.type in CLASSES and node.id in names:
            yield node, names[node.id]
        elif node.type == "class_body" and node.parent is not None and node.parent.type in _MAKERS:
            yield node, f"class at {node.start_byte}"


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: another file's class."""
    if name in _LANG:
        return foreign(f"java.lang.{name}", "class")
    return foreign(name, "class") if name[:1].isupper() else UNKNOWN


def bases(node: Node, types: Inference) -> Type:
    """Return what a class extends and implements."""
    parent = types.parent(node)
    if node.type == "class_body" and parent is not None:
        if parent.type == "enum_constant":
            owner = owner_around(parent, types)
            return class_itself(owner) if owner is not None else UNKNOWN
        return classes_of(annotation(parent.child_by_field_name("type"), types))
    supertypes: Type = frozenset()
    for child in node.named_children:
        if child.type in ("superclass", "super_interfaces", "extends_interfaces"):
            for each in child.named_children:
                listed = each.named_children if each.type == "type_list" else [each]
                for stated in listed:
                    supertypes |= classes_of(annotation(stated, types))
    return supertypes


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its class."""
    parent = types.parent(node)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "field_access" if parent.child_by_field_name("field") == node:
            return types.value(parent.child_by_field_name("object"))
        case "method_invocation" if parent.child_by_field_name("name") == node:
            held = parent.child_by_field_name("object")
            name = f"{types.source.code(node)}()"
            return types.value(held) if held is not None else implicit(name, node, types)
        case "method_reference" if parent.named_children[-1] == node:
            return types.value(parent.named_children[0])
        case "switch_label":
            switch = next((o for o, _ in types.around(node) if o.type.startswith("switch_e")), None)
            return types.value(switch.child_by_field_name("condition")) if switch else UNKNOWN
        case "method_declaration" | "enum_constant" | "formal_parameter" | "variable_declarator":
            if parent.child_by_field_name("name") == node and _is_member(parent, types):
                owner = owner_around(parent, types)
                return class_itself(owner) if owner is not None else UNKNOWN
    owner = types.holder(types.source.code(node), node)
    return instance(owner) if owner is not None else UNKNOWN


def _is_member(definition: Node, types: Inference) -> bool:
    if definition.type in ("method_declaration", "enum_constant"):
        return True
    holder = types.parent(definition)
    around = types.parent(holder) if holder is not None else None
    if definition.type == "formal_parameter":
        return around is not None and around.type == "record_declaration"
    return holder is not None and holder.type in ("field_declaration", "constant_declaration")


RULES = TypeRules(
    classes=classes,
    declarations=declarations,
    value=value,
    unbound=unbound,
    narrowed=lambda node, types: None,
    result=result,
    bases=bases,
    foreign_member=foreign_member,
    receiver=receiver,
    is_ordered=True,
    has_bare_members=True,
)
