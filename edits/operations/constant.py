"""Change a constant or a default value.

"change MAX_SIZE from 10 to 20", "set TIMEOUT to 5.0", "change the default of retries in fetch to 5".
"""

import re

from specedit.edits.instruction.forms import clause, form, readings
from specedit.edits.instruction.slots import either, led, nothing, owned, thing, trailed, value
from specedit.edits.instruction.vocabulary import (
    CHANGE,
    CLASS,
    FUNCTION,
    MAKE,
    PARAMETER,
    TURN,
    VARIABLE,
    phrases,
)
from specedit.edits.operations import _declared, _functions, _lists
from specedit.edits.operations._meant import holder_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    "change {MAX_SIZE} from {10} to {20}",
    "set {TIMEOUT} to {5.0}",
    "change the default of {retries} in {fetch} to {5}",
    "change the default of {retries} in {fetch} from {3} to {5}",
)

_OLD = clause("from", value("old"), optional=True)
_TO = clause("to|to be|=", value("new"))
_BE = clause("be|equal to|be equal to|", value("new"))
_OWNER = clause("of|in", thing("owner", CLASS), optional=True)
_F = clause("in|of|for", thing("f", FUNCTION), optional=True)
_NAME = thing("name", VARIABLE)
_CONSTANT = either(
    led(phrases("value of", "value for"), _NAME), trailed(_NAME, phrases("value")), _NAME
)
_P = thing("name", PARAMETER)
_DEFAULT_OF = phrases(
    *(f"default{value} {of}" for value in ("", " value") for of in ("of", "for")),
    *("default", "default value"),
)
_IS_DEFAULT = either(
    led(_DEFAULT_OF, _P),
    trailed(_P, phrases("default", "default value")),
    owned(led(_DEFAULT_OF, _P)),
)
_DEFAULT = (
    form(CHANGE, _IS_DEFAULT, _F, _OWNER, _OLD, _TO),
    form(MAKE, _IS_DEFAULT, _F, _OWNER, _BE),
    form(MAKE, _P, _F, _OWNER, clause("default to", value("new"))),
)
_FORMS = (
    form(CHANGE, _CONSTANT, _OWNER, _OLD, _TO),
    form(((),), _NAME, clause("=", value("new"))),
)
_MADE = (form(MAKE, _CONSTANT, _OWNER, _BE),)
_SWITCHED = (
    form(TURN, _NAME, _OWNER, clause("on", nothing(new="True", switch="on"))),
    form(TURN, _NAME, _OWNER, clause("off", nothing(new="False", switch="off"))),
)
# As "ascii" and "latin-1": the value of a string, without its quotes.
_WORD = re.compile(r"[^\W\d][\w-]*")
_DESCRIBED = frozenset(
    ["none", "nothing", "something", "anything", "empty", "blank", "unset", "undefined", "required", "optional"]
)  # fmt: skip
_PLAIN = re.compile(
    r"""[-+]?\d[\w.]* | "[^"\n]*" | '[^'\n]*' | (?i:true|false|none|null|nil)""", re.X
)
# A value, and not words about one.
_LITERAL = re.compile(
    r"""[-+]?[\d.][\w.+-]* | "[^"\n]*" | '[^'\n]*' | True|False|None|true|false|null|nil|undefined
    | [A-Z][A-Z0-9_]* | [\[({].*[\])}] | \w+(?:\.\w+)*\(.*\) | [\w.]*[._]\w+ | [\d\w."' ]+[*+/<|-][\d\w."' *+/<|()-]+""",
    re.VERBOSE | re.DOTALL,
)
_VALUE_FIELDS = ("value", "right", "default_value")
_TYPED = ("as_expression", "satisfies_expression", "type_cast_expression")


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the value changed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such constant or default, or its value is not what the instruction says.
    """
    for slots in readings(instruction, *_DEFAULT):  # more than one may fit: the file says which
        if (value := _default(source, slots)) is not None:
            return _replaced(source, value, _with_quotes(source, value, slots))
    for slots in readings(instruction, *_FORMS, *_MADE, *_SWITCHED):
        if (text := _changed(source, instruction, slots)) is not None:
            return text
    return None


def _changed(source: Source, instruction: str, slots: dict[str, str]) -> str | None:
    """The text with the value of a constant changed, or None if that is not what is asked for."""
    if not (_PLAIN if slots["verb"] in ("make", "let") else _LITERAL).fullmatch(slots["new"]):
        return None
    name = ".".join(slots[key] for key in ("owner", "name") if key in slots)
    known = [d for d in source.definitions if name in (d.name, d.qualified)]
    held = None if known else _declared.value_of(source, name, _value_in)
    if held is not None and "switch" not in slots:
        return _replaced(source, held, slots)
    if known and not any(d.kind == "constant" for d in known):
        return None  # to change a function "to" something is another thing
    if not known and " " in instruction and not re.search(r"[A-Z_`'\"]", slots["name"]):
        return None  # a plain word, not a name
    if not known and slots["verb"] not in ("change", "set"):
        return None
    definition = source.definition(name, ("constant",))
    value = _value(definition.node, definition.name, source)
    if "switch" in slots and source.code(value) not in ("True", "False", "true", "false"):
        return None
    return _replaced(source, value, slots)


def _default(source: Source, slots: dict[str, str]) -> Node | None:
    """The default that is meant, or None if the new one is not written out or no function has such a parameter."""
    new = slots["new"]
    if not _LITERAL.fullmatch(new) and not _WORD.fullmatch(new):
        return None
    if not slots.keys() & {"f", "owner"}:
        _refuse_if_constant(source, slots["name"])
    definition = holder_of(source, slots, slots["name"])
    if definition is None:
        return None
    index = _functions.parameter(source, definition, slots["name"])
    parameter = _lists.items(_functions.parameters(definition))[index]
    value = _value(parameter, f"{definition.name}({slots['name']})", source)
    return value if _LITERAL.fullmatch(new) or _is_text(source, value, new) else None


def _with_quotes(source: Source, value: Node, slots: dict[str, str]) -> dict[str, str]:
    if _LITERAL.fullmatch(slots["new"]):
        return slots
    quote = source.code(value)[-1]
    return {**slots, "new": f"{quote}{slots['new']}{quote}"}


def _is_text(source: Source, value: Node, new: str) -> bool:
    """Whether a word is meant as a string: one is there now, and the word is nothing in the file."""
    known = {source.code(node) for node in source.identifiers}
    return source.code(value)[:1] in "\"'" and new not in known and new.lower() not in _DESCRIBED


def _refuse_if_constant(source: Source, parameter: str) -> None:
    """Refuse the default of a parameter where a constant with "default" in its name may be meant.

    Raises:
        AmbiguousPlace: with its line.
    """
    for d in source.definitions:
        named = d.name.lower()
        if d.kind == "constant" and "default" in named and parameter.lower() in named:
            line = d.node.start_point[0] + 1
            raise AmbiguousPlace(
                f"the default of '{parameter}' may be {d.qualified} (line {line}); say which, as \"change the default of "
                f'{parameter} in …" or "set {d.qualified} to …"',
                [line],
            )


def _value(node: Node, name: str, source: Source) -> Node:
    """The node of what is assigned."""
    value = _value_in(node)
    if value is None:
        raise EditRefused(f"'{name}' on line {node.start_point[0] + 1} has no value to change")
    return value


def _value_in(node: Node) -> Node | None:
    at: Node | None = node
    while at is not None:
        for field in _VALUE_FIELDS:
            value = at.child_by_field_name(field)
            if value is not None:
                return _without_type(value)
        at = at.child_by_field_name("declarator")
    return None


def _without_type(value: Node) -> Node:
    """What a value is said to be of a type, as by `as const` or `satisfies T`: that stays."""
    while value.type in _TYPED and value.named_children:
        value = value.named_children[0]
    return value


def _replaced(source: Source, value: Node, slots: dict[str, str]) -> str | None:
    now = re.sub(r"\s*(//.*|/\*.*\*/)\s*$", "", source.code(value)).strip()
    if value.type == "initializer_list":
        raise EditRefused(f"'{slots['name']}' is initialised by {now}; change it by hand")
    start = (
        value.start_byte
        + len(source.data[value.start_byte : value.end_byte])
        - len(source.data[value.start_byte : value.end_byte].lstrip())
    )
    if "old" in slots and slots["old"].strip("\"'`") != now.strip("\"'"):
        raise EditRefused(
            f"'{slots['name']}' is {now} on line {value.start_point[0] + 1}, not {slots['old']}"
        )
    new = source.language.own_literals.get(slots["new"], slots["new"])
    constant = new in ("None", "True", "False", "null", "nil", "undefined", "true", "false")
    known = {source.code(node) for node in source.identifiers}
    if re.fullmatch(r"[A-Za-z_]\w*", new) and not constant and new not in known:
        return None  # a new name for it, perhaps
    if new in known and now[:1] in "\"'" and not constant:
        raise EditRefused(
            f"{new} is a name in this file, and '{slots['name']}' is the string {now}: say \"{new}\" in quotes for a "
            "string, or give a patch for the name"
        )
    if (
        not constant
        and now[:1] in "\"'"
        and now[-1:] == now[:1]
        and new[:1] not in "\"'"
        and not new.endswith(")")
    ):
        new = f"{now[0]}{new}{now[0]}"  # a string stays one
    return source.spliced({(start, start + len(now.encode("utf-8"))): new})
