"""Python: functions, their parameters and what they give."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Function,
    Instance,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    manager,
    mapping,
    sequence,
    union,
)
from specedit.edits.types.python_annotations import annotation
from specedit.edits.types.scopes import Declaration

_KEYED = ("sorted", "min", "max")
_MAPPING = ("map", "filter")
_CLASS_METHODS = ("__new__", "__init_subclass__", "__class_getitem__")

_UNCHANGED = words(
    "staticmethod classmethod abstractmethod override overload final cache lru_cache wraps total_ordering typechecked"
)
_MANAGERS = words("contextmanager asynccontextmanager")
_PROPERTIES = words("property cached_property abstractproperty")
_SETTERS = words("setter deleter getter")
_NESTED = words("function_definition lambda class_definition")


def function_type(node: Node, types: Inference) -> Type:
    """Return what the name of a function or method means, after its decorators."""
    itself: Type = frozenset([Function(node, NOTHING)])
    for name in decorators_of(node, types):
        if name in _PROPERTIES:
            return types.called(itself)
        if name in _SETTERS:
            return NOTHING
        if name not in _UNCHANGED | _MANAGERS:
            return UNKNOWN
    return itself


def decorators_of(node: Node, types: Inference) -> list[str]:
    """Return the last names of what decorates a definition."""
    outer = types.parent(node)
    if outer is None or outer.type != "decorated_definition":
        return []
    names = []
    for child in outer.children:
        if child.type == "decorator":
            named = child.named_children[0]
            if named.type == "call":
                named = named.child_by_field_name("function") or named
            names.append(types.source.code(named).rpartition(".")[2])
    return names


def result(function: Function, types: Inference) -> Type:
    """Return what calling a function gives: as annotated, or else what it returns."""
    node = function.node
    stated = node.child_by_field_name("return_type")
    inside = list(_inside(node.child_by_field_name("body")))
    yields = [each for each in inside if each.type == "yield"]
    if stated is not None:
        outcome = _of_receiver(function, stated, types) or annotation(stated, types)
    elif yields:
        outcome = sequence(union(_last(each, types) for each in yields))
    else:
        outcome = union(_last(each, types) for each in inside if each.type == "return_statement")
    if not _MANAGERS.isdisjoint(decorators_of(node, types)):
        return manager(elements(outcome))
    is_async = node.children[0].type == "async"
    return sequence(outcome, "coroutine") if is_async and not yields else outcome


def _of_receiver(function: Function, stated: Node, types: Inference) -> Type:
    """What a method gives that says it gives an object of the type of its first parameter; NOTHING for others."""
    listed = function.node.child_by_field_name("parameters")
    first = next(iter(listed.named_children if listed is not None else ()), None)
    of_first = first.child_by_field_name("type") if first is not None else None
    name = types.source.code(stated).strip("\"'").rpartition(".")[2]
    is_own = name == "Self"
    if of_first is not None and not is_own:
        written = re.fullmatch(r"(?:(?:typing\.)?[Tt]ype\[)?(\w+)\]?", types.source.code(of_first))
        is_own = written is not None and written[1] == name
        is_own = is_own and annotation(stated, types) == UNKNOWN  # no class, but a type variable
    is_of_class = "classmethod" in decorators_of(function.node, types)
    kind = ClassItself if is_of_class else Instance
    if not is_own or not all(isinstance(atom, kind) for atom in function.owner):
        return NOTHING
    return frozenset(Instance(a.name) for a in function.owner if isinstance(a, kind))


def parameters(function: Node, owner: str | None, types: Inference) -> Iterator[Declaration]:
    """Return what the parameters of a function declare; `owner` is the class that it is a method of."""
    listed = function.child_by_field_name("parameters")
    for i, parameter in enumerate(listed.named_children if listed is not None else ()):
        read, stated = _parameter(parameter, types)
        if function.type == "lambda" and parameter.type == "identifier":
            read = partial(_passed, i, function, types)
        elif i == 0 and owner is not None and parameter.type == "identifier":
            read = partial(_self, function, owner, types)
        target = parameter.child_by_field_name("name") or parameter
        while target.type != "identifier" and target.named_children:
            target = target.named_children[0]
        if target.type == "identifier":
            yield Declaration(function, types.source.code(target), target.start_byte, read, stated)


def type_parameters(node: Node, types: Inference) -> Iterator[Declaration]:
    """Return what `[T]` declares: what may be of any type."""
    parent = types.parent(node)
    if parent is None or parent.type not in ("function_definition", "class_definition"):
        return
    for child in node.named_children:
        name = types.source.code(child).partition(":")[0].strip()
        yield Declaration(parent, name, child.start_byte, lambda: UNKNOWN)


def _passed(index: int, function: Node, types: Inference) -> Type:
    """What a lambda is called with by `sorted(doors, key=lambda door: …)` and its like."""
    parent = types.parent(function)
    is_key = parent is not None and parent.type == "keyword_argument"
    if is_key and parent is not None and not types.source.code(parent).startswith("key="):
        return UNKNOWN
    arguments = types.parent(parent) if is_key and parent is not None else parent
    call = types.parent(arguments) if arguments is not None else None
    called = call.child_by_field_name("function") if call is not None else None
    if index > 0 or arguments is None or called is None or arguments.type != "argument_list":
        return UNKNOWN
    given = [a for a in arguments.named_children if a.type not in ("keyword_argument", "comment")]
    if called.type == "attribute" and is_key:
        is_sort = types.source.code(called).endswith(".sort")
        return elements(types.value(called.child_by_field_name("object"))) if is_sort else UNKNOWN
    kind = _KEYED if is_key else _MAPPING
    is_wanted = types.value(called) in [foreign(name, "builtin") for name in kind]
    held = given[0 if is_key else 1 :]
    return elements(types.value(held[0])) if is_wanted and len(held) == 1 else UNKNOWN


def _self(function: Node, owner: str, types: Inference) -> Type:
    decorators = decorators_of(function, types)
    name = function.child_by_field_name("name")
    if "staticmethod" in decorators:
        return UNKNOWN
    is_of_class = name is not None and types.source.code(name) in _CLASS_METHODS
    if "classmethod" in decorators or is_of_class:
        return class_itself(owner)
    return instance(owner)


def _parameter(node: Node, types: Inference) -> tuple[Callable[[], Type], bool]:
    stated = node.child_by_field_name("type")
    if stated is None:
        return (lambda: UNKNOWN), False
    inner = node.named_children[0]
    if inner.type == "list_splat_pattern":
        return (lambda: sequence(annotation(stated, types))), True
    if inner.type == "dictionary_splat_pattern":
        return (lambda: mapping(TEXT, annotation(stated, types))), True
    return partial(annotation, stated, types), True


def _inside(body: Node | None) -> Iterator[Node]:
    """What stands in a function's body, not in functions within."""
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        yield node
        if node.type not in _NESTED:
            stack.extend(node.children)


def _last(statement: Node, types: Inference) -> Type:
    """What `return` or `yield` gives away."""
    if any(child.type == "from" for child in statement.children):
        return elements(types.value(statement.named_children[-1]))
    return types.value(statement.named_children[-1]) if statement.named_children else NOTHING
