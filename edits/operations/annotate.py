"""Add type annotations that the instruction names (Python, TypeScript).

"annotate the parameter url of fetch as str", "add type hints url: str, retries: int to fetch", "add the return type
bytes to fetch".
"""

import re

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._phrases import is_code, read
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.languages import all_languages
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "annotate the parameter url of fetch as str",
    "add the return type bytes to fetch",
    "add type hints url: str, retries: int to fetch",
)

_F = r"(?:the )?(?:function |method )?<f>(?: (?:function|method))?"
_RETURN = (
    rf"(?:add|give) (?:a |the )?return (?:type|annotation)(?: annotation| hint)? (?:of )?<t:code> to {_F}",
    rf"annotate (?:the )?return (?:type|value) of {_F} (?:as|with) <t:code>",
    rf"(?:set|change|update) (?:the )?return (?:type|annotation) of {_F} to <t:code>",
    rf"(?:make|let) (?:the )?return type of {_F}(?: be)? <t:code>",
    rf"give {_F} (?:the |a )?return (?:type|annotation) <t:code>",
    rf"annotate {_F} (?:as returning|to return|as -> ?|with ?->) ?<t:code>",
)
_ONE = (
    rf"annotate (?:the )?(?:parameter |argument )?<p> (?:of|in) {_F} (?:as|with) (?:an? )?<t:code>",
    rf"add (?:the |a )?type (?:annotation |hint )?<t:code> to (?:the )?(?:parameter |argument )?<p> (?:of|in) {_F}",
    rf"give (?:the )?(?:parameter |argument )?<p> (?:of|in) {_F} (?:the )?type <t:code>",
    rf"(?:set|change) (?:the )?type (?:annotation |hint )?of (?:the )?(?:parameter |argument )?<p> (?:of|in) {_F} to <t:code>",
)
_SEVERAL = (
    rf"add (?:the )?(?:type )?(?:annotations?|hints?|types?) <list:code> (?:to|in) {_F}",
    rf"annotate {_F} with (?:the )?(?:types? )?<list:code>",
)
_WORDS = ("annotation", "annotations", "hint", "hints", "type", "types")
_TYPE = re.compile(r"[\w.\[\], |<>(){}'\"&]+")


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the annotations, or None if none are named.

    Raises:
        EditRefused: there is no such function or parameter, or it is annotated otherwise.
    """
    wanted: dict[str, str] = {}
    said = read(instruction, *_RETURN)
    if said is not None:
        wanted["return"] = said["t"].strip("`")
    elif said := read(instruction, *_ONE):
        wanted[said["p"]] = said["t"].strip("`")
    elif said := read(instruction, *_SEVERAL):
        wanted = _listed(said["list"])
    if said is None or not wanted or not all(_is_type(k, source) for k in wanted.values()):
        return None
    if not source.language.annotation_form:
        known = ", ".join(each.name for each in all_languages() if each.annotation_form)
        raise EditRefused(f"types are added in {known}, not in {source.language.name}")
    definition = _functions.function(source, said["f"])
    edits: _lists.Edits = {}
    for name, kind in wanted.items():
        edits |= _edit(source, definition, name, kind)
    return source.spliced(edits)


def _is_type(kind: str, source: Source) -> bool:
    if not _TYPE.fullmatch(kind) or kind in _WORDS:
        return False
    form = source.language.annotation_form
    return not form or is_code(form, kind, source.language)


def _listed(text: str) -> dict[str, str]:
    """`a: int, b: dict[str, int] -> bool` as names and types; nothing if it is not of that form."""
    text = text.strip("`() ")
    text, arrow, returned = text.partition("->")
    found = {"return": returned.strip()} if arrow else {}
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
        found[name.strip()] = kind.strip()
    return found


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
