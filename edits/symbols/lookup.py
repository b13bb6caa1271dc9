"""What the rules may ask of the text's other names."""

from typing import Protocol

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.names import Names
from specedit.edits.symbols.places import ReceiverClasses
from specedit.edits.syntax.tree import Node


class Lookup(Protocol):
    """The symbols of one text, as its rules ask for them."""

    @property
    def classes(self) -> Classes:
        """Return the classes of the text."""

    def names(self, name: str) -> Names:
        """Return every occurrence of a name."""

    def receiver_of(self, name: Node) -> ReceiverClasses:
        """Return what the member whose name this is is reached through."""

    def type_of(self, expression: Node) -> str:
        """Return the class of the text that an expression is an object of, or ""."""
