"""Adds, removes and reorders parameters of a function, with the arguments of its calls in the file."""

import re
from collections.abc import Mapping, Sequence

from specedit.edits.operations import _functions, _lists
from specedit.edits.operations._calls import calls, has_effects
from specedit.edits.operations._constructions import constructions, is_constructor
from specedit.edits.operations._evaluation import refuse_other_order
from specedit.edits.operations._meant import function_meant, holder_of
from specedit.edits.operations._uses import Change, call_of, num_bound, refuse_called_by_others
from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import is_code
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused, NameRefused

_REMEDY = 'say what calls pass, as in "add the parameter limit to load, passing 10"'


def add_parameter(source: Source, slots: Mapping[str, str]) -> Prediction | None:
    """Return the edit with a parameter more, None where it is described and not written out.

    Raises:
        EditRefused: there is no such function, or it cannot have the parameter.
    """
    text = re.sub(r"^([`'\"])(.*)\1$", r"\2", slots["p"])
    if "default" in slots:
        if "=" in text:
            return None
        text = f"{text}={slots['default']}"
    if any(word in text.split() for word in ("for", "that", "which", "to")):
        return None  # it is described, not written out
    language = source.language
    if language.parameters_form and not is_code(language.parameters_form, text, language):
        return None
    by_keyword = language.has_keyword_arguments
    if by_keyword and "=" not in text and "optional" in slots:
        return None  # its default is not said
    definition = function_meant(source, slots)
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
    entries = _lists.items(listed)
    optional = "=" in text or "?" in text
    index = next(
        (i for i, p in enumerate(entries) if _comes_last(source, p, optional)), len(entries)
    )
    edits = _lists.inserted(source, listed, index, text)
    if "=" in text and "value" not in slots:
        _refuse_rest(source, definition, index)
        return Prediction("parameter", source.spliced(edits), certain=True)
    for arguments, hidden in _calls(source, definition):
        given, passed = slots.get("value", HOLE).strip("`"), _lists.items(arguments)
        at = index - hidden
        by_name = any(_functions.keyword_of(source, a) for a in passed)
        if by_keyword and (by_name or _functions.splat_in(arguments)):
            given, at = f"{name}={given}", len(passed)
        edits |= _lists.inserted(source, arguments, at, given)
    return _changed(source, definition, edits)


def _changed(source: Source, definition: Definition, edits: _lists.Edits) -> Prediction:
    """The prediction of what callers of other files must know of."""
    text, called = source.spliced(edits), _functions.called(definition)
    return Prediction(
        "parameter", text, certain=HOLE not in text, hole_remedy=_REMEDY, breaks=(called,)
    )


def _refuse_rest(source: Source, definition: Definition, index: int) -> None:
    """Refuse to put a parameter before those that take the rest by place, which calls may pass.

    Raises:
        EditRefused: with the parameter that takes the rest.
    """
    rest = _lists.items(_functions.parameters(definition))[index:]
    if rest and not source.language.has_keyword_arguments:
        raise EditRefused(
            f"'{source.code(rest[0])}' of '{definition.name}' takes what calls pass in this place: say what they pass, "
            'as in "add the parameter limit=10 to load, passing 10"'
        )


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


def remove_parameter(source: Source, slots: Mapping[str, str]) -> Prediction | None:
    """Return the edit without a parameter, None where no function has it.

    Raises:
        EditRefused: it is used, or a call cannot be changed with certainty.
    """
    definition = holder_of(source, slots, slots["p"])
    if definition is None:
        return None
    _functions.refuse_unclear(source, definition)
    index = _functions.parameter(source, definition, slots["p"])
    listed = _functions.parameters(definition)
    for node in source.identifiers:
        inside = definition.node.start_byte <= node.start_byte < definition.node.end_byte
        if inside and node.start_byte >= listed.end_byte and source.code(node) == slots["p"]:
            raise EditRefused(
                f"'{slots['p']}' is still used on line {node.start_point[0] + 1} of '{definition.name}'; "
                "change that first"
            )
    edits = _lists.removed(listed, index)
    for arguments, hidden in _calls(source, definition):
        for i, argument in enumerate(_lists.items(arguments)):
            keyword = _functions.keyword_of(source, argument)
            if keyword == slots["p"] or (keyword is None and i == index - hidden):
                _refuse_splat(arguments, definition, upto=i)
                _refuse_effects(source, argument)
                edits |= _lists.removed(arguments, i)
                break
    return _changed(source, definition, edits)


def reorder_parameters(source: Source, definition: Definition, order: Sequence[int]) -> Prediction:
    """Return the edit with parameter order[i] in place i.

    Raises:
        EditRefused: the parameters cannot stand so, or a call cannot be changed with certainty.
    """
    edits = _reordered(source, definition, order)
    for arguments, hidden in _calls(source, definition):
        edits |= _reordered_call(source, arguments, hidden, definition, order)
    return _changed(source, definition, edits)


def reorder_with_callers(source: Source, definition: Definition, order: Sequence[int]) -> Change:
    """Return the change that puts parameter order[i] in place i, in the function and in each call.

    Raises:
        EditRefused: the parameters cannot stand so, or something else calls the function.
    """
    refuse_called_by_others(source, definition)
    edits = _reordered(source, definition, order)

    def at_use(there: Source, use: Node) -> _lists.Edits:
        call, called = call_of(use)
        arguments = call.child_by_field_name("arguments")
        if arguments is None or arguments.type not in ("argument_list", "arguments"):
            raise EditRefused(f"the call on line {line_of(call)} passes what cannot be reordered")
        hidden = num_bound(called, definition, source)
        return _reordered_call(there, arguments, hidden, definition, order)

    return Change("parameter", definition, edits, at_use)


def _reordered(source: Source, definition: Definition, order: Sequence[int]) -> _lists.Edits:
    """The edits of the list of parameters.

    Raises:
        EditRefused: they cannot stand so.
    """
    _functions.refuse_unclear(source, definition)
    listed = _functions.parameters(definition)
    optional = ["=" in source.code(p) for p in _lists.items(listed)]
    reordered = [optional[i] for i in order]
    if reordered != sorted(reordered) and optional == sorted(optional):
        raise EditRefused(
            "a parameter without a default would come after one with: give it a default first"
        )
    return _lists.reordered(source, listed, order)


def _reordered_call(
    source: Source, arguments: Node, hidden: int, definition: Definition, order: Sequence[int]
) -> _lists.Edits:
    """The edits of a call, which does not write the first `hidden` parameters.

    Raises:
        EditRefused: what it passes cannot be seen, or would be worked out in another order.
    """
    entries = _lists.items(arguments)
    positional = [a for a in entries if _functions.keyword_of(source, a) is None]
    _refuse_splat(arguments, definition, upto=len(entries))
    new = [old - hidden for old in order if old >= hidden]
    moved = [old for i, old in enumerate(new) if i != old]
    if not moved or min(moved) >= len(positional):
        return {}
    if max(moved) >= len(positional):
        raise EditRefused(
            f"the call on line {arguments.start_point[0] + 1} passes only some of the parameters by place; "
            "change it first"
        )
    if source.language.in_order:
        refuse_other_order(source, positional[min(moved) : max(moved) + 1])
    order_here = [old for old in new if old < len(positional)]
    return _lists.reordered(source, arguments, [*order_here, *range(len(order_here), len(entries))])


def _calls(source: Source, definition: Definition) -> list[tuple[Node, int]]:
    """The argument lists of the calls that must change, and how many parameters each does not write."""
    if is_constructor(definition):
        return constructions(source, definition)
    return calls(source, definition)


def _refuse_effects(source: Source, argument: Node) -> None:
    """Refuse to leave out an argument that may do something."""
    if has_effects(argument):
        raise EditRefused(
            f"line {argument.start_point[0] + 1} passes '{source.code(argument)}', which would not be evaluated any more; "
            "change that first"
        )


def _refuse_splat(arguments: Node, definition: Definition, upto: int) -> None:
    splat = _functions.splat_in(arguments)
    if splat is not None and splat in _lists.items(arguments)[: upto + 1]:
        raise EditRefused(
            f"the call of '{definition.name}' on line {arguments.start_point[0] + 1} passes a list of arguments: "
            "which of them is meant cannot be seen"
        )
