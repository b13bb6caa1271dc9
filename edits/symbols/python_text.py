"""Python: the places of a name in strings and comments that are read as code."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import Binding, Place
from specedit.edits.symbols.python_bindings import HOLDERS
from specedit.edits.symbols.python_collectors import function_that_collected
from specedit.edits.symbols.python_injected import names_fixture
from specedit.edits.symbols.python_passed import Passed, passed_by, variable_passed
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, climb, enclosing, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.python_annotations import GENERIC

_BY_NAME = ("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller")
# What they make must be called as their first argument says, or checkers and pickle refuse it.
_NAMED_AS_ASSIGNED = words(
    "TypeVar TypeVarTuple ParamSpec NewType TypeAliasType NamedTuple namedtuple TypedDict Enum IntEnum StrEnum Flag IntFlag "
    "make_dataclass"
)
_ENUMS = words("Enum IntEnum StrEnum Flag IntFlag ReprEnum")
_EXPORTING = re.compile(r"__all__\.(extend|append|insert|remove)")


def places_in_text(name: str, node: Node, source: Source, classes: Classes) -> Iterator[Place]:
    """The places of a name in strings and comments that are read as code."""
    text = text_of(node)
    if node.type == "comment":
        stated = re.match(r"#\s*type:(?!\s*ignore\b)[^#]*", text)
        if stated is None:
            return
        text = stated[0]
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        at = (node, start, start + len(name.encode("utf-8")))
        if node.type == "comment":
            yield Place(*at)
            continue
        place = _string_place(at, text == name, node, source, classes)
        if place is not None:
            yield place
    if node.type != "comment" and re.fullmatch(rf"(\w+\.)+[A-Z]\w*\.{re.escape(name)}", text):
        size = len(name.encode("utf-8"))
        at = (node, node.end_byte - size, node.end_byte)
        yield Place(*at, "unknown member", reason="a path in a string")


def _string_place(
    at: tuple[Node, int, int], is_whole: bool, node: Node, source: Source, classes: Classes
) -> Place | None:
    function = function_that_collected(node) if is_whole else None
    if function is not None:
        return Place(*at, "keyword", through=function)
    if is_whole and (passed := _passed(node, source)) is not None:
        return keyword_place(at, passed)
    for parent, child in ancestors(node):
        if parent.type in ("block", "module"):
            return None
        if parent.type == "type" and parent.parent is not None:
            return Place(*at)
        if parent.type == "call":
            return _argument_place(at, is_whole, parent, child, node)
        if parent.type == "subscript" and _is_of_types(parent):
            return Place(*at)
        if parent.type == "subscript" and is_whole and (owner := _enum_in(parent, classes)):
            return Place(*at, "member", owners=(owner,))
        if parent.type in ("subscript", "pair"):
            is_key = is_whole and field_of(child) in ("subscript", "key")
            return _dictionary_key(at, parent, classes) if is_key else None
        if parent.type in ("assignment", "augmented_assignment") and is_whole:
            left = text_of(parent.child_by_field_name("left"))
            if left == "__all__":
                return Place(*at)
            holder = enclosing(parent, HOLDERS)
            owner = classes.of_node(holder) if holder is not None else ""
            if owner and left in ("__slots__", "__match_args__"):
                bound = (Binding("field", owner=owner),) if left == "__slots__" else ()
                return Place(*at, "member", owners=(owner,), bindings=bound)
            return None
    return None


def _passed(string: Node, source: Source) -> Passed | None:
    """What gets a string, which is a key of a dictionary, as a keyword."""
    for parent, child in ancestors(string):
        if parent.type == "pair" and field_of(child) == "key":
            return passed_by(parent.parent, source)
        if parent.type == "subscript" and field_of(child) == "subscript":
            held = parent.child_by_field_name("value")
            is_name = held is not None and held.type == "identifier"
            return variable_passed(held, source) if held is not None and is_name else None
        if parent.type not in ("string", "concatenated_string"):
            return None
    return None


def keyword_place(at: tuple[Node, int, int], passed: Passed) -> Place:
    """Return the place of a keyword that a dictionary passes."""
    if passed.reason:
        return Place(*at, "keyword", through=passed.through, written="", reason=passed.reason)
    return Place(*at, "keyword", through=passed.through)


def _is_of_types(subscript: Node) -> bool:
    """Whether what stands in the brackets is read as types: `Callable[["Door"], None]`."""
    head = text_of(subscript.child_by_field_name("value")).rpartition(".")[2]
    return head in GENERIC


def _enum_in(subscript: Node, classes: Classes) -> str:
    """The enum whose member a string in brackets names: `Color["RED"]`; "" for other brackets."""
    name = classes.named(text_of(subscript.child_by_field_name("value")))
    around = (name, *classes.ancestors(name)) if name in classes.by_name else ()
    is_enum = any(
        base.rpartition(".")[2] in _ENUMS
        for each in around
        for base in classes.by_name[each].foreign
    )
    return name if is_enum else ""


def _dictionary_key(at: tuple[Node, int, int], holder: Node, classes: Classes) -> Place | None:
    """A string that names a field of an object as a dictionary, or of a `TypedDict`, if the text has one."""
    if holder.type == "subscript" and (whole := _as_dictionary(holder)) is not None:
        return Place(*at, "member", holder=whole, reason="a key of what is not evident")
    if not any("TypedDict" in base for c in classes.by_name.values() for base in c.foreign):
        passed = "a key of a dictionary, which may be passed as keywords"
        return Place(*at, "key", reason=passed) if holder.type == "pair" else None
    reason = "a key of a dictionary whose type is not evident"
    if holder.type == "pair":
        owner = classes.named(_annotation_of(holder.parent))
        if owner:
            return Place(*at, "member", owners=(owner,), reason=reason)
        return Place(*at, "unknown member", reason=reason)
    return Place(*at, "member", holder=holder.child_by_field_name("value"), reason=reason)


def _annotation_of(dictionary: Node | None) -> str:
    """What a dictionary is said to be where it is assigned or returned, "" where nothing is said."""
    statement = dictionary.parent if dictionary is not None else None
    if statement is None:
        return ""
    if statement.type == "assignment":
        return text_of(statement.child_by_field_name("type")).strip("'\"")
    function = enclosing(statement, ("function_definition", "lambda"))
    if statement.type == "return_statement" and function is not None:
        return text_of(function.child_by_field_name("return_type")).strip("'\"")
    return ""


def _as_dictionary(subscript: Node) -> Node | None:
    """The object whose fields by their names brackets look into: `asdict(door)["width"]`."""
    made = subscript.child_by_field_name("value")
    if made is not None and made.type == "attribute":
        is_own = text_of(made.child_by_field_name("attribute")) == "__dict__"
        return made.child_by_field_name("object") if is_own else None
    called = made.child_by_field_name("function") if made is not None else None
    listed = made.child_by_field_name("arguments") if made is not None else None
    last = text_of(called).rpartition(".")[2]
    if called is None or listed is None:
        return None
    if last == "_asdict" and called.type == "attribute":
        return called.child_by_field_name("object")
    is_whole = last in ("asdict", "vars") and len(listed.named_children) == 1
    return listed.named_children[0] if is_whole else None


def _argument_place(
    at: tuple[Node, int, int], is_whole: bool, call: Node, arguments: Node, node: Node
) -> Place | None:
    called = text_of(call.child_by_field_name("function")).rpartition(".")[2]
    listed = arguments.named_children
    if _EXPORTING.fullmatch(text_of(call.child_by_field_name("function"))) and is_whole:
        return Place(*at)
    if is_whole and names_fixture(node):
        return Place(*at)
    string = climb(node, ("string", "concatenated_string"))
    while string.parent is not None and string.parent != arguments:
        string = string.parent
    if called == "cast" and listed and string == listed[0]:
        return Place(*at)
    if called in _NAMED_AS_ASSIGNED and is_whole and string == listed[0]:
        made = call.parent
        left = made.child_by_field_name("left") if made is not None else None
        return Place(*at) if text_of(left) == text_of(node) else None
    if called == "TypeVar" and string.type == "keyword_argument":
        return Place(*at)
    if text_of(call.child_by_field_name("function")).endswith("patch.object"):
        called = "setattr"
    if called in _BY_NAME and is_whole and len(listed) > 1 and string == listed[1]:
        return Place(*at, "member", holder=listed[0], reason=f"a name in a string, for {called}()")
    if called in _BY_NAME and is_whole:
        return Place(*at, "unknown", reason=f"a name in a string, for {called}()")
    return None
