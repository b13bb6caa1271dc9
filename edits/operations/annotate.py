"""Add type annotations that the instruction names (Python, TypeScript).

"annotate the parameter url of fetch as str", "add type hints url: str, retries: int to fetch", "add the return type
bytes to fetch".
"""

import re

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import code, led, thing, words
from specedit.edits.instruction.vocabulary import (
    ADD,
    ANNOTATE,
    CHANGE,
    CLASS,
    FUNCTION,
    GIVE,
    MAKE,
    PARAMETER,
    phrases,
)
from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._meant import function_meant, holder_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import is_code
from specedit.edits.syntax.languages import all_languages
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "annotate the parameter {url} of {fetch} as {str}",
    "add the return type {bytes} to {fetch}",
    "add type hints {url: str, retries: int} to {fetch}",
)

_F = thing("f", FUNCTION)
_P = thing("p", PARAMETER)
_OF = clause("of|in", _F)
_TO = clause("to|in|of", _F)
_OWNER = clause("of|in|from", thing("owner", CLASS), optional=True)
_TYPE_OF_RETURN = phrases(
    "return type",
    "return annotation",
    "return type annotation",
    "return type hint",
    "return type of",
)
_RETURNS = words("return type", "return value", "return annotation", "type of the return value")
_TYPE_OF = phrases("type", "type annotation", "type hint", "annotation", "hint")
_RETURN = (
    form(ADD, led(_TYPE_OF_RETURN, code("t")), _TO, _OWNER),
    form(ADD, led(phrases("->"), code("t")), clause("to", _F), _OWNER),
    form(GIVE, _F, clause("", led(_TYPE_OF_RETURN, code("t"))), _OWNER),
    form(ANNOTATE, _RETURNS, _OF, clause("as|with", code("t")), _OWNER),
    form(CHANGE, _RETURNS, _OF, clause("to", code("t")), _OWNER),
    form(MAKE, _RETURNS, _OF, clause("be|", code("t")), _OWNER),
    form(ANNOTATE, _F, clause("as returning|to return|as ->|with ->|->", code("t")), _OWNER),
)
_ONE = (
    form(ANNOTATE, _P, _OF, clause("as a|as an|as|with", code("t")), _OWNER),
    form(ADD, led(_TYPE_OF, code("t")), clause("to|for", _P), _OF, _OWNER),
    form(GIVE, _P, _OF, clause("", led(phrases("type"), code("t"))), _OWNER),
    form(
        CHANGE, led([(*lead, "of") for lead in _TYPE_OF], _P), _OF, clause("to", code("t")), _OWNER
    ),
)
_ALONE = (  # where one function has such a parameter
    form(ANNOTATE, _P, clause("as a|as an|as|with", code("t"))),
    form(ADD, led(_TYPE_OF, code("t")), clause("to|for", _P)),
)
# What a parameter is made may be something else than its type: "a required one".
_MADE = form(
    MAKE,
    thing("p", PARAMETER, noun=True),
    _OF,
    clause("be a|be an|a|an|be of type|of type", code("t")),
    _OWNER,
)
_SEVERAL = (
    form(
        ADD,
        led(
            phrases(
                "type annotation",
                "type annotations",
                "type hint",
                "type hints",
                "type",
                "types",
                "annotation",
                "annotations",
                "hint",
                "hints",
            ),
            code("list"),
        ),
        clause("to|in", _F),
        _OWNER,
    ),
    form(ANNOTATE, _F, clause("with types|with the types|with type|with", code("list")), _OWNER),
)
_WORDS = ("annotation", "annotations", "hint", "hints", "type", "types")
_BUILT_IN = frozenset(
    ["str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "object", "None", "number", "string", "boolean"]
)  # fmt: skip
_SENTENCE = re.compile(r"\b(?:and|or|not|if|else|unless)\b")  # what is no type, though it is code
_TYPE = re.compile(r"[\w.\[\], |<>(){}'\"&]+")


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the annotations, or None if none are named.

    Raises:
        EditRefused: there is no such function or parameter, or it is annotated otherwise.
    """
    types: dict[str, str] = {}
    slots = read(instruction, *_RETURN)
    if slots is not None:
        types["return"] = slots["t"].strip("`")
    elif slots := read(instruction, *_ONE):
        types[slots["p"]] = slots["t"].strip("`")
    elif (slots := read(instruction, _MADE)) and _is_known(slots["t"], source):
        types[slots["p"]] = slots["t"]
    elif slots := read(instruction, *_SEVERAL):
        types = _listed(slots["list"])
    if not types and (slots := read(instruction, *_ALONE)):
        types[slots["p"]] = slots["t"].strip("`")
    if slots is None or not types or not all(_is_type(k, source) for k in types.values()):
        return None
    if not source.language.annotation_form:
        known = ", ".join(each.name for each in all_languages() if each.annotation_form)
        raise EditRefused(f"types are added in {known}, not in {source.language.name}")
    is_alone = not slots.keys() & {"f", "owner"}
    definition = holder_of(source, slots, slots["p"]) if is_alone else function_meant(source, slots)
    if definition is None:
        return None
    edits: _lists.Edits = {}
    for name, kind in types.items():
        edits |= _edit(source, definition, name, kind)
    return source.spliced(edits)


def _is_type(kind: str, source: Source) -> bool:
    if not _TYPE.fullmatch(kind) or kind in _WORDS or _SENTENCE.search(kind):
        return False
    form = source.language.annotation_form
    return not form or is_code(form, kind, source.language)


def _is_known(kind: str, source: Source) -> bool:
    """Whether every name in a type is one that the language or the file has: "a required one" is no type."""
    known = {source.code(node) for node in source.identifiers} | _BUILT_IN
    return all(name in known for name in re.findall(r"[^\W\d]\w*", kind))


def _listed(text: str) -> dict[str, str]:
    """`a: int, b: dict[str, int] -> bool` as names and types; nothing if it is not of that form."""
    text = text.strip("`() ")
    text, arrow, returned = text.partition("->")
    types = {"return": returned.strip()} if arrow else {}
    depth, part, parts = 0, "", []
    for character in f"{text.strip().strip('()')},":
        depth += (character in "[({<") - (character in "])}>")
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    for each in filter(None, parts):
        name, colon, kind = each.partition(":")
        if not colon or not name.strip().isidentifier():
            return {}
        types[name.strip()] = kind.strip()
    return types


def _edit(source: Source, definition: Definition, name: str, kind: str) -> _lists.Edits:
    if name == "return":
        whole = definition.node.child_by_field_name("value") or definition.node
        now = whole.child_by_field_name("return_type")
        if now is not None:
            return _replaced(source, now, f": {kind}" if source.code(now)[:1] == ":" else kind)
        end = _functions.parameters(definition).end_byte
        return {(end, end): source.language.return_annotation.format(kind)}
    index = _functions.parameter(source, definition, name)
    node = _lists.items(_functions.parameters(definition))[index]
    now = node.child_by_field_name("type")
    if now is not None:
        return _replaced(source, now, f": {kind}" if source.code(now)[:1] == ":" else kind)
    value = node.child_by_field_name("value")
    if value is not None and node.type == "default_parameter":
        # PEP 8: spaces around the = of an annotated parameter.
        before = node.child_by_field_name("name")
        assert before is not None
        return {(before.end_byte, value.start_byte): f": {kind} = "}
    pattern = node.child_by_field_name("pattern") or node
    at = pattern.end_byte
    return {(at, at): f": {kind}"}


def _replaced(source: Source, now: Node, kind: str) -> _lists.Edits:
    return {(now.start_byte, now.end_byte): kind}
