"""Python: what an annotation says."""

from specedit.edits.syntax.language import parse, words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Instance,
    Type,
    class_itself,
    foreign,
    instance,
    mapping,
    row,
    sequence,
    union,
)

_SEQUENCES = words(
    "list List Sequence MutableSequence Iterable Iterator Collection set Set frozenset FrozenSet AbstractSet deque Deque "
    "AsyncIterable AsyncIterator Reversible Generator AsyncGenerator"
)
_MAPPINGS = words("dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict")
_SAME = words("Optional Union Final ClassVar Annotated Required NotRequired ReadOnly InitVar")
# What is a type with types in brackets, also where no annotation is; of `Literal` and `Annotated`, strings are values.
GENERIC = (
    _SEQUENCES | _MAPPINGS | _SAME | words("Callable Type tuple Tuple Awaitable Coroutine")
) - words("Annotated")
# What says nothing about what a value is.
_OPEN = words("Any object Self TypeVar AnyStr Hashable Callable")


def annotation(node: Node, types: Inference, at: Node | None = None) -> Type:
    """Return what a value annotated so is; names are looked up where `at` stands, which is `node` by default."""
    at = at or node
    match node.type:
        case "type" | "parenthesized_expression" | "constrained_type":
            return annotation(node.named_children[0], types, at)
        case "none":
            return NOTHING
        case "identifier":
            return _named(_text(node), types, at)
        case "attribute":
            return _member(node, types, at)
        case "string":
            return _quoted(node, types, at)
        case "union_type" | "binary_operator":
            return union(annotation(child, types, at) for child in node.named_children)
        case "generic_type" | "subscript":
            return _generic(node, types, at)
    return UNKNOWN


def _text(node: Node) -> str:
    return node.text.decode("utf-8") if node.text else ""


def _named(name: str, types: Inference, at: Node) -> Type:
    if name == "Self":
        owners = [types.class_of[o.id] for o, _ in types.around(at) if o.id in types.class_of]
        return instance(owners[0]) if owners else UNKNOWN
    if name == "str":
        return TEXT
    return _of_class(types.named(name, at))


def _of_class(type_: Type) -> Type:
    """What an annotation that names this class says."""
    alternatives = []
    for atom in type_:
        if isinstance(atom, ClassItself):
            alternatives.append(instance(atom.name))
        elif isinstance(atom, Foreign) and atom.name.rpartition(".")[2] not in _OPEN:
            # An object here is a variable: an alias or a type variable, which stands for any type.
            alternatives.append(foreign(atom.name) if atom.kind != "object" else UNKNOWN)
        else:
            alternatives.append(UNKNOWN)
    return union(alternatives) if alternatives else UNKNOWN


def _member(node: Node, types: Inference, at: Node) -> Type:
    parts = _text(node).split(".")
    if parts[-1] == "Self":
        return _named("Self", types, at)
    held = types.named(parts[0], at)
    for name in parts[1:]:
        held = types.member(held, name)
    return _of_class(held)


def _quoted(node: Node, types: Inference, at: Node) -> Type:
    content = "".join(_text(child) for child in node.children if child.type == "string_content")
    statement = next(iter(parse(content, types.source.language).named_children), None)
    if statement is None or statement.type != "expression_statement":
        return UNKNOWN
    return annotation(statement.named_children[0], types, at)


def generic(node: Node) -> tuple[str, list[Node]]:
    """Return the name of a generic type without its module, and what it is of; "" for others."""
    while node.type == "type":
        node = node.named_children[0]
    if node.type not in ("generic_type", "subscript"):
        return "", []
    head, *rest = node.named_children
    if node.type == "generic_type":
        rest = rest[0].named_children if rest else []
    return _text(head).rpartition(".")[2], rest


def tested(node: Node, types: Inference) -> Type:
    """Return what `isinstance` says that an object is whose class it tests: `Door`, or `self.__class__`."""
    if node.type != "attribute" or not _text(node).endswith(".__class__"):
        return annotation(node, types)
    return _of_class(types.value(node))


def _generic(node: Node, types: Inference, at: Node) -> Type:
    head = node.named_children[0]
    name, rest = generic(node)
    given = [annotation(each, types, at) for each in rest]
    if not given:
        return UNKNOWN
    if name in _SAME:
        return union(given) if name == "Union" else given[0]
    if name in _SEQUENCES:
        return sequence(given[0])
    if name in _MAPPINGS and len(given) == 2:
        return mapping(*given)
    if name in ("tuple", "Tuple"):
        is_run = len(rest) == 2 and _text(rest[1]) == "..."
        return sequence(given[0]) if is_run else row(given)
    if name in ("type", "Type"):
        return union(class_itself(a.name) if isinstance(a, Instance) else UNKNOWN for a in given[0])
    if name in ("Awaitable", "Coroutine"):
        return sequence(given[-1], "coroutine")
    return annotation(head, types, at)
