"""Change a constant or a default value.

"change MAX_SIZE from 10 to 20", "set TIMEOUT to 5.0", "change the default of retries in fetch to 5".
"""

import re

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._phrases import CHANGE, read
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    "change MAX_SIZE from 10 to 20",
    "set TIMEOUT to 5.0",
    "change the default of retries in fetch to 5",
)

_VALUE = r"(?:(?: from <old:code>)? to (?:be )?| ?= ?)<new:code>"
_THING = r"(?:the )?(?:value of )?(?:the )?(?:constant |variable |field |attribute )?<name>"
_CONSTANT = rf"{CHANGE} {_THING}{_VALUE}"
_MAKE = rf"make {_THING}(?: equal to| be)? <new:code>"
_F = r"(?: (?:in|of|for) (?:the )?(?:function |method )?<f>(?: (?:function|method))?)"
_P = r"(?:the )?(?:parameter |argument )?<name>"
_DEFAULT = (
    rf"{CHANGE} (?:the )?default(?: value)? (?:of|for) {_P}{_F}?{_VALUE}",
    rf"{CHANGE} (?:the )?default(?: value)? (?:of|for) {_P}{_VALUE}{_F}",
    rf"{CHANGE} (?:the )?default(?: value)? <name>{_F}?{_VALUE}",
    rf"{CHANGE} <f>'s default (?:value (?:of|for) )?(?:the )?<name>{_VALUE}",
    rf"make (?:the )?default(?: value)? (?:of|for) {_P}{_F}?(?: be)? <new:code>",
    rf"(?:make|let) {_P} default to <new:code>{_F}",
    rf"(?:make|let) {_P}{_F} default to <new:code>",
    rf"(?:make|let) {_P} default to <new:code>",
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


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the value changed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such constant or default, or its value is not what the instruction says.
    """
    for template in _DEFAULT:  # more than one may fit: it is the file that says which
        said = read(instruction, template)
        if said is not None and (value := _default(source, said)) is not None:
            return _replaced(source, value, _with_quotes(source, value, said))
    said = read(instruction, _CONSTANT)
    made = read(instruction, _MAKE)
    if made is not None and _PLAIN.fullmatch(made["new"]):
        said = made
    if said is None or not _LITERAL.fullmatch(said["new"]):
        return None
    known = [d for d in source.definitions if said["name"] in (d.name, d.qualified)]
    if known and not any(d.kind == "constant" for d in known):
        return None  # to change a function "to" something is another thing
    if not known and " " in instruction and not re.search(r"[A-Z_`'\"]", said["name"]):
        return None  # a plain word, not a name
    definition = source.definition(said["name"], ("constant",))
    return _replaced(source, _value(definition.node, definition.name, source), said)


def _default(source: Source, said: dict[str, str]) -> Node | None:
    """The default that is meant, or None if the new one is not written out or no function has such a parameter."""
    new = said["new"]
    if not _LITERAL.fullmatch(new) and not _WORD.fullmatch(new):
        return None
    definition = (
        _functions.function(source, said["f"])
        if "f" in said
        else _only_function_with(source, said["name"])
    )
    if definition is None:
        return None
    index = _functions.parameter(source, definition, said["name"])
    parameter = _lists.items(_functions.parameters(definition))[index]
    value = _value(parameter, f"{definition.name}({said['name']})", source)
    return value if _LITERAL.fullmatch(new) or _is_text(source, value, new) else None


def _with_quotes(source: Source, value: Node, said: dict[str, str]) -> dict[str, str]:
    if _LITERAL.fullmatch(said["new"]):
        return said
    quote = source.code(value)[-1]
    return {**said, "new": f"{quote}{said['new']}{quote}"}


def _is_text(source: Source, value: Node, new: str) -> bool:
    """Whether a word is meant as a string: one is there now, and the word is nothing in the file."""
    known = {source.code(node) for node in source.identifiers}
    return source.code(value)[:1] in "\"'" and new not in known and new.lower() not in _DESCRIBED


def _only_function_with(source: Source, parameter: str) -> Definition | None:
    """The function that has the parameter.

    Raises:
        AmbiguousPlace: there are several, or a constant that may be meant.
    """
    found = []
    for d in source.definitions:
        named = d.name.lower()
        if d.kind == "constant" and "default" in named and parameter.lower() in named:
            found.append(d)
        if d.kind in ("function", "method") and _has_parameter(source, d, parameter):
            found.append(d)
    if len(found) > 1 or (found and found[0].kind == "constant"):
        lines = [d.node.start_point[0] + 1 for d in found]
        places = ", ".join(f"{d.qualified} (line {n})" for d, n in zip(found, lines, strict=True))
        raise AmbiguousPlace(
            f"the default of '{parameter}' may be that of {places}; say which, as \"change the default of {parameter} in …\"",
            lines,
        )
    return found[0] if found else None


def _has_parameter(source: Source, definition: Definition, name: str) -> bool:
    try:
        return name in _functions.named_parameters(source, definition)
    except EditRefused:  # it has no list of them
        return False


def _value(node: Node, name: str, source: Source) -> Node:
    """The node of what is assigned."""
    at: Node | None = node
    while at is not None:
        for field in _VALUE_FIELDS:
            value = at.child_by_field_name(field)
            if value is not None:
                return value
        at = at.child_by_field_name("declarator")
    raise EditRefused(f"'{name}' on line {node.start_point[0] + 1} has no value to change")


def _replaced(source: Source, value: Node, said: dict[str, str]) -> str | None:
    now = re.sub(r"\s*(//.*|/\*.*\*/)\s*$", "", source.code(value)).strip()
    if value.type == "initializer_list":
        raise EditRefused(f"'{said['name']}' is initialised by {now}; change it by hand")
    start = (
        value.start_byte
        + len(source.data[value.start_byte : value.end_byte])
        - len(source.data[value.start_byte : value.end_byte].lstrip())
    )
    if "old" in said and said["old"].strip("\"'`") != now.strip("\"'"):
        raise EditRefused(
            f"'{said['name']}' is {now} on line {value.start_point[0] + 1}, not {said['old']}"
        )
    new = source.language.own_literals.get(said["new"], said["new"])
    constant = new in ("None", "True", "False", "null", "nil", "undefined", "true", "false")
    known = {source.code(node) for node in source.identifiers}
    if re.fullmatch(r"[A-Za-z_]\w*", new) and not constant and new not in known:
        return None  # a new name for it, perhaps
    if new in known and now[:1] in "\"'" and not constant:
        raise EditRefused(
            f"{new} is a name in this file, and '{said['name']}' is the string {now}: say \"{new}\" in quotes for a "
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
