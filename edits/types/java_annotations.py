"""Java: what a type says."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Instance,
    Type,
    elements,
    foreign,
    mapping,
    object_of,
    returns,
    sequence,
    union,
    values,
)

_LISTS = words(
    "List ArrayList LinkedList Collection Set HashSet LinkedHashSet TreeSet SortedSet Iterable Queue Deque ArrayDeque Vector "
    "Stack PriorityQueue BlockingQueue LinkedBlockingQueue CopyOnWriteArrayList Iterator ListIterator"
)
_MAPS = words("Map HashMap LinkedHashMap TreeMap SortedMap ConcurrentMap ConcurrentHashMap")
_HOLDERS = words("Optional Stream")
_PRIMITIVES = words("integral_type floating_point_type boolean_type void_type")
_GIVING = words(
    "get remove getFirst getLast removeFirst removeLast poll pollFirst pollLast peek peekFirst peekLast pop take element next "
    "previous elementAt firstElement lastElement first last orElse orElseThrow orElseGet"
)
_SAME = words("filter sorted distinct limit skip peek reversed subList toList")


def annotation(node: Node | None, types: Inference) -> Type:
    """Return what a value of a type is."""
    if node is None:
        return UNKNOWN
    if node.type in _PRIMITIVES:
        return FOREIGN
    match node.type:
        case "type_identifier" | "identifier":
            return of_class(types.named(types.source.code(node), node))
        case "scoped_type_identifier":
            return of_class(_scoped(node, types))
        case "array_type":
            return sequence(annotation(node.child_by_field_name("element"), types), "array")
        case "generic_type":
            return _generic(node, types)
        case "wildcard":
            is_upper = any(child.type == "extends" for child in node.children)
            return annotation(node.named_children[-1], types) if is_upper else UNKNOWN
    return UNKNOWN


def of_class(type_: Type) -> Type:
    """Return what an object of a class, or of what a type parameter stands for, is."""
    return object_of(type_, _object_of_foreign)


def _object_of_foreign(named: Foreign) -> Type:
    if named.name == "java.lang.Object":
        return UNKNOWN
    return TEXT if named.name == "java.lang.String" else foreign(named.name)


def _scoped(node: Node, types: Inference) -> Type:
    first, last = node.named_children[0], node.named_children[-1]
    held = (
        _scoped(first, types)
        if first.type == node.type
        else types.named(types.source.code(first), first)
    )
    if any(isinstance(atom, ClassItself) for atom in held):
        return types.member(held, types.source.code(last))
    return foreign(types.source.code(node), "class")


def _generic(node: Node, types: Inference) -> Type:
    head, *listed = node.named_children
    meaning = annotation(head, types)
    if any(isinstance(atom, Instance) for atom in meaning):
        return meaning
    name = types.source.code(head).rpartition(".")[2]
    given = [annotation(each, types) for each in listed[0].named_children] if listed else []
    if name in _LISTS and len(given) == 1:
        return sequence(given[0], "List")
    if name in _MAPS and len(given) == 2:
        return mapping(*given)
    if name == "Entry" and len(given) == 2:
        return frozenset([Foreign("Entry", elements=given[0], values=given[1])])
    if name in _HOLDERS and len(given) == 1:
        return frozenset([Foreign(name, elements=given[0])])
    return union(
        foreign(atom.name, "generic") if isinstance(atom, Foreign) else UNKNOWN for atom in meaning
    )


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is; methods are called `name()`."""
    itself: Type = frozenset([owner])
    method = name.removesuffix("()")
    if owner.name == "dict":
        return _of_map(itself, method)
    if owner.name == "Entry" and method in ("getKey", "getValue"):
        return returns(elements(itself) if method == "getKey" else values(itself))
    if owner.name in ("List", *_HOLDERS) and owner.elements is not None:
        return _of_container(owner, method)
    if owner.name == "str":
        return returns(TEXT)
    if owner.kind in ("object", "class") and owner.name.startswith(("java.", "javax.")):
        # A static method may give back what it is given; another gives what its class knows.
        meaning = foreign(f"{owner.name}.{method}")
        is_method = name.endswith("()")
        if owner.kind == "class":
            return UNKNOWN if is_method else meaning
        return returns(meaning) if is_method else meaning
    if name == "length" and owner.name == "array":
        return FOREIGN
    return UNKNOWN


def _of_map(itself: Type, method: str) -> Type:
    keys, held = elements(itself), values(itself)
    if method in ("get", "getOrDefault", "put", "remove", "computeIfAbsent"):
        return returns(held)
    if method in ("values", "keySet"):
        return returns(sequence(held if method == "values" else keys, "List"))
    if method == "entrySet":
        entry: Type = frozenset([Foreign("Entry", elements=keys, values=held)])
        return returns(sequence(entry, "List"))
    return UNKNOWN


def _of_container(owner: Foreign, method: str) -> Type:
    held = elements(frozenset([owner]))
    if method in _GIVING and not (owner.name == "Stream" and method == "peek"):
        return returns(held)
    if method == "stream":
        return returns(frozenset([Foreign("Stream", elements=held)]))
    if owner.name == "Stream" and method in ("findFirst", "findAny", "max", "min"):
        return returns(frozenset([Foreign("Optional", elements=held)]))
    if method == "iterator":
        return returns(sequence(held, "List"))
    if method in _SAME:
        name = "List" if method == "toList" else owner.name
        return returns(frozenset([Foreign(name, elements=held, values=held)]))
    return UNKNOWN
