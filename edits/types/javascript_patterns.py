"""JavaScript and TypeScript: what a pattern takes apart, and what is expected where an expression stands."""

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import annotation
from specedit.edits.types.lattice import (
    TEXT,
    UNKNOWN,
    Foreign,
    Function,
    Type,
    elements,
    part,
    union,
    values,
)

FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
)
_PARAMETERS = ("required_parameter", "optional_parameter")
# Methods that call a function with each element.
_EACH = frozenset(
    [
        "forEach",
        "map",
        "filter",
        "find",
        "findLast",
        "findIndex",
        "some",
        "every",
        "flatMap",
        "sort",
        "toSorted",
    ]
)


def matched(target: Node, types: Inference) -> Type:
    """Return what a name or pattern takes on where it is declared or assigned."""
    parent = types.parent(target)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "variable_declarator":
            stated = parent.child_by_field_name("type")
            held = parent.child_by_field_name("value")
            if stated is not None:
                return annotation(stated, types)
            return types.value(held) if held is not None else frozenset()
        case "required_parameter" | "optional_parameter":
            stated = parent.child_by_field_name("type")
            return annotation(stated, types) if stated is not None else _passed(parent, types)
        case "formal_parameters" | "arrow_function":
            return _passed(target, types)
        case "array_pattern":
            return part(matched(parent, types), _place(target, parent))
        case "object_pattern":
            return types.member(matched(parent, types), types.source.code(target))
        case "pair_pattern":
            return _of_pair(parent, types)
        case "object_assignment_pattern":
            outer = types.parent(parent)
            return (
                types.member(matched(outer, types), types.source.code(target)) if outer else UNKNOWN
            )
        case "assignment_pattern":
            return matched(parent, types)
        case "rest_pattern":
            outer = types.parent(parent)
            if outer is not None and outer.type in _PARAMETERS:
                return matched(parent, types)
            return UNKNOWN
        case "for_in_statement":
            held = parent.child_by_field_name("right")
            is_of = any(child.type == "of" for child in parent.children)
            return iterated(types.value(held), types) if is_of else TEXT
        case "assignment_expression":
            return types.value(parent.child_by_field_name("right"))
    return UNKNOWN


def _of_pair(pair: Node, types: Inference) -> Type:
    """What `name: target` in a pattern takes out of an object."""
    key, outer = pair.child_by_field_name("key"), types.parent(pair)
    if key is None or outer is None or key.type != "property_identifier":
        return UNKNOWN
    return types.member(matched(outer, types), types.source.code(key))


def _place(target: Node, pattern: Node) -> int:
    """Which of the elements of a pattern this is; elements may be left out."""
    before = pattern.children[: pattern.children.index(target)]
    return sum(child.type == "," for child in before)


def iterated(held: Type, types: Inference) -> Type:
    """Return what a loop over a value gives."""
    return elements(held)


def _passed(parameter: Node, types: Inference) -> Type:
    """What a function that stands as an argument is called with: `doors.forEach(door => …)`."""
    function = next((o for o, _ in types.around(parameter) if o.type in FUNCTIONS), None)
    arguments = types.parent(function) if function is not None else None
    if function is None or arguments is None:
        return UNKNOWN
    listed = function.child_by_field_name("parameters")
    index = listed.named_children.index(parameter) if listed is not None else 0
    if arguments.type == "variable_declarator":
        return _component_props(arguments, index, types)
    call = types.parent(arguments)
    called = call.child_by_field_name("function") if call is not None else None
    if arguments.type != "arguments" or called is None or called.type != "member_expression":
        return UNKNOWN
    held = types.value(called.child_by_field_name("object"))
    name = types.source.code(called.child_by_field_name("property") or called)
    return union(_given(atom, name, index) for atom in held) if held else UNKNOWN


def _given(atom: object, method: str, index: int) -> Type:
    if not isinstance(atom, Foreign):
        return UNKNOWN
    alone: Type = frozenset([atom])
    if atom.name == "Promise" and method in ("then", "finally") and index == 0:
        return elements(alone)
    if method in ("reduce", "reduceRight") and index == 1:
        return elements(alone)
    if method not in _EACH:
        return UNKNOWN
    if atom.name == "Map" and index == 0:
        return values(alone)
    is_element = atom.name in ("Array", "Set") and (index == 0 or method in ("sort", "toSorted"))
    return elements(alone) if is_element else UNKNOWN


def _component_props(declarator: Node, index: int, types: Inference) -> Type:
    stated = declarator.child_by_field_name("type")
    held = annotation(stated, types) if stated is not None and index == 0 else UNKNOWN
    is_component = all(isinstance(a, Foreign) and a.name == "component" for a in held)
    return values(held) if is_component else UNKNOWN


def expected(node: Node, types: Inference) -> Type | None:
    """Return what the type is of the place where an object or array is written; None where nothing is stated."""
    parent = types.parent(node)
    if parent is None:
        return None
    stated = parent.child_by_field_name("type")
    match parent.type:
        case "variable_declarator" | "public_field_definition" | "required_parameter":
            return annotation(stated, types) if stated is not None else None
        case "as_expression" | "satisfies_expression":
            is_const = len(parent.named_children) < 2
            return (
                expected(parent, types)
                if is_const
                else annotation(parent.named_children[-1], types)
            )
        case "parenthesized_expression" | "ternary_expression":
            return expected(parent, types)
        case "array":
            outer = expected(parent, types)
            return elements(outer) if outer is not None else None
        case "pair":
            holder, key = types.parent(parent), parent.child_by_field_name("key")
            outer = expected(holder, types) if holder is not None else None
            if outer is None or key is None:
                return None
            return types.member(outer, types.source.code(key))
        case "return_statement":
            function = next((o for o, _ in types.around(node) if o.type in FUNCTIONS), None)
            return _returned(function, types)
        case "arrow_function":
            return _returned(parent, types)
        case "assignment_expression":
            return types.value(parent.child_by_field_name("left"))
        case "arguments":
            return _argument(node, parent, types)
        case "expression_statement" | "export_statement":
            return None
    return UNKNOWN


def awaited(whole: Type) -> Type:
    """Return what promises are of; what may be none is not known."""
    return union(
        elements(frozenset([atom]))
        if isinstance(atom, Foreign) and atom.name == "Promise"
        else UNKNOWN
        for atom in whole
    )


def _returned(function: Node | None, types: Inference) -> Type | None:
    """What a function states that its `return` gives: of an asynchronous one, what it is a promise of."""
    stated = function.child_by_field_name("return_type") if function is not None else None
    if function is None or stated is None:
        return None
    if any(child.type == "*" for child in function.children):
        return UNKNOWN
    whole = annotation(stated, types)
    return awaited(whole) if any(child.type == "async" for child in function.children) else whole


def _argument(node: Node, arguments: Node, types: Inference) -> Type:
    call = types.parent(arguments)
    callee = types.value(call.child_by_field_name("function")) if call is not None else UNKNOWN
    index = arguments.named_children.index(node)
    return union(parameter_type(atom, index, types) for atom in callee) if callee else UNKNOWN


def parameter_type(atom: object, index: int, types: Inference) -> Type:
    """Return what a function says its parameter is."""
    if isinstance(atom, Foreign):
        return values(frozenset([atom])) if atom.name == "component" else UNKNOWN
    if not isinstance(atom, Function):
        return UNKNOWN
    listed = atom.node.child_by_field_name("parameters")
    given = listed.named_children if listed is not None else []
    if index >= len(given) or given[index].type not in _PARAMETERS:
        return UNKNOWN
    pattern = given[index].child_by_field_name("pattern")
    return matched(pattern, types) if pattern is not None else UNKNOWN
