"""The forms of instructions that an operation declares, and reading by them.

    FORMS = (
        form(REMOVE, thing("p", PARAMETER, noun=True), clause("from of in", thing("f", FUNCTION), optional=True)),
    )
    said = read("please drop the parameter x of f", *FORMS)  # {"p": "x", "p noun": "parameter", "f": "f"}

A form is a verb, its object and clauses, which may stand in any order. An instruction follows it only with all its words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.instruction.sentence import imperative
from specedit.edits.instruction.slots import Read, Slot
from specedit.edits.instruction.tokens import Phrase
from specedit.edits.instruction.vocabulary import Words, phrases

_MOST_TOKENS = 200  # no instruction for syntax is longer


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a form behind one of some prepositions, which may be no word at all."""

    prepositions: tuple[Words, ...]
    slot: Slot
    optional: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A verb in all its words, what it is done to, and how, where and to what."""

    verbs: tuple[Words, ...]
    object: Slot
    clauses: tuple[Clause, ...]


def form(verbs: tuple[Words, ...], object: Slot, *clauses: Clause) -> Form:
    """Return a form; see the module."""
    return Form(verbs, object, clauses)


def clause(prepositions: str, slot: Slot, *, optional: bool = False) -> Clause:
    """Return a clause. Prepositions are divided by "|": "in|inside|out of"; an empty one may be left out."""
    return Clause(phrases(*prepositions.split("|")), slot, optional)


def read(instruction: str, *forms: Form) -> Read | None:
    """Return what stands in the slots of the first form that the instruction follows, or None."""
    return next(readings(instruction, *forms), None)


def readings(instruction: str, *forms: Form) -> Iterator[Read]:
    """Yield all that an instruction may say by these forms."""
    values = imperative(instruction)
    if len(values) > _MOST_TOKENS:
        return
    for each in forms:
        for verb in each.verbs:
            if values.begins(verb):
                for parts in _parts(values[len(verb) :], each.object, each.clauses):
                    yield {"verb": " ".join(verb), **parts}


def _parts(phrase: Phrase, slot: Slot, clauses: tuple[Clause, ...]) -> Iterator[Read]:
    """What the slot reads at the beginning, with what clauses read behind it."""
    for end in range(len(phrase) + 1):
        rest = phrase[end:]
        behind = list(_openings(rest, clauses)) if len(rest) else []
        if len(rest) and not behind:
            continue
        values = slot(phrase[:end])
        if values is None:
            continue
        if not len(rest) and all(each.optional for each in clauses):
            yield values
        for opened, preposition, others in behind:
            for more in _parts(rest[preposition:], opened.slot, others):
                if values.keys().isdisjoint(more):
                    yield values | more


def _openings(
    phrase: Phrase, clauses: tuple[Clause, ...]
) -> Iterator[tuple[Clause, int, tuple[Clause, ...]]]:
    """The clauses that the phrase may open with, how many words do, and the other clauses."""
    comma = phrase.tokens[0].text == ","
    after = phrase[comma:]
    for i, each in enumerate(clauses):
        for preposition in each.prepositions:
            if after.begins(preposition):
                yield each, comma + len(preposition), clauses[:i] + clauses[i + 1 :]
