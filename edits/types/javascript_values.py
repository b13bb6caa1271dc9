"""JavaScript and TypeScript: what an expression is."""

from collections.abc import Callable, Iterator

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import (
    annotation,
    generic,
    of_class,
    type_arguments,
)
from specedit.edits.types.javascript_builtins import PLAIN_MODULES, foreign_object
from specedit.edits.types.javascript_patterns import FUNCTIONS, awaited
from specedit.edits.types.javascript_this import super_of, this_of
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
    row,
    sequence,
    union,
    values,
)

_PLAIN = words("number true false unary_expression update_expression regex meta_property")
_TEXTS = words("string template_string")


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
        outcome = union(_last(each, types) for each in given)
    else:
        outcome = types.value(body)
    is_async = any(child.type == "async" for child in node.children)
    return frozenset([Foreign("Promise", elements=outcome)]) if is_async else outcome


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
    alternatives = []
    for atom in callee:
        if isinstance(atom, ClassItself):
            alternatives.append(UNKNOWN)  # a class is not called without `new`
        elif isinstance(atom, Foreign):
            module = atom.name.partition(".")[0]
            is_plain = atom.kind == "module" and module in PLAIN_MODULES
            alternatives.append(foreign(atom.name) if is_plain else UNKNOWN)
        else:
            alternatives.append(types.called(frozenset([atom])))
    return union(alternatives)


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
    alternatives = []
    for atom in held:
        if isinstance(atom, ClassItself):
            alternatives.append(instance(atom.name))
        elif isinstance(atom, Foreign) and atom.kind != "object":
            alternatives.append(foreign_object(atom.name, given))
        else:
            alternatives.append(UNKNOWN)
    return union(alternatives)


def _awaited(node: Node, types: Inference) -> Type:
    return awaited(_inner(node, types))


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
    items = [
        elements(types.value(child.named_children[0]))
        if child.type == "spread_element"
        else types.value(child)
        for child in node.named_children
        if child.type != "comment"
    ]
    held = union(items)
    if any(child.type == "spread_element" for child in node.named_children):
        return sequence(held, "Array")
    return frozenset([Foreign("Array", elements=held, values=held, parts=tuple(items))])


def _class(node: Node, types: Inference) -> Type:
    name = types.class_of.get(node.id)
    return class_itself(name) if name is not None else UNKNOWN


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": lambda node, types: types.name(node),
    "shorthand_property_identifier": lambda node, types: types.name(node),
    "undefined": lambda node, types: NOTHING,
    "null": lambda node, types: NOTHING,
    "this": this_of,
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
