"""JavaScript and TypeScript: what an expression is."""

from collections.abc import Callable, Iterator

from specedit.edits.language import words
from specedit.edits.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import (
    annotation,
    generic,
    of_class,
    type_arguments,
)
from specedit.edits.types.javascript_patterns import FUNCTIONS
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Function,
    Instance,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    returns,
    row,
    sequence,
    union,
    values,
)

_PLAIN = words("number true false unary_expression update_expression regex meta_property")
_TEXTS = words("string template_string")
# Of Node's modules those whose functions give back nothing that they were given.
_PLAIN_MODULES = words(
    "fs path os net http https http2 crypto zlib url querystring readline dns tls tty dgram"
)


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _PLAIN:
        return FOREIGN
    if node.type in _TEXTS:
        return TEXT
    if node.type.startswith("jsx_"):
        return foreign("JSX.Element")
    if node.type in FUNCTIONS:
        return frozenset([Function(node, NOTHING)])
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def result(function: Function, types: Inference) -> Type:
    """Return what calling a function gives: as stated, or else what it returns."""
    node = function.node
    stated = node.child_by_field_name("return_type")
    if stated is not None:
        return annotation(stated, types)
    body = node.child_by_field_name("body")
    if body is None or any(child.type == "*" for child in node.children):
        return UNKNOWN
    if body.type == "statement_block":
        given = [each for each in _inside(body) if each.type == "return_statement"]
        found = union(_last(each, types) for each in given)
    else:
        found = types.value(body)
    is_async = any(child.type == "async" for child in node.children)
    return frozenset([Foreign("Promise", elements=found)]) if is_async else found


def _inside(body: Node) -> Iterator[Node]:
    """What stands in a function's body, not in functions within."""
    stack = [body]
    while stack:
        node = stack.pop()
        yield node
        if node.type not in FUNCTIONS and not node.type.startswith("class"):
            stack.extend(node.children)


def _last(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[-1]) if node.named_children else NOTHING


def _this(node: Node, types: Inference) -> Type:
    """What `this` is: functions have their own, arrow functions have not."""
    for outer, inner in types.around(node):
        if outer.type in ("function_declaration", "function_expression", "generator_function"):
            return _this_of_function(outer, types)
        if outer.type in ("method_definition", "class_static_block", *_FIELDS):
            holder = types.parent(types.parent(outer) or outer)
            body = types.parent(outer)
            if body is not None and body.type == "object":
                return _this_of_object(body, types)
            owner = types.class_of.get(holder.id) if holder is not None else None
            if owner is None or inner.type == "decorator":
                return UNKNOWN
            is_static = any(child.type == "static" for child in outer.children)
            is_static = is_static or outer.type == "class_static_block"
            return class_itself(owner) if is_static else instance(owner)
    return UNKNOWN


_FIELDS = ("public_field_definition", "field_definition")


def _this_of_function(function: Node, types: Inference) -> Type:
    """`function (this: Door)`, a constructor function, or one that is made a method: `Door.prototype.close = function`."""
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        pattern = parameter.child_by_field_name("pattern")
        if pattern is not None and pattern.type == "this":
            return annotation(parameter.child_by_field_name("type"), types)
    if function.id in types.class_of:
        return instance(types.class_of[function.id])
    parent = types.parent(function)
    literal = types.parent(parent) if parent is not None and parent.type == "pair" else None
    if literal is not None:
        return _this_of_object(literal, types)
    left = parent.child_by_field_name("left") if parent is not None else None
    if left is None or left.type != "member_expression":
        return UNKNOWN
    holder = left.child_by_field_name("object")
    if holder is None or not types.source.code(holder).endswith(".prototype"):
        return UNKNOWN
    return types.value(holder)


def _this_of_object(literal: Node, types: Inference) -> Type:
    """What a function does with an object that it is given, or that stands in another, cannot be told."""
    parent = types.parent(literal)
    is_own = parent is not None and parent.type in ("variable_declarator", "return_statement")
    return instance(types.class_of[literal.id]) if is_own else UNKNOWN


def super_of(node: Node, types: Inference) -> Type:
    """Return what `super` is: the bases of the class around, in a static method themselves, else objects of them."""
    owner = next(
        (types.class_of[o.id] for o, _ in types.around(node) if o.id in types.class_of), None
    )
    if owner is None:
        return UNKNOWN
    is_static = any(isinstance(atom, ClassItself) for atom in _this(node, types))
    found = []
    for atom in types.bases(owner):
        if isinstance(atom, ClassItself):
            found.append(class_itself(atom.name) if is_static else instance(atom.name))
        else:
            found.append(FOREIGN if isinstance(atom, Foreign) else UNKNOWN)
    return union(found) if found else UNKNOWN


def _member(node: Node, types: Inference) -> Type:
    held = types.value(node.child_by_field_name("object"))
    name = types.source.code(node.child_by_field_name("property") or node)
    if name == "prototype":
        return of_class(held)
    if name == "constructor":
        return union(class_itself(a.name) if isinstance(a, Instance) else UNKNOWN for a in held)
    return types.member(held, name)


def _call(node: Node, types: Inference) -> Type:
    called = node.child_by_field_name("function")
    if called is not None and types.source.code(called) == "require":
        arguments = node.child_by_field_name("arguments")
        name = (
            types.source.code(arguments.named_children[0])
            if arguments and arguments.named_children
            else ""
        )
        return foreign(name.strip("'\"`").removeprefix("node:"), "module")
    made = _made(node, types)
    if made is not None:
        return made
    callee = types.value(called)
    found = []
    for atom in callee:
        if isinstance(atom, ClassItself):
            found.append(UNKNOWN)  # a class is not called without `new`
        elif isinstance(atom, Foreign):
            module = atom.name.partition(".")[0]
            is_plain = atom.kind == "module" and module in _PLAIN_MODULES
            found.append(foreign(atom.name) if is_plain else UNKNOWN)
        else:
            found.append(types.called(frozenset([atom])))
    return union(found)


def _made(node: Node, types: Inference) -> Type | None:
    """What functions give that hand on what they are given."""
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    given = listed.named_children if listed is not None else []
    name = types.source.code(called) if called is not None else ""
    if name in ("Object.values", "Array.from") and len(given) == 1:
        held = types.value(given[0])
        return sequence(values(held) if name == "Object.values" else elements(held), "Array")
    if name.removeprefix("React.") == "useState" and type_arguments(node):
        return row([annotation(type_arguments(node)[0], types), FOREIGN])
    return None


def _new(node: Node, types: Inference) -> Type:
    if type_arguments(node):
        return generic(node, types)
    held = types.value(node.child_by_field_name("constructor"))
    arguments = node.child_by_field_name("arguments")
    given = (
        types.value(arguments.named_children[0]) if arguments and arguments.named_children else None
    )
    found = []
    for atom in held:
        if isinstance(atom, ClassItself):
            found.append(instance(atom.name))
        elif isinstance(atom, Foreign) and atom.kind != "object":
            found.append(_new_foreign(atom.name, given))
        else:
            found.append(UNKNOWN)
    return union(found)


def _new_foreign(name: str, given: Type | None) -> Type:
    if name in ("Set", "Array") and given is None:
        return frozenset([Foreign(name, elements=NOTHING, values=NOTHING)])
    if name == "Map" and given is None:
        return frozenset([Foreign(name, values=NOTHING)])
    if name == "Set" and given is not None:
        return frozenset([Foreign(name, elements=elements(given))])
    return foreign(name)


def _awaited(node: Node, types: Inference) -> Type:
    return union(
        elements(frozenset([atom]))
        if isinstance(atom, Foreign) and atom.name == "Promise"
        else UNKNOWN
        for atom in _inner(node, types)
    )


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[0]) if node.named_children else UNKNOWN


def _cast(node: Node, types: Inference) -> Type:
    if len(node.named_children) < 2:
        return _inner(node, types)  # `as const`
    return annotation(node.named_children[-1], types)


def _assertion(node: Node, types: Inference) -> Type:
    given = type_arguments(node)
    return annotation(given[0], types) if given else UNKNOWN


def _either(node: Node, types: Inference) -> Type:
    arms = (node.child_by_field_name(field) for field in ("consequence", "alternative"))
    return union(types.value(arm) for arm in arms)


def _operation(node: Node, types: Inference) -> Type:
    operator = node.child_by_field_name("operator")
    if operator is None or types.source.code(operator) not in ("??", "||", "&&"):
        return TEXT
    return union(types.value(node.child_by_field_name(side)) for side in ("left", "right"))


def _listed(node: Node, types: Inference) -> Type:
    found = [
        elements(types.value(child.named_children[0]))
        if child.type == "spread_element"
        else types.value(child)
        for child in node.named_children
        if child.type != "comment"
    ]
    held = union(found)
    if any(child.type == "spread_element" for child in node.named_children):
        return sequence(held, "Array")
    return frozenset([Foreign("Array", elements=held, values=held, parts=tuple(found))])


def _class(node: Node, types: Inference) -> Type:
    name = types.class_of.get(node.id)
    return class_itself(name) if name is not None else UNKNOWN


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": lambda node, types: types.name(node),
    "shorthand_property_identifier": lambda node, types: types.name(node),
    "undefined": lambda node, types: NOTHING,
    "null": lambda node, types: NOTHING,
    "this": _this,
    "super": super_of,
    "member_expression": _member,
    "subscript_expression": lambda node, types: values(
        types.value(node.child_by_field_name("object"))
    ),
    "call_expression": _call,
    "new_expression": _new,
    "await_expression": _awaited,
    "parenthesized_expression": _inner,
    "non_null_expression": _inner,
    "as_expression": _cast,
    "satisfies_expression": _inner,
    "type_assertion": _assertion,
    "ternary_expression": _either,
    "binary_expression": _operation,
    "assignment_expression": lambda node, types: types.value(node.child_by_field_name("right")),
    "array": _listed,
    "object": lambda node, types: instance(types.class_of[node.id]),
    "class": _class,
}


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is."""
    if owner.kind == "module":
        return foreign(f"{owner.name}.{name}", "class" if name[:1].isupper() else "module")
    if owner.kind != "object":
        return UNKNOWN
    itself: Type = frozenset([owner])
    if owner.name == "document" and owner.kind == "object":
        # What its methods find may be of a class of this file, if that is an element's.
        return FOREIGN if name in ("body", "head", "documentElement", "location") else UNKNOWN
    if name in ("classList", "style", "dataset"):
        return FOREIGN
    if owner.name == "str":
        return returns(TEXT)
    if owner.name == "Record":
        return values(itself)
    if owner.name == "Map":
        given = {"get": values(itself), "values": sequence(values(itself), "Array")}
        return returns(given[name]) if name in given else UNKNOWN
    if owner.name == "Array" and name in ("pop", "shift", "at", "find", "findLast"):
        return returns(elements(itself))
    if owner.name == "Array" and name in ("filter", "slice", "reverse", "sort", "toSorted"):
        return returns(sequence(elements(itself), "Array"))
    if owner.name in ("Array", "Set") and name == "values":
        return returns(sequence(elements(itself), "Array"))
    return UNKNOWN
