"""Structured edits found by syntax: one file an operation, called what its module is called.

A module here defines `predict(instruction, text, language)`, which returns the text as the operation
makes it, or None where it does not recognise the instruction.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from specedit.edits.language import Language


class Operation(Protocol):
    """What a module in this package offers."""

    def predict(self, instruction: str, text: str, language: Language) -> str | None:
        """Return `text` edited, or None if the instruction is not this operation's.

        Raises:
            EditRefused: the instruction is recognised, but cannot be carried out in this file.
        """


def names() -> tuple[str, ...]:
    """Return the operations' names, sorted."""
    return tuple(sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")))


def load(name: str) -> Operation:
    """Return the operation of that name; it must be one of `names()`."""
    return cast(Operation, import_module(f"{__name__}.{name}"))
