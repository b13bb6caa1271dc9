"""Add a member to an enum, or a field to a dataclass or named tuple (Python; enums of TypeScript).

"add the member BLUE = 3 to the enum Color", "add the field retries: int = 3 to Config". It goes behind the last one of its
kind; what would break the class, its calls or its subclasses is refused.
"""

import re

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import code, led, thing
from specedit.edits.instruction.vocabulary import ADD, nouns, phrases
from specedit.edits.operations import _members
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import is_code, words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused, NameRefused

EXAMPLES = (
    "add the member {BLUE = 3} to the enum {Color}",
    "add the field {retries: int = 3} to {Config}",
)

_ENUM = nouns("enum enumeration")
_MEMBERS, _FIELDS = (
    phrases(*(f"{noun}{called}" for noun in listed for called in ("", " called", " named")))
    for listed in (
        ("member", "variant", "enum member", "enum variant"),
        ("field", "dataclass field"),
    )
)
_NEW = phrases("new", "")
_MEMBER = (
    form(ADD, led(_NEW, led(_MEMBERS, code("d"))), clause("to", thing("c", _ENUM))),
    form(
        ADD, code("d", r"[A-Za-z_]\w*(?: ?= ?[^`]+?)?"), clause("to", thing("c", _ENUM, noun=True))
    ),
)
_BARE = form(
    ADD, code("d", r"[A-Za-z_]\w*(?: ?= ?[^`]+?)?"), clause("to", thing("c", article=False))
)
_CLASSES = nouns("dataclass namedtuple class", "named tuple")
_FIELD = form(ADD, led(_NEW, led(_FIELDS, code("d"))), clause("to", thing("c", _CLASSES)))
_MEMBER_SHAPE = re.compile(r"([A-Za-z_$][\w$]*)(?:\s*=\s*(\S.*))?", re.DOTALL)
_FIELD_SHAPE = re.compile(r"([A-Za-z_]\w*)\s*:\s*([^=]+?)(?:\s*=\s*(\S.*))?", re.DOTALL)
_NOUNS = words(  # no names
    "function method variable property class field value docstring comment documentation decorator import test type"
)
_PYTHON = "class A:\n    {}\n"


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the member or field, or None if none is asked for.

    Raises:
        EditRefused: there is no such class, or it would break by it.
    """
    named = read(instruction, *_MEMBER) or _bare(instruction, source)
    shape = _MEMBER_SHAPE.fullmatch(named["d"].strip("`")) if named is not None else None
    if named is not None and shape is not None and not (shape[2] is None and shape[1] in _NOUNS):
        definition = source.definition(named["c"], ("class",))
        if definition.node.type == "enum_declaration":
            return _with_typescript(source, definition, shape[1], shape[2])
        if source.language.standard_parser == "ast" and is_code(_PYTHON, shape[0], source.language):
            return _with_member(source, definition, shape[1], shape[2])
        raise EditRefused(f"'{definition.name}' is no enum that members are added to")
    named = read(instruction, _FIELD)
    shape = _FIELD_SHAPE.fullmatch(named["d"].strip("`")) if named is not None else None
    if named is None or shape is None or source.language.standard_parser != "ast":
        return None
    if not is_code(_PYTHON, shape[0], source.language):
        return None
    return _with_field(source, source.definition(named["c"], ("class",)), shape)


def _bare(instruction: str, source: Source) -> dict[str, str] | None:
    """What is to be added to what is not said to be an enum, and is one."""
    named = read(instruction, _BARE)
    if named is None or ("=" not in named["d"] and named["d"].islower()):
        return None
    enums = [
        d.node
        for d in source.definitions
        if named["c"] in (d.name, d.qualified) and d.kind == "class"
    ]
    is_enum = len(enums) == 1 and (
        enums[0].type == "enum_declaration" or _members.is_enum(enums[0])
    )
    return named if is_enum else None


def _with_member(source: Source, definition: Definition, name: str, value: str | None) -> str:
    if not _members.is_enum(definition.node):
        raise EditRefused(f"'{definition.name}' on line {line_of(definition.node)} is no enum")
    _refuse_taken(source, definition, name)
    members = _members.assignments(definition.node)
    values = [text_of(_members.value_of(m)) for m in members]
    if value is None and values and all(v in ("auto()", "enum.auto()") for v in values):
        value = values[-1]
    if value is None:
        raise EditRefused(f"say the value of '{name}', as in \"add the member {name} = 3\"")
    for member, known in zip(members, values, strict=True):
        if known == value and "auto()" not in value:
            raise EditRefused(
                f"line {line_of(member)} has the value {value} already: '{name}' would be another name of that member"
            )
    return _members.inserted(source, definition.node, members, f"{name} = {value}")


def _with_field(source: Source, definition: Definition, shape: re.Match[str]) -> str:
    name, default = shape[1], shape[3]
    if not _members.is_record(definition.node):
        raise EditRefused(
            f"'{definition.name}' on line {line_of(definition.node)} is no dataclass or named tuple"
        )
    _refuse_taken(source, definition, name)
    if default is not None and re.match(r"[\[{]|(?:list|dict|set)\(", default):
        raise EditRefused(
            f"the default {default} would be shared by all objects; write field(default_factory=…)"
        )
    own = {each.name for each in source.definitions if each.owner == definition.qualified}
    if "__slots__" in own or (default is None and "__init__" in own):
        raise EditRefused(
            f"'{definition.name}' says by itself what its objects have, in __slots__ or __init__; add '{name}' there first"
        )
    fields = _members.fields(definition.node)
    if not _members.is_keyword_only(definition.node):
        _members.refuse_order(source, definition, fields, has_default=default is not None)
    if default is None:
        _members.refuse_calls(source, definition)
    return _members.inserted(source, definition.node, fields, shape[0].strip())


def _refuse_taken(source: Source, definition: Definition, name: str) -> None:
    body = definition.node.child_by_field_name("body")
    if not source.language.is_name(name):
        raise NameRefused(f"'{name}' is not a {source.language.name} name; choose another")
    for each in source.definitions:
        if each.name == name and each.owner == definition.qualified:
            raise NameRefused(
                f"'{definition.name}' has '{name}' already, on line {line_of(each.node)}"
            )
    for child in body.named_children if body is not None else ():
        if text_of(child).split(":")[0].split("=")[0].strip() == name:
            raise NameRefused(f"'{definition.name}' has '{name}' already, on line {line_of(child)}")


def _with_typescript(source: Source, definition: Definition, name: str, value: str | None) -> str:
    body = definition.node.child_by_field_name("body")
    assert body is not None
    members = [c for c in body.named_children if c.type != "comment"]
    names = [text_of(m.child_by_field_name("name") or m).strip("'\"") for m in members]
    if name in names:
        raise NameRefused(f"'{definition.name}' has '{name}' already")
    last: Node | None = members[-1] if members else None
    if last is None:
        raise EditRefused(f"'{definition.name}' has no member to put '{name}' behind")
    given = last.child_by_field_name("value")
    if value is None and given is not None and given.type != "number":
        raise EditRefused(
            f"say the value of '{name}': the one before has a value that is no number"
        )
    text = f"{name} = {value}" if value is not None else name
    return _members.listed(source, body, members, text)
