"""Add, remove or reorder a parameter, with the calls in the file; reordered without a file, with those in all files.

"add a parameter timeout=30 to fetch", "add parameter `retries: int` to fetch, passing 3", "remove the parameter
verbose from run", "swap the parameters a and b of add", "reorder the parameters of add to b, a".
"""

from collections.abc import Mapping

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import (
    code,
    either,
    led,
    pair,
    stating,
    thing,
    trailed,
    value,
    words,
)
from specedit.edits.instruction.vocabulary import (
    ADD,
    CLASS,
    FUNCTION,
    GIVE,
    KINDS,
    PARAMETER,
    REMOVE,
    REORDER,
    SWAP,
    phrases,
)
from specedit.edits.operations import _functions
from specedit.edits.operations._meant import function_meant
from specedit.edits.operations._parameters import (
    add_parameter,
    remove_parameter,
    reorder_parameters,
    reorder_with_callers,
)
from specedit.edits.operations._uses import Change
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "add the parameter {limit=10} to {load}",
    "add the parameter {limit} to {load}, passing {10}",
    "remove the unused parameter {flags} from {load}",
    "swap the parameters {a} and {b} of {load}",
    "reorder the parameters of {load} to {b}, {a}",
)

_F = thing("f", FUNCTION)
_TO = clause("to|of|in|for|on", _F)
# "of type int" says something else.
_OWNER = clause(
    "of|in|from|on", thing("owner", [noun for noun in CLASS if noun != ("type",)]), optional=True
)
_CALLED = (*((*each, "called") for each in PARAMETER), *PARAMETER)
_SHAPE = r"[A-Za-z_$][\w$]*(?:\s*[=:][^`\n]+)?"
_WRITTEN = either(
    led(_CALLED, code("p")), stating(trailed(code("p", _SHAPE), PARAMETER), before="yes")
)
_NEW = either(
    led(phrases("optional", "new optional"), stating(_WRITTEN, optional="yes")),
    led(phrases("new", ""), _WRITTEN),
)
_DEFAULT = clause(
    "|".join(
        f"with{article} default{of}"
        for article in ("", " a", " the")
        for of in ("", " of", " value", " value of")
    )
    + "|defaulting to|that defaults to|which defaults to",
    code("default"),
    optional=True,
)
_PASSING = clause("passing|pass|and pass|and passing", value("value"), optional=True)
_CALLS = clause(
    "in|at|to",
    words(
        *(
            f"{each}call{s}"
            for each in ("", "all ", "all the ", "its ", "every ")
            for s in ("s", "")
        )
    ),
    optional=True,
)
_ADD = (
    form(ADD, _NEW, _TO, _OWNER, _DEFAULT, _PASSING, _CALLS),
    form(GIVE, _F, clause("", _NEW), _OWNER, _DEFAULT, _PASSING, _CALLS),
)
_FROM = clause("from|of|in", _F)
_REMOVE = (
    form(REMOVE, thing("p", PARAMETER, noun=True, claims=True), _FROM, _OWNER),
    form(REMOVE, thing("p", PARAMETER, noun=True, claims=True)),
)
_REMOVE_BARE = form(REMOVE, thing("p", claims=True), _FROM, _OWNER)
_ALL = ("parameters", "params", "arguments", "args")
_BOTH = [
    f"{which}{two}{each}" for which in ("", "first ") for two in ("two ", "both ") for each in _ALL
]
_SWAP = (
    form(SWAP, pair("a", "b", phrases(*_ALL)), _TO, _OWNER),
    form(SWAP, pair("a", "b", phrases(*_ALL))),
)
_SWAP_FIRST = form(SWAP, words(*(f"first two {each}" for each in _ALL)), _TO, _OWNER)
_ORDER = form(
    REORDER, words(*_ALL), clause("of|in", _F), clause("to|as|into|:", code("order")), _OWNER
)


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with the parameters changed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such function or parameter, or a call cannot be changed with certainty.
    """
    if slots := read(instruction, *_ADD):
        return None if _is_kind(slots) else add_parameter(source, slots)
    if slots := read(instruction, *_REMOVE):
        return remove_parameter(source, slots)
    if (slots := read(instruction, _REMOVE_BARE)) and _has_parameter(source, slots):
        return remove_parameter(source, slots)
    ordered = _ordered(instruction, source)
    return reorder_parameters(source, *ordered) if ordered is not None else None


def slots_of(instruction: str) -> Mapping[str, str] | None:
    """Return the slots of what is to be reordered, or None if nothing is: other changes are made in one file."""
    return read(instruction, *_SWAP, _SWAP_FIRST, _ORDER)


def change(instruction: str, source: Source) -> Change | None:
    """Return what becomes of a function whose parameters are reordered, and of its calls; None if that is not asked for.

    Raises:
        EditRefused: there is no such function or parameter, or they cannot stand so.
    """
    ordered = _ordered(instruction, source)
    if ordered is not None and not source.language.in_order:
        raise EditRefused(f"callers in other files are not followed in {source.language.name}")
    return reorder_with_callers(source, *ordered) if ordered is not None else None


def _ordered(instruction: str, source: Source) -> tuple[Definition, list[int]] | None:
    """The function whose parameters are to be reordered, and which of them is to come where.

    Raises:
        EditRefused: there is no such function or parameter.
    """
    if slots := read(instruction, *_SWAP, _SWAP_FIRST):
        return _swapped(source, slots)
    if slots := read(instruction, _ORDER):
        definition = function_meant(source, slots)
        order = [name.strip(" `'\"") for name in slots["order"].replace(" and ", ",").split(",")]
        known = _functions.named_parameters(source, definition)
        hidden = known[: _functions.receivers(source, definition)]
        order = [*hidden, *(name for name in order if name and name not in hidden)]
        if sorted(order) != sorted(known):
            raise EditRefused(
                f"the parameters of '{definition.name}' are {', '.join(known)}, not {', '.join(order)}"
            )
        return definition, [known.index(name) for name in order]
    return None


def _is_kind(slots: Mapping[str, str]) -> bool:
    """Whether the word before "parameter" says what kind of one is meant, and not which."""
    return "before" in slots and slots["p"].lower() in KINDS


def _has_parameter(source: Source, slots: Mapping[str, str]) -> bool:
    """Whether what is called neither a parameter nor a function is both."""
    known = [d for d in source.definitions if slots["f"] in (d.name, d.qualified)]
    functions = [d for d in known if d.kind in ("function", "method")]
    return any(_functions.has_parameter(source, d, slots["p"]) for d in functions)


def _swapped(source: Source, slots: Mapping[str, str]) -> tuple[Definition, list[int]] | None:
    if not slots.keys() & {"f", "owner"}:
        return None
    definition = function_meant(source, slots)
    _functions.refuse_unclear(source, definition)
    known = _functions.named_parameters(source, definition)
    if "a" in slots:
        a, b = (_functions.parameter(source, definition, slots[key]) for key in ("a", "b"))
    else:
        a = _functions.receivers(source, definition)
        b = a + 1
        if len(known) <= b:
            raise EditRefused(f"'{definition.name}' has no two parameters")
    order = list(range(len(known)))
    order[a], order[b] = b, a
    return definition, order
