"""An expression with other expressions in place of a function's parameters: only where all is worked out as in a call.

A call works out its arguments, once each and in their order, before the body. What may be put in place of a parameter keeps to
that: a constant or a variable that nothing changes goes anywhere, all else to the one place that is certain to be worked out,
behind nothing that could make a difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specedit.edits.operations._evaluation import (
    evaluated_first,
    has_effects,
    is_constant,
    is_inert,
)
from specedit.edits.operations._inline_place import refuse_in_text
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import enclosing, is_inside, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_NAMES = words("identifier this")
_ATOMS = words(
    "identifier this integer float number true false none null undefined string template_string list array tuple "
    "dictionary set parenthesized_expression call call_expression attribute member_expression subscript subscript_expression"
)
# Where an expression needs no parentheses.
_LOOSE = words(
    "argument_list arguments list array tuple parenthesized_expression return_statement arrow_function"
)
_NUMBERS = words("integer float number")
_SETS = words(
    "named_expression assignment_expression augmented_assignment_expression update_expression"
)
_FUNCTIONS = words(
    "function_definition lambda function_declaration generator_function_declaration function_expression arrow_function "
    "method_definition generator_function class_body"
)


@dataclass(frozen=True, slots=True)
class Argument:
    """What a call passes for a parameter, or its default; `order` is when it is worked out."""

    node: Node
    order: int


class Substitution:
    """The expression `body` of a function in the file `home`, `uses` being where it has each of the parameters."""

    def __init__(
        self, home: Source, symbols: Symbols, body: Node, uses: Mapping[str, Sequence[Node]]
    ) -> None:
        self._home, self._symbols, self._body, self._uses = home, symbols, body, uses

    def written(self, arguments: Mapping[str, Argument], there: Source, symbols: Symbols) -> str:
        """Return the body with arguments of a call, which stands in the file `there`.

        Raises:
            EditRefused: an argument would be worked out never, twice, or in another order.
        """
        nodes = [argument.node for argument in arguments.values()]
        is_active = any(map(has_effects, (*nodes, self._body)))
        is_set = any(each.type in _SETS for node in nodes for each in walk(node))
        moving = {
            name: argument
            for name, argument in arguments.items()
            if not is_constant(argument.node)
            and (is_set or not _is_lasting(argument.node, symbols, is_active=is_active))
        }
        for name in moving:
            self._refuse_unlike(name, moving)
        edits = {
            (use.start_byte, use.end_byte): self._in_place(use, argument.node, there)
            for name, argument in arguments.items()
            for use in self._uses[name]
        }
        start, parts, at = self._body.start_byte, list[str](), self._body.start_byte
        for (first, last), text in sorted(edits.items()):
            parts += [self._home.data[at:first].decode("utf-8"), text]
            at = last
        assert start <= at <= self._body.end_byte
        return "".join([*parts, self._home.data[at : self._body.end_byte].decode("utf-8")])

    def _refuse_unlike(self, name: str, moving: Mapping[str, Argument]) -> None:
        """Refuse an argument that would not be worked out once, where it is in a call."""
        argument, uses = moving[name], self._uses[name]
        shown = f"'{text_of(argument.node)}' on line {line_of(argument.node)}"
        if len(uses) != 1:
            often = "never" if not uses else f"{len(uses)} times"
            raise EditRefused(f"{shown} would be worked out {often}; put it into a variable first")
        before = evaluated_first(uses[0], self._body)
        if before is None:
            raise EditRefused(f"{shown} may be worked out never, or more than once")
        has = has_effects(argument.node)
        later = [
            use
            for other, each in moving.items()
            if each.order > argument.order
            for use in self._uses[other]
        ]
        for node in before:
            if not is_inert(node, self._symbols, beside_effects=has) or any(
                is_inside(use, node) for use in later
            ):
                raise EditRefused(f"'{text_of(node)}' would be worked out before {shown}")

    def _in_place(self, use: Node, node: Node, there: Source) -> str:
        """What stands for a parameter in one place."""
        code = there.code(node)
        refuse_in_text(use, code)
        if use.type.startswith("shorthand"):
            return f"{text_of(use)}: {code}"
        holder = use.parent.type if use.parent is not None else ""
        is_atom = node.type in _ATOMS and "?." not in code
        is_number = node.type in _NUMBERS and use.field == "object"
        is_called = use.field == "function" and node.type not in ("identifier",)
        is_loose = holder in _LOOSE and node.type not in ("named_expression", "sequence_expression")
        if (is_atom and not is_number and not is_called) or (is_loose and use != self._body):
            return code
        return code if node.type == "generator_expression" else f"({code})"


def _is_lasting(node: Node, symbols: Symbols, *, is_active: bool) -> bool:
    """Whether an expression is a variable whose value nothing changes while the call is worked out."""
    return node.type in _NAMES and (
        not is_active or is_inert(node, symbols, beside_effects=True) or _is_own(node, symbols)
    )


def _is_own(name: Node, symbols: Symbols) -> bool:
    """Whether a name is a variable of the function that it stands in, which no other function has."""
    occurrences = symbols.names(text_of(name)).occurrences
    here = next((o for o in occurrences if o.place.start == name.start_byte), None)
    if here is None or here.symbol is None or not here.symbol.is_local:
        return False
    frame = enclosing(name, _FUNCTIONS)
    same = (o.place.node for o in occurrences if o.symbol is here.symbol)
    return all(enclosing(node, _FUNCTIONS) in (frame, None) for node in same)
