"""Structured edits found by syntax: one file an operation, called what its module is called.

A module here defines `predict(instruction, source)`, which returns the text as the operation makes it, or a prediction
with more than the text, or None where it does not recognise the instruction. `HOLE` in a text stands for what only the model can write.
Installed packages add modules of theirs, as entry points in the group `specedit.operations`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast, runtime_checkable

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from specedit.edits.instruction import joined
from specedit.edits.operations import _joined, _suggestions
from specedit.edits.operations._uses import Change
from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused
from specedit.engine.plugins import plugins

_GROUP = "specedit.operations"
_SAME_VERB = 20.0  # how much more an example is like an instruction, of 100, that does the same to something else


class Operation(Protocol):
    """What a module in this package offers."""

    # Instructions that it recognises, to show to who has written one that nothing does; names and values in braces, for theirs.
    EXAMPLES: tuple[str, ...]

    def predict(self, instruction: str, source: Source) -> str | Prediction | None:
        """Return the text edited, or a prediction with it, or None if the instruction is not this operation's.

        Raises:
            EditRefused: the instruction is recognised, but cannot be carried out in this file.
        """


@runtime_checkable
class Changing(Operation, Protocol):
    """An operation that changes a function with its callers, in whatever files they are."""

    def slots_of(self, instruction: str) -> Mapping[str, str] | None:
        """Return the slots of an instruction, "f" and "owner" for the function, or None if it is not this operation's."""

    def change(self, instruction: str, source: Source) -> Change | None:
        """Return what becomes of the function, which the file defines, and of its uses; None as `predict`.

        Raises:
            EditRefused: the instruction is recognised, but cannot be carried out.
        """


@cache
def names() -> tuple[str, ...]:
    """Return the operations' names, ours and those of installed packages, sorted."""
    ours = {m.name for m in iter_modules(__path__) if not m.name.startswith("_")}
    return tuple(sorted(ours | plugins(_GROUP).keys()))


def load(name: str) -> Operation:
    """Return the operation of that name; it must be one of `names()`."""
    if name in plugins(_GROUP):
        return cast(Operation, plugins(_GROUP)[name].load())
    return cast(Operation, import_module(f"{__name__}.{name}"))


def changing(instruction: str) -> Changing | None:
    """Return the operation that an instruction asks for, if it is one that changes a function with its callers."""
    for name in names():
        operation = load(name)
        if isinstance(operation, Changing) and operation.slots_of(instruction) is not None:
            return operation
    return None


def nearest(instruction: str, examples: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return the examples that read most like `instruction`, the most like first."""
    scored = process.extract(
        instruction, examples, scorer=fuzz.token_set_ratio, limit=None, processor=default_process
    )
    verbs = _suggestions.verbs_of(instruction)
    same = {each for each, _, _ in scored if verbs & _suggestions.verbs_of(each)}
    ranked = sorted(scored, key=lambda each: -each[1] - _SAME_VERB * (each[0] in same))
    return tuple(example for example, _, _ in ranked[:count])


def examples(name: str | None = None) -> tuple[str, ...]:
    """Return instructions that an operation recognises; without a name, that any does."""
    chosen = names() if name is None else (name,)
    return tuple(_suggestions.without_slots(each) for one in chosen for each in load(one).EXAMPLES)


def suggest(instruction: str, source: Source) -> tuple[str, ...]:
    """Return at most two instructions like one that nothing recognises, with its own names: they change this file."""
    known = [example for name in names() for example in load(name).EXAMPLES]
    return _suggestions.suggest(instruction, source, known, lambda each: _edits(each, source))


def _edits(instruction: str, source: Source) -> bool:
    try:
        made = predict(instruction, source)
    except EditRefused:
        return False
    return made is not None and made.body != source.text


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return what the first operation that recognises `instruction` makes of the text, or what several make that it joins.

    None if none does.

    Raises:
        EditRefused: an operation recognises the instruction, but this file does not fit it.
    """
    if not source.language.has_operations:
        return None
    try:
        made = _predict_one(instruction, source)
    except EditRefused:
        made = _predict_joined(instruction, source)
        if made is None:
            raise
        return made
    return made or _predict_joined(instruction, source)


def _predict_one(instruction: str, source: Source) -> Prediction | None:
    for name in names():
        edited = load(name).predict(instruction, source)
        if isinstance(edited, Prediction):
            return edited
        if edited is not None:
            return Prediction(name, edited, certain=HOLE not in edited)
    return None


def _predict_joined(instruction: str, source: Source) -> Prediction | None:
    parts = joined.divide(instruction)
    return _joined.predict(parts, source, _predict_one) if parts else None
