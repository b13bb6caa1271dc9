"""Add, remove or reorder a parameter, with the calls in the file.

"add a parameter timeout=30 to fetch", "add parameter `retries: int` to fetch, passing 3", "remove the parameter
verbose from run", "swap the parameters a and b of add", "reorder the parameters of add to b, a".
"""

import re
from collections.abc import Sequence

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._phrases import ADD, NO_ARTICLE, REMOVE, SWAP, is_code, read
from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused, NameRefused

EXAMPLES = (
    "add the parameter limit=10 to load",
    "add the parameter limit to load, passing 10",
    "remove the unused parameter flags from load",
    "swap the parameters a and b of load",
    "reorder the parameters of load to b, a",
)

_REMEDY = 'say what calls pass, as in "add the parameter limit to load, passing 10"'
_OF = r"(?:to|of|in|for) (?:the )?(?:function |method |constructor )?<f>(?: (?:function|method))?"
_NOUN = r"(?:(?:keyword )?(?:parameter|param|argument|arg))"
_F = r"(?:the )?(?:function |method )?<f>(?: (?:function|method))?"
_PASSING = r"(?:,? (?:and )?(?:pass|passing) <value:code>(?: (?:in|at|to) (?:all |the |its |every )*calls?)?)?"
_NEW = r"(?:a |an |the )?(?:new |optional )?"
_BY_NAME = (
    rf"{NO_ARTICLE}<p:([`'\"]?[A-Za-z_$][\w$]*(?:\s*[=:][^`\n]+?)?[`'\"]?)>"  # before the noun
)
_DEFAULT = r"(?: (?:with (?:a |the )?default(?: value)?(?: of)?|defaulting to|that defaults to) <default:code>)?"
_ADD = (
    rf"{ADD} {_NEW}{_NOUN} (?:called |named )?<p:code> {_OF}{_PASSING}",
    rf"give {_F} {_NEW}{_NOUN} (?:called |named )?<p:code>{_PASSING}",
)
_ADD_BEFORE_NOUN = (
    rf"{ADD} {_NEW}{_BY_NAME} {_NOUN} {_OF}{_DEFAULT}{_PASSING}",
    rf"give {_F} {_NEW}{_BY_NAME} {_NOUN}{_DEFAULT}{_PASSING}",
)
# Words before "parameter" that say what kind of parameter, not which.
_KINDS = frozenset(
    ["additional", "another", "any", "bool", "boolean", "callback", "default", "dict", "dummy", "each", "every", "existing",
     "extra", "first", "float", "int", "integer", "last", "list", "mandatory", "missing", "more", "named", "necessary", "new",
     "number", "numeric", "object", "one", "optional", "other", "positional", "required", "same", "second", "set", "single",
     "str", "string", "third", "tuple", "two", "type", "typed", "unused", "variadic"]
)  # fmt: skip
_REMOVE = (
    rf"{REMOVE} (?:the )?(?:unused )?{_NOUN} (?:called |named )?<p> (?:from|of|in) {_F}",
    rf"{REMOVE} <f>'s (?:unused )?{_NOUN} <p>",
)
_REMOVE_BEFORE_NOUN = (
    rf"{REMOVE} (?:the )?(?:unused )?{_BY_NAME} {_NOUN} (?:from|of|in) {_F}",
    rf"{REMOVE} <f>'s (?:unused )?{_BY_NAME} {_NOUN}",
)
_SWAP = (
    rf"{SWAP} (?:the )?(?:parameters |params |arguments )?<a> and <b> {_OF}",
    rf"{SWAP} <f>'s (?:parameters |params |arguments )?<a> and <b>",
)
_ORDER = (
    r"(?:reorder|rearrange|order|change the order of) (?:the )?(?:parameters|params|arguments) "
    rf"(?:of|in) {_F} (?:to|as|into|:) ?<order:code>"
)


def predict(instruction: str, source: Source) -> str | Prediction | None:
    """Return the text with the parameters changed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such function or parameter, or a call cannot be changed with certainty.
    """
    if said := (_named_first(instruction, *_ADD_BEFORE_NOUN) or read(instruction, *_ADD)):
        text = _added(source, {**said, "instruction": instruction})
        if text is None:
            return None
        return Prediction("parameter", text, certain=HOLE not in text, hole_remedy=_REMEDY)
    if said := (read(instruction, *_REMOVE) or _named_first(instruction, *_REMOVE_BEFORE_NOUN)):
        return _removed(source, said)
    if said := read(instruction, *_SWAP):
        definition = _functions.function(source, said["f"])
        a, b = (_functions.parameter(source, definition, said[key]) for key in ("a", "b"))
        order = list(range(len(_functions.named_parameters(source, definition))))
        order[a], order[b] = b, a
        return _reordered(source, definition, order)
    if said := read(instruction, _ORDER):
        definition = _functions.function(source, said["f"])
        wanted = [name.strip(" `'\"") for name in said["order"].replace(" and ", ",").split(",")]
        known = _functions.named_parameters(source, definition)
        hidden = known[: _functions.receivers(source, definition)]
        wanted = [*hidden, *(name for name in wanted if name and name not in hidden)]
        if sorted(wanted) != sorted(known):
            raise EditRefused(
                f"the parameters of '{definition.name}' are {', '.join(known)}, not {', '.join(wanted)}"
            )
        return _reordered(source, definition, [known.index(name) for name in wanted])
    return None


def _named_first(instruction: str, *templates: str) -> dict[str, str] | None:
    """Read "the strict parameter": None where the word says what kind of parameter is meant, and not which."""
    said = read(instruction, *templates)
    if said is None or said["p"].lower() in _KINDS:
        return None
    name = said["p"].strip("`'\"")
    return {**said, "p": f"{name}={said['default'].strip('`')}" if "default" in said else name}


def _added(source: Source, said: dict[str, str]) -> str | None:
    text = said["p"].strip("`'\"")
    if " with " in f" {text} " or not text:
        text, _, default = text.partition(" with default ")
        text = f"{text}={default.removeprefix('value ').strip('`')}" if default else text
    if any(word in text.split() for word in ("for", "that", "which", "to")):
        return None  # it is described, not written out
    language = source.language
    if language.parameters_form and not is_code(language.parameters_form, text, language):
        return None
    by_keyword = language.has_keyword_arguments
    if by_keyword and "=" not in text and re.search(r"\boptional\b", said["instruction"]):
        return None  # its default is not said
    definition = _functions.function(source, said["f"])
    if not (by_keyword and "=" in text):  # that goes to the end, whatever stands before it
        _functions.refuse_unclear(source, definition)
    listed = _functions.parameters(definition)
    words = text.split("=")[0].split(":")[0].split()
    name = words[-1 if language.types_come_first else 0].strip("*&?")
    if not language.is_name(name):
        raise NameRefused(f"'{name}' is not a {language.name} name; choose another")
    known = _functions.named_parameters(source, definition)
    if name in known:
        raise NameRefused(f"'{definition.name}' already has a parameter '{name}'")
    found = _lists.items(listed)
    optional = "=" in text or "?" in text
    index = next((i for i, p in enumerate(found) if _comes_last(source, p, optional)), len(found))
    edits = _lists.inserted(source, listed, index, text)
    if "=" in text and "value" not in said:
        return source.spliced(edits)
    for arguments, hidden in _functions.calls(source, definition):
        given, passed = said.get("value", HOLE).strip("`"), _lists.items(arguments)
        at = index - hidden
        by_name = any(_functions.keyword_of(source, a) for a in passed)
        if by_keyword and (by_name or _functions.splat_in(arguments)):
            given, at = f"{name}={given}", len(passed)
        edits |= _lists.inserted(source, arguments, at, given)
    return source.spliced(edits)


def _comes_last(source: Source, node: Node, optional: bool) -> bool:
    """Whether a new parameter must stand before this one."""
    text = source.code(node)
    if optional and source.language.has_keyword_arguments:
        return text.startswith(
            "**"
        )  # after `*args` it is passed by keyword: no call changes its meaning
    if text.startswith(("*", "...")) or node.type in ("variadic_parameter", "spread_parameter"):
        return True
    return not optional and (
        "=" in text or "default" in node.type or node.type == "optional_parameter"
    )


def _removed(source: Source, said: dict[str, str]) -> str:
    definition = _functions.function(source, said["f"])
    _functions.refuse_unclear(source, definition)
    index = _functions.parameter(source, definition, said["p"])
    listed = _functions.parameters(definition)
    for node in source.identifiers:
        inside = definition.node.start_byte <= node.start_byte < definition.node.end_byte
        if inside and node.start_byte >= listed.end_byte and source.code(node) == said["p"]:
            raise EditRefused(
                f"'{said['p']}' is still used on line {node.start_point[0] + 1} of '{definition.name}'; "
                "change that first"
            )
    edits = _lists.removed(listed, index)
    for arguments, hidden in _functions.calls(source, definition):
        for i, argument in enumerate(_lists.items(arguments)):
            keyword = _functions.keyword_of(source, argument)
            if keyword == said["p"] or (keyword is None and i == index - hidden):
                _refuse_splat(arguments, definition, upto=i)
                edits |= _lists.removed(arguments, i)
                break
    return source.spliced(edits)


def _reordered(source: Source, definition: Definition, order: Sequence[int]) -> str:
    _functions.refuse_unclear(source, definition)
    listed = _functions.parameters(definition)
    optional = ["=" in source.code(p) for p in _lists.items(listed)]
    reordered = [optional[i] for i in order]
    if reordered != sorted(reordered) and optional == sorted(optional):
        raise EditRefused(
            "a parameter without a default would come after one with: give it a default first"
        )
    edits = _lists.reordered(source, listed, order)
    for arguments, hidden in _functions.calls(source, definition):
        found = _lists.items(arguments)
        positional = [a for a in found if _functions.keyword_of(source, a) is None]
        _refuse_splat(arguments, definition, upto=len(found))
        new = [old - hidden for old in order if old >= hidden]
        moved = [old for i, old in enumerate(new) if i != old]
        if not moved or min(moved) >= len(positional):
            continue
        if max(moved) >= len(positional):
            raise EditRefused(
                f"the call on line {arguments.start_point[0] + 1} passes only some of the parameters by place; "
                "change it first"
            )
        order_here = [old for old in new if old < len(positional)]
        edits |= _lists.reordered(
            source, arguments, [*order_here, *range(len(order_here), len(found))]
        )
    return source.spliced(edits)


def _refuse_splat(arguments: Node, definition: Definition, upto: int) -> None:
    splat = _functions.splat_in(arguments)
    if splat is not None and splat in _lists.items(arguments)[: upto + 1]:
        raise EditRefused(
            f"the call of '{definition.name}' on line {arguments.start_point[0] + 1} passes a list of arguments: "
            "which of them is meant cannot be seen"
        )
