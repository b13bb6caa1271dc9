"""Make parameters keyword-only, and name them in the calls that pass them by place (Python).

"make timeout keyword-only in fetch", "make all parameters of fetch keyword-only". Without a file, callers in all files of
the workspace are changed.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import led, pair, stating, thing, words
from specedit.edits.instruction.vocabulary import FUNCTION, MAKE, PARAMETER, phrases
from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._evaluation import has_effects
from specedit.edits.operations._meant import function_meant, holder_of
from specedit.edits.operations._python_signature import STAR, Signature, signature_of
from specedit.edits.operations._uses import (
    Change,
    call_of,
    in_one_file,
    num_bound,
    refuse_called_by_others,
)
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

EXAMPLES = ("make {timeout} keyword-only in {fetch}", "make all parameters of {fetch} keyword-only")

_PLURALS = ("parameters", "params", "arguments", "args")
_ONLY = words(
    *(
        f"keyword{dash}only{what}"
        for dash in ("-", " ", " - ")
        for what in ("", *(f" {noun}" for (*_, noun) in PARAMETER), *(f" {noun}" for noun in _PLURALS))
    )
)  # fmt: skip
_F = clause("in|of|for|on", thing("f", FUNCTION), optional=True)
_P = thing("p", PARAMETER)
_BOTH = pair("p", "q", phrases(*_PLURALS))
_EVERY = stating(
    led(phrases("all", "every", "all of", "all the", "all its"), words(*_PLURALS, "parameter", "argument")),
    every="yes",
)  # fmt: skip
_TURN = phrases("turn", "convert", "change")
_ASKED = tuple(
    one
    for what in (_BOTH, _P, _EVERY)
    for one in (
        form(MAKE, what, clause("|be|into", _ONLY), _F),
        form(_TURN, what, clause("to|into|to be", _ONLY), _F),
    )
)


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with the parameters keyword-only, or None if that is not asked for.

    Raises:
        EditRefused: there are no such parameters, or a call cannot be changed with certainty.
    """
    return in_one_file(change(instruction, source), source)


def slots_of(instruction: str) -> Mapping[str, str] | None:
    """Return the slots of what is to be keyword-only, or None if nothing is."""
    return read(instruction, *_ASKED)


def change(instruction: str, source: Source) -> Change | None:
    """Return what becomes of the function, which the file defines, and of its calls; None if that is not asked for.

    Raises:
        EditRefused: there are no such parameters, or they cannot be keyword-only.
    """
    named = slots_of(instruction)
    if named is None:
        return None
    if source.language.standard_parser != "ast":
        raise EditRefused(f"{source.language.name} has no keyword-only parameters")
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    definition = _definition(source, named)
    refuse_called_by_others(source, definition)
    signature = signature_of(source, definition)
    parameters = signature.by_place[signature.num_hidden :]
    if "every" not in named:
        parameters = tuple(named[key] for key in ("p", "q") if key in named)
    for name in parameters:
        _functions.parameter(source, definition, name)  # refuses what is none
    places = sorted(signature.by_place.index(p) for p in parameters if p in signature.by_place)
    if not places:
        unchanged = (
            f"'{definition.name}' takes {' and '.join(parameters) or 'all'} by keyword alone"
        )
        return Change("keyword_only", definition, {}, lambda *_: {}, unchanged)
    edits = _moved(source, definition, signature, places)
    at_use = partial(
        _with_keywords, definition=definition, home=source, signature=signature, first=places[0]
    )
    return Change("keyword_only", definition, edits, at_use)


def _definition(source: Source, named: Mapping[str, str]) -> Definition:
    if "every" in named:
        if not named.keys() & {"f", "owner"}:
            raise EditRefused(
                'say of which function, as in "make all parameters of fetch keyword-only"'
            )
        return function_meant(source, named)
    definition = holder_of(source, named, named["p"])
    if definition is None:
        raise EditRefused(f"no function here has a parameter '{named['p']}'")
    return definition


def _moved(
    source: Source, definition: Definition, signature: Signature, places: Sequence[int]
) -> _lists.Edits:
    """The edits that put parameters behind a `*`.

    Raises:
        EditRefused: they cannot stand there.
    """
    name, rest, items = definition.name, signature.rest, signature.items
    if places[0] < max(signature.num_hidden, signature.num_placed):
        raise EditRefused(
            f"'{signature.by_place[places[0]]}' of '{name}' is passed by place alone, and cannot be keyword-only"
        )
    is_open = rest is not None and text_of(rest) != "*" and not text_of(rest).startswith("**")
    if rest is not None and is_open:
        raise EditRefused(
            f"'{text_of(rest)}' of '{name}' takes what is passed by place behind its parameters"
        )
    kept = [i for i in range(len(signature.by_place)) if i not in places]
    behind = range(len(signature.by_place), len(items))
    has_star = rest is not None and rest.type == STAR
    order = [*kept, *behind[:has_star], *places, *behind[has_star:]]
    listed = _functions.parameters(definition)
    if (moved := [i for i in order if items[i].type != STAR]) != sorted(moved):
        _refuse_order(source, listed)
    texts = [source.code(items[i]) for i in order]
    if not has_star:
        at = len(kept) + bool(signature.num_placed)
        (star,) = _lists.inserted(source, listed, at, "*").values()
        texts[len(kept)] = star + texts[len(kept)]
    edits = zip(items, texts, strict=True)
    return {(i.start_byte, i.end_byte): text for i, text in edits if text != source.code(i)}


def _refuse_order(source: Source, listed: Node) -> None:
    """Refuse to write parameters in another order where that tells.

    Raises:
        EditRefused: a default does something, or a comment stands beside one.
    """
    for node in walk(listed):
        if node.type == "comment":
            raise EditRefused(f"line {line_of(node)} has a comment on a parameter that would move")
    for node in _lists.items(listed):
        value = node.child_by_field_name("value")
        if value is not None and has_effects(value):
            raise EditRefused(
                f"the default '{source.code(value)}' on line {line_of(value)} would be worked out in another order"
            )


def _with_keywords(
    source: Source,
    use: Node,
    *,
    definition: Definition,
    home: Source,
    signature: Signature,
    first: int,
) -> _lists.Edits:
    """The edits that name, in a call, what it passes by place from the parameter `first` on.

    Raises:
        EditRefused: it is no call, or what it passes cannot be seen.
    """
    call, called = call_of(use)
    arguments = call.child_by_field_name("arguments")
    assert arguments is not None
    listed = [arguments] if arguments.type == "generator_expression" else _lists.items(arguments)
    splat = next((a for a in listed if a.type == "list_splat"), None)
    if splat is not None:
        raise EditRefused(
            f"the call on line {line_of(splat)} passes a list: what is in it cannot be seen"
        )
    passed = [a for a in listed if a.type not in ("keyword_argument", "dictionary_splat")]
    hidden = num_bound(called, definition, home)
    names = signature.by_place[hidden:]
    if len(passed) > len(names):
        raise EditRefused(
            f"the call on line {line_of(call)} passes more than '{definition.name}' takes"
        )
    edits = _lists.Edits()
    for name, argument in list(zip(names, passed, strict=False))[max(first - hidden, 0) :]:
        is_alone = argument == arguments  # a generator without parentheses of its own
        is_bare = is_alone or argument.type == "named_expression"
        before = f"({name}=" if is_alone else f"{name}=("
        edits[argument.start_byte, argument.start_byte] = before if is_bare else f"{name}="
        if is_bare:
            edits[argument.end_byte, argument.end_byte] = ")"
    return edits
