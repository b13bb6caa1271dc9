"""Go: types, what a member is reached through, and the interfaces that types satisfy."""

from collections.abc import Iterator

from specedit.edits.syntax.language import words
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.go_declarations import declarations, owner_of
from specedit.edits.types.go_values import (
    annotation,
    result_of,
    underlying,
    value,
)
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.lattice import (
    UNKNOWN,
    Foreign,
    Function,
    Instance,
    Type,
    class_itself,
    elements,
    foreign,
    union,
    values,
)

_BUILTINS = words(
    "new make append len cap copy delete panic recover print println min max clear close"
)
_TYPES = words(
    "bool string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr byte rune float32 float64 complex64 "
    "complex128 error any comparable"
)


def classes(source: Source) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of types with their qualified names; a struct without a name has its place for one."""
    names = {d.node.id: d.qualified for d in source.definitions}
    for node in source.nodes:
        if node.type == "type_spec" and node.id in names:
            yield node, names[node.id]
        elif node.type == "struct_type" and not _is_named(node):
            yield node, f"struct at {node.start_byte}"


def _is_named(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "type_spec"


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: a builtin, or another file's."""
    if name in _BUILTINS:
        return foreign(name, "builtin")
    return foreign(name, "class" if name in _TYPES else "elsewhere")


def bases(node: Node, types: Inference) -> Type:
    """Return what a type embeds."""
    supertypes: Type = frozenset()
    held = node if node.type == "struct_type" else node.child_by_field_name("type")
    for each in held.named_children if held is not None else ():
        inside = each.named_children if each.type == "field_declaration_list" else [each]
        for part in inside:
            embedded = part.child_by_field_name("type")
            if part.type == "field_declaration" and part.child_by_field_name("name") is None:
                supertypes |= _classes(annotation(embedded, types))
            elif part.type == "type_elem" and len(part.named_children) == 1:
                supertypes |= _classes(annotation(part.named_children[0], types))
    return supertypes


def _classes(held: Type) -> Type:
    return union(class_itself(a.name) if isinstance(a, Instance) else frozenset([a]) for a in held)


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is: foreign too, if it is of another package."""
    if owner.kind == "module":
        return foreign(f"{owner.name}.{name}", "module")
    return foreign(f"{owner.name}.{name}", "module") if "." in owner.name else UNKNOWN


def result(function: Function, types: Inference) -> Type:
    """Return what calling a function gives."""
    return result_of(function.node, types)


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its type."""
    parent = types.parent(node)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "selector_expression":
            return types.value(parent.child_by_field_name("operand"))
        case "literal_element":
            return _keyed(parent, types)
        case "method_declaration":
            return _classes(_receiver_type(parent, types))
        case "field_declaration" | "method_elem":
            owner = owner_of(parent, types)
            return class_itself(owner) if owner is not None else UNKNOWN
    return UNKNOWN


def _keyed(element: Node, types: Inference) -> Type:
    """What a key of a literal is a field of."""
    pair = types.parent(element)
    literal = types.parent(pair) if pair is not None else None
    if pair is None or literal is None or pair.child_by_field_name("key") != element:
        return UNKNOWN
    return _literal_type(literal, types)


def _literal_type(literal: Node, types: Inference) -> Type:
    """What `{…}` is an object of; within another literal its type may be left out."""
    parent = types.parent(literal)
    if parent is None:
        return UNKNOWN
    if parent.type == "composite_literal":
        return annotation(parent.child_by_field_name("type"), types)
    outer = next((o for o, _ in types.around(parent) if o.type == "literal_value"), None)
    held = underlying(_literal_type(outer, types), types) if outer is not None else UNKNOWN
    if not all(isinstance(atom, Foreign) for atom in held):
        return UNKNOWN
    pair = types.parent(parent)
    is_key = pair is not None and pair.child_by_field_name("key") == parent
    return elements(held) if is_key else values(held)


def _receiver_type(method: Node, types: Inference) -> Type:
    listed = method.child_by_field_name("receiver")
    if listed is None or not listed.named_children:
        return UNKNOWN
    return annotation(listed.named_children[0].child_by_field_name("type"), types)


def implemented(name: str, types: Inference) -> Iterator[str]:
    """Yield the interfaces of the file whose methods a type has."""
    own = None if is_interface(name, types) else _signatures(name, types)
    for other in types.interfaces if own else ():
        signatures = _signatures(other, types)
        if own and signatures and signatures.items() <= own.items():
            yield other


def is_interface(name: str, types: Inference) -> bool:
    """Whether a type of the file is an interface."""
    nodes = types.class_nodes.get(name, [])
    held = nodes[0].child_by_field_name("type") if nodes else None
    return held is not None and held.type == "interface_type"


def _signatures(name: str, types: Inference) -> dict[str, str]:
    """Methods and what they take and give, those of what is embedded included."""
    signatures: dict[str, str] = {}
    for each in types.lineage(name):
        for method, members in types.members_of(each).items():
            for atom in members[0].read() if not members[0].sure else ():
                if isinstance(atom, Function):
                    signatures.setdefault(method, _signature(atom.node, types))
    return signatures


def _signature(function: Node, types: Inference) -> str:
    parts = []
    for field in ("parameters", "result"):
        listed = function.child_by_field_name(field)
        if listed is None or listed.type != "parameter_list":
            parts.append(types.source.code(listed) if listed is not None else "")
            continue
        for parameter in listed.named_children:
            stated = parameter.child_by_field_name("type")
            count = len(parameter.children_by_field_name("name")) or 1
            parts += [types.source.code(stated) if stated is not None else ""] * count
        parts.append(";")
    return (
        ",".join(parts)
        .replace("interface{}", "any")
        .replace(" ", "")
        .replace(";,", ";")
        .removesuffix(";")
    )


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
    interface_word="interface",
    is_interface=is_interface,
    implemented=implemented,
    is_ordered=True,
)
