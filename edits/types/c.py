"""C and C++: types and namespaces, and what a member is reached through."""

from collections.abc import Iterator
from dataclasses import replace

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.c_annotations import (
    SPECIFIERS,
    annotation,
    foreign_member,
    path,
)
from specedit.edits.types.c_declarations import declarations
from specedit.edits.types.c_scopes import WRAPPERS, owner_of
from specedit.edits.types.c_unnamed import unnamed_records
from specedit.edits.types.c_values import (
    field_holder,
    function_declarator,
    owner_around,
    result,
    value,
)
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.lattice import (
    UNKNOWN,
    Foreign,
    Instance,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    union,
)


def classes(source: Source) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of types, namespaces, and of methods that are defined outside of their class, with names."""
    defined = {d.node.id: d for d in source.definitions}
    names = set()
    unnamed = {node.id: name for node, name in unnamed_records(source)}
    for node in source.nodes:
        has_body = node.child_by_field_name("body") is not None
        definition = defined.get(node.id)
        if node.type == "namespace_definition" and definition is not None:
            names.add(definition.qualified)
            yield node, definition.qualified
        elif node.type in SPECIFIERS and has_body:
            name = (
                definition.qualified
                if definition
                else unnamed.get(node.id) or _typedef_name(node, source)
            )
            names.add(name)
            yield node, name
        elif node.type == "function_definition":
            owner = _outside(node, definition.owner if definition else "", names, source)
            if owner is not None:
                yield node, owner


def _typedef_name(node: Node, source: Source) -> str:
    """The name of a struct without one: that of its typedef, or else its place."""
    parent = node.parent
    name = parent.child_by_field_name("declarator") if parent is not None else None
    is_typedef = parent is not None and parent.type == "type_definition"
    if is_typedef and name is not None and name.type == "type_identifier":
        return source.code(name)
    return f"struct at {node.start_byte}"


def _outside(function: Node, owner: str, names: set[str], source: Source) -> str | None:
    """The class of `void Door::close() { … }`."""
    declarator = function_declarator(function.child_by_field_name("declarator"))
    name = declarator.child_by_field_name("declarator") if declarator is not None else None
    steps = []
    while name is not None and name.type == "qualified_identifier":
        head = name.child_by_field_name("scope")
        if head is not None and head.type == "template_type":
            head = head.child_by_field_name("name")
        steps.append(source.code(head) if head is not None else "")
        name = name.child_by_field_name("name")
    if not steps or not all(steps):
        return None
    above = owner.split(".") if owner else []
    for count in range(len(above), -1, -1):
        full = ".".join([*above[:count], *steps])
        if full in names:
            return full
    return ".".join(steps)


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: a header's."""
    return foreign(name.removeprefix("struct "), "namespace" if name == "std" else "class")


def bases(node: Node, types: Inference) -> Type:
    """Return what a class inherits from."""
    supertypes: Type = frozenset()
    for clause in node.named_children:
        if clause.type == "base_class_clause":
            for each in clause.named_children:
                if each.type in ("type_identifier", "qualified_identifier", "template_type"):
                    meaning = annotation(each, types)
                    supertypes |= frozenset(
                        atom
                        if not isinstance(atom, Instance)
                        else next(iter(class_itself(atom.name)))
                        for atom in meaning
                    )
    return supertypes


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its class."""
    parent = types.parent(node)
    while parent is not None and parent.type in ("template_method", "template_function"):
        node, parent = parent, types.parent(parent)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "field_expression" if parent.child_by_field_name("field") == node:
            return field_holder(parent, types)
        case "qualified_identifier" if parent.child_by_field_name("name") == node:
            return _qualifier(parent, types)
        case "field_designator":
            return _designated(parent, types)
        case "enumerator" | "field_initializer":
            owner = owner_around(parent, types)
            return class_itself(owner) if owner is not None else UNKNOWN
    if node.type == "field_identifier" or _is_method(node, types):
        owner = owner_of(node, types)
        return class_itself(owner) if owner is not None else UNKNOWN
    owner = types.holder(types.source.code(node), node)
    return instance(owner) if owner is not None else UNKNOWN


def _is_method(node: Node, types: Inference) -> bool:
    """Whether a name is that of a method template in a class, which the grammar has for a function's."""
    parent = types.parent(node)
    if parent is None or parent.type != "function_declarator":
        return False
    outer = next((o for o, _ in types.around(parent) if o.type not in WRAPPERS), None)
    around = types.parent(outer) if outer is not None else None
    if around is not None and around.type == "template_declaration":
        around = types.parent(around)
    return around is not None and around.type == "field_declaration_list"


def _qualifier(node: Node, types: Inference) -> Type:
    """What stands before the last `::`."""
    steps: list[Node] = []
    outer = types.parent(node)
    while outer is not None and outer.type == "qualified_identifier":
        head = outer.child_by_field_name("scope")
        steps += [head] if head is not None else []
        node, outer = outer, types.parent(outer)
    if outer is not None and outer.type == "field_expression":
        return field_holder(outer, types)
    inner = node
    meaning: Type = UNKNOWN
    is_first = True
    while inner.type == "qualified_identifier":
        head, last = inner.child_by_field_name("scope"), inner.child_by_field_name("name")
        if head is None or last is None:
            return UNKNOWN
        meaning = path(head, types) if is_first else types.member(meaning, _plain(head, types))
        is_first, inner = False, last
    return meaning


def _plain(head: Node, types: Inference) -> str:
    return types.source.code(head.child_by_field_name("name") or head)


def _designated(designator: Node, types: Inference) -> Type:
    """The struct that `.member = …` initializes; of `.outer.member = …` what `.outer` is."""
    outer = designator.prev_named_sibling
    if outer is not None and outer.type == "field_designator":
        return _members_of(outer, types)
    literal = next((o for o, _ in types.around(designator) if o.type == "initializer_list"), None)
    return _initialized(literal, types) if literal is not None else UNKNOWN


def _initialized(literal: Node, types: Inference) -> Type:
    parent = types.parent(literal)
    if parent is None:
        return UNKNOWN
    if parent.type == "compound_literal_expression":
        return annotation(parent.child_by_field_name("type"), types)
    if parent.type == "init_declarator":
        statement = next((o for o, _ in types.around(parent) if o.type == "declaration"), None)
        return annotation(statement.child_by_field_name("type"), types) if statement else UNKNOWN
    if parent.type == "initializer_list":
        return _initialized(parent, types)  # of an array
    designator = parent.child_by_field_name("designator")
    if parent.type == "initializer_pair" and designator is not None:
        if designator.type != "field_designator":
            outer = types.parent(parent)
            return _initialized(outer, types) if outer is not None else UNKNOWN
        last = [each for each in parent.named_children if each.type == "field_designator"][-1]
        return _members_of(last, types)
    return UNKNOWN


def _members_of(designator: Node, types: Inference) -> Type:
    """What the member that a designator names is, or of an array the elements."""
    name = designator.named_children[0]
    held = types.member(_designated(designator, types), types.source.code(name))
    return union(
        elements(frozenset([a])) if isinstance(a, Foreign) else frozenset([a]) for a in held
    )


C = TypeRules(
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
)
CPP = replace(C, has_bare_members=True)
