"""Make a method a top-level function, with its calls (Python).

"move the method area to a top-level function", "extract method C.load into a function". A method that uses `self` keeps it
as its first parameter; one that does not loses it.
"""

import re

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import thing, words
from specedit.edits.instruction.vocabulary import CLASS, EXTRACT, MAKE, nouns, phrases
from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._meant import function_meant
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import is_inside, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused, NameRefused

EXAMPLES = ("move the method {area} to a top-level function",)

_METHOD = nouns("method")
_OWNER = clause("of|from|out of|in", thing("owner", CLASS), optional=True)
_LEVELS = [
    level.replace("-", dash)
    for level in ("top-level", "module-level", "global", "free", "standalone", "stand-alone")
    for dash in ("-", " ", "")
]
_PLACE = words(
    *(f"{level}{what}" for level in _LEVELS for what in ("", " function", " scope", " level"))
)
_ASKED = (
    form(EXTRACT, thing("f", _METHOD), _OWNER, clause("to|into|out to|out into", _PLACE)),
    form(
        EXTRACT,
        thing("f", _METHOD, noun=True),
        _OWNER,
        clause("to|into|out to|out into", words("function", "its own function")),
    ),
    form(
        MAKE + phrases("turn", "convert"), thing("f", _METHOD), _OWNER, clause("to|into|", _PLACE)
    ),
)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the method as a function before its class, or None if that is not asked for.

    Raises:
        EditRefused: there is no such method, or it cannot stand outside of its class.
    """
    named = read(instruction, *_ASKED)
    if named is None:
        return None
    if not source.language.receiver_is_parameter:
        return None  # what `this` means outside of a class is not for syntax to say
    method = function_meant(source, {**named, "f noun": "method"})
    _refuse_unmovable(source, method)
    receiver = _receiver(source, method)
    keeps = receiver is not None and _is_used(source, method, receiver)
    edits = _calls(source, method, keeps)
    function = _function(source, method, edits, keeps, receiver)
    return _moved(source, method, edits, function)


def _refuse_unmovable(source: Source, method: Definition) -> None:
    """Refuse what means something in its class only."""
    if method.kind != "method" or not method.owner:
        raise EditRefused(f"'{method.name}' is no method of a class")
    if any(d.name == method.name and not d.owner for d in source.definitions):
        raise NameRefused(f"'{method.name}' is already a top-level name; rename it first")
    decorators = [source.code(c) for c in method.outer.named_children if c.type == "decorator"]
    kept = [d for d in decorators if d not in ("@staticmethod",)]
    special = r"@([\w.]*property|classmethod|[\w.]+\.(setter|deleter)|[\w.]*abstractmethod|[\w.]*override)"
    if any(re.match(special, d) for d in kept):
        raise EditRefused(f"'{method.name}' is more than a plain method: {', '.join(kept)}")
    if any(
        node.type == "call" and source.code(node).startswith("super(") for node in walk(method.node)
    ):
        raise EditRefused(f"'{method.name}' calls super(), which has no meaning outside of a class")


def _moved(source: Source, method: Definition, edits: _lists.Edits, function: str) -> str:
    """The text with the function before the class, and its calls."""
    owner = source.definition(method.owner)
    first, last = source.lines_of(method)
    at = source.line_starts[source.lines_of(owner)[0]]
    outside = {k: v for k, v in edits.items() if not _within(k, source, first, last)}
    starts = (*source.line_starts, len(source.data))
    end = last
    while end < len(source.line_starts) - 1 and not source.line(end).strip() and end - last < 1:
        end += 1
    body = (owner.node.child_by_field_name("body") or owner.node).named_children
    removed = "    pass\n" if len(body) == 1 else ""
    outside[starts[first], starts[end if not removed else last]] = removed
    outside[at, at] = f"{function}\n\n"
    return source.spliced(outside)


def _receiver(source: Source, method: Definition) -> str | None:
    if not _functions.receivers(source, method):
        return None
    return _functions.named_parameters(source, method)[0]


def _is_used(source: Source, method: Definition, receiver: str) -> bool:
    body = method.node.child_by_field_name("body")
    return body is not None and any(
        n.type == "identifier" and source.code(n) == receiver for n in walk(body)
    )


def _calls(source: Source, method: Definition, keeps: bool) -> _lists.Edits:
    """Turn `x.method(a)` into `method(x, a)`, or `method(a)` where the object is not needed."""
    edits: _lists.Edits = {}
    symbols = symbols_of(source)
    names = symbols.names(method.name) if symbols is not None else None
    moved = names.member_of(method.owner) if names is not None else None
    if names is None or moved is None:
        raise EditRefused(f"the uses of '{method.name}' cannot be told")
    overrides = [p for p in moved.declarations if not is_inside(p.node, method.outer)]
    if overrides:
        raise EditRefused(
            f"'{method.name}' on line {line_of(overrides[0].node)} overrides it or is overridden by it: "
            "as a function it could not be"
        )
    for use in names.occurrences:
        node, line = use.place.node, line_of(use.place.node)
        if use.place.bindings or (use.symbol is not moved and (use.symbol or use.known)):
            continue
        if use.symbol is None:
            raise EditRefused(
                f"'{source.code(node.parent or node)}' on line {line} may be another thing's '{method.name}': "
                "change this call first"
            )
        access = node.parent
        called = access.parent if access is not None else None
        if (
            access is None
            or called is None
            or called.type != "call"
            or called.child_by_field_name("function") != access
        ):
            raise EditRefused(
                f"'{source.code(access or node)}' on line {line} is no call: it cannot be turned into one"
            )
        if names.visible_at(node, ("value",)) is not None:
            raise EditRefused(f"'{method.name}' on line {line} would mean what is called so there")
        edits |= _call(source, access, called, method, keeps)
    return edits


def _call(
    source: Source, node: Node, called: Node, method: Definition, keeps: bool
) -> _lists.Edits:
    thing = node.child_by_field_name("object")
    arguments = called.child_by_field_name("arguments")
    assert thing is not None and arguments is not None
    edits: _lists.Edits = {(node.start_byte, node.end_byte): method.name}
    through_class = source.code(thing) == method.owner
    if keeps and not through_class:
        edits |= _lists.inserted(source, arguments, 0, source.code(thing))
    if not keeps and through_class and _functions.receivers(source, method):
        edits |= _lists.removed(arguments, 0)
    return edits


def _function(
    source: Source, method: Definition, edits: _lists.Edits, keeps: bool, receiver: str | None
) -> str:
    """The method's lines as they stand outside of the class."""
    first, last = source.lines_of(method)
    inner = {k: v for k, v in edits.items() if _within(k, source, first, last)}
    if receiver is not None and not keeps:
        inner |= _lists.removed(_functions.parameters(method), 0)
    for child in method.outer.named_children:
        if child.type == "decorator" and source.code(child) == "@staticmethod":
            row = child.start_point[0]
            inner[source.line_starts[row], source.line_starts[row + 1]] = ""
    start = source.line_starts[first]
    end = (*source.line_starts, len(source.data))[last]
    whole = source.spliced(inner)
    grown = len(whole.encode("utf-8")) - len(source.data)
    text = whole.encode("utf-8")[start : end + grown].decode("utf-8")
    indent = re.match(r"[ \t]*", text)
    width = indent[0] if indent else ""
    quoted = source.rows_in_strings(method.node, docstrings=False)
    lines = text.splitlines(keepends=True)
    return "".join(
        line if first + i in quoted else line.removeprefix(width) for i, line in enumerate(lines)
    )


def _within(place: tuple[int, int], source: Source, first: int, last: int) -> bool:
    starts = (*source.line_starts, len(source.data))
    return starts[first] <= place[0] and place[1] <= starts[last]
