"""The symbols of one text: where each of its names is looked up."""

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from typing import cast

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.keywords import callees
from specedit.edits.symbols.names import Names
from specedit.edits.symbols.places import Callees, Place, ReceiverClasses, SymbolRules
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.receivers import Receivers


def symbols_of(
    source: Source, receivers: Receivers | None = None, *, relates_parameters: bool = True
) -> "Symbols | None":
    """Return the symbols of a text, or None where the rules of its language are not known; see `Symbols.with_edits`."""
    rules = source.language.symbols
    if not rules:
        return None
    module = cast(SymbolRules, import_module(rules))
    return Symbols(source, module, receivers, relates_parameters=relates_parameters)


class Symbols:
    """What the names of a text mean, each resolved when it is asked for."""

    def __init__(
        self,
        source: Source,
        rules: SymbolRules,
        receivers: Receivers | None = None,
        *,
        relates_parameters: bool = True,
    ) -> None:
        self.source, self._rules = rules.prepare(source), rules
        self._receivers = receivers or Receivers(self.source)
        self._relates_parameters = relates_parameters
        self._names: dict[str, Names] = {}

    @cached_property
    def classes(self) -> Classes:
        """Return the classes of the text."""
        classes = Classes(self.source, self._rules.bases, self._rules.embeds)
        self._rules.relate(self.source, classes)
        classes.add_later(lambda name: self._receivers.satisfied(name))
        return classes

    def names(self, name: str) -> Names:
        """Return every occurrence of a name."""
        if name not in self._names:
            self._names[name] = Names(
                self._rules.places(name, self.source, self.classes),
                self._rules,
                self.classes,
                self._receiver,
                self._callees,
                relates_parameters=self._relates_parameters,
            )
        return self._names[name]

    def with_edits(self, edits: Mapping[tuple[int, int], str]) -> "Symbols":
        """Return the symbols of the text with byte ranges replaced; parameters of overrides are apart in it.

        One that gets the name which another has already becomes one with that rightly.
        """
        after = Source(self.source.spliced(edits), self.source.language)
        return Symbols(after, self._rules, relates_parameters=False)

    def receiver_of(self, name: Node) -> ReceiverClasses:
        """Return what the member whose name this is is reached through."""
        receiver = self._receivers.receiver_of(name)
        if receiver.is_known:
            return ReceiverClasses(
                receiver.classes,
                is_foreign=receiver.foreign,
                is_class=receiver.is_class,
                reason="a member of what is not defined here",
            )
        return ReceiverClasses()

    def type_of(self, expression: Node) -> str:
        """Return the class of this text that an expression is an object of, or ""."""
        known = self._receivers.type_of(expression).classes
        return next(iter(known)) if len(known) == 1 else ""

    def type_named(self, name: str, at: Node) -> str:
        """Return the class of this text that a name would be an object of at a node, or ""."""
        known = self._receivers.type_named(name, at).classes
        return next(iter(known)) if len(known) == 1 else ""

    def _receiver(self, place: Place) -> ReceiverClasses:
        if place.expansion is not None and not place.owners:
            path = place.expansion.member_of
            held = self._receivers.type_of_path(path.name, path.fields, place.holder, place.node)
            classes = held.classes if len(held.classes) == 1 else frozenset()
            return ReceiverClasses(classes, is_foreign=held.foreign, reason=place.reason)
        if place.holder is not None:
            held = self._receivers.type_of(place.holder)
            classes = held.classes if len(held.classes) == 1 else frozenset()
            return ReceiverClasses(classes, is_class=held.is_class, reason=place.reason)
        if place.through is not None:
            return self.receiver_of(place.node)
        owners = frozenset(owner for owner in place.owners if owner)
        return ReceiverClasses(owners, is_foreign=not owners, reason=place.reason)

    def _callees(self, place: Place) -> Callees:
        return callees(place.through, text_of(place.node), self)
