"""The signature of a Python function: which parameters can be passed by place, and which by name."""

from dataclasses import dataclass

from specedit.edits.operations import _functions, _lists
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

STAR = "keyword_separator"
_SLASH = "positional_separator"
_RESTS = ("list_splat_pattern", "dictionary_splat_pattern")


@dataclass(frozen=True, slots=True)
class Signature:
    """The items of a list of parameters, without `/`, and the names of those that can be passed by place.

    The first `num_hidden` are not written in calls, the first `num_placed` have no name there.
    """

    items: tuple[Node, ...]
    by_place: tuple[str, ...]
    num_hidden: int
    num_placed: int

    @property
    def rest(self) -> Node | None:
        """Return the `*`, `*args` or `**options` behind those."""
        return next(iter(self.items[len(self.by_place) :]), None)


def signature_of(source: Source, definition: Definition) -> Signature:
    """Return the signature of a function."""
    listed = _lists.items(_functions.parameters(definition))
    num_placed = next((i for i, p in enumerate(listed) if p.type == _SLASH), 0)
    items = tuple(p for p in listed if p.type != _SLASH)
    num_by_place = next((i for i, p in enumerate(items) if _is_rest(p)), len(items))
    names = tuple(_functions.parameter_name(source, p) for p in items[:num_by_place])
    return Signature(items, names, _functions.receivers(source, definition), num_placed)


def _is_rest(parameter: Node) -> bool:
    inner = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
    return inner.type in (STAR, *_RESTS)
