"""Change a constant or a default value.

"change MAX_SIZE from 10 to 20", "set TIMEOUT to 5.0", "change the default of retries in fetch to 5".
"""

import re

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._phrases import read
from specedit.edits.syntax import Source
from specedit.edits.tree import Node
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "change MAX_SIZE from 10 to 20",
    "set TIMEOUT to 5.0",
    "change the default of retries in fetch to 5",
)

_VERB = r"(?:change|set|update|increase|decrease|raise|lower)"
_VALUE = r"(?: from <old:code>)? to <new:code>"
_CONSTANT = rf"{_VERB} (?:the )?(?:value of )?(?:the )?(?:constant |variable |field |attribute )?<name>{_VALUE}"
_DEFAULT = (
    rf"{_VERB} (?:the )?default(?: value)? (?:of|for) (?:the )?(?:parameter |argument )?<name> (?:in|of) "
    rf"(?:the )?(?:function |method )?<f>{_VALUE}"
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
    said = read(instruction, _DEFAULT)
    if said is not None and _LITERAL.fullmatch(said["new"]):
        return _replaced(source, _default(source, said), said)
    said = read(instruction, _CONSTANT)
    if said is None or not _LITERAL.fullmatch(said["new"]):
        return None
    known = [d for d in source.definitions if said["name"] in (d.name, d.qualified)]
    if known and not any(d.kind == "constant" for d in known):
        return None  # to change a function "to" something is another thing
    if not known and " " in instruction and not re.search(r"[A-Z_`'\"]", said["name"]):
        return None  # a plain word, not a name
    definition = source.definition(said["name"], ("constant",))
    return _replaced(source, _value(definition.node, definition.name, source), said)


def _default(source: Source, said: dict[str, str]) -> Node:
    definition = _functions.function(source, said["f"])
    index = _functions.parameter(source, definition, said["name"])
    parameter = _lists.items(_functions.parameters(definition))[index]
    return _value(parameter, f"{definition.name}({said['name']})", source)


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
    if (
        not constant
        and now[:1] in "\"'"
        and now[-1:] == now[:1]
        and new[:1] not in "\"'"
        and not new.endswith(")")
    ):
        new = f"{now[0]}{new}{now[0]}"  # a string stays one
    return source.spliced({(start, start + len(now.encode("utf-8"))): new})
