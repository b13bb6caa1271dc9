"""Exercises on renames, of what a file defines and of any name in one of its functions."""

import random
import re

from corpus import Module, parses
from pieces import Exercise, Lesson, Piece, draw_function
from tasks import renamed_alone, repeated
from wording import LITERALLY, ODD_NAMES, RENAMES, new_name

from specedit.edits import operations
from specedit.edits.operations._rename_policy import with_scope_note
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

_ODD = 0.06  # new names that are odd


def in_function(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A function by itself, and the renames of some of its names."""
    alone = draw_function(rng, module, max_chars)
    if alone is None:
        return None
    made: list[tuple[str, str]] = []
    for _ in range(3):
        old = _easily_missed(rng, alone)
        code = sum(alone.code(node) == old for node in alone.identifiers)
        mentioned = len(re.findall(rf"\b{re.escape(old)}\b", alone.text)) > code
        state = rng.getstate()
        # The same rename with and without the words that make the difference.
        for literally in ("", rng.choice(LITERALLY)) if mentioned else ("",):
            rng.setstate(state)
            if exercise := renamed_alone(rng, alone, old, literally):
                made.append(exercise)
    exercises = tuple(
        Exercise("rename", with_scope_note(instruction), answer)
        for instruction, answer in dict(made).items()
    )
    return Lesson(module.name, alone.text, exercises) if exercises else None


def renamed(rng: random.Random, piece: Piece) -> Exercise | None:
    """A rename of a symbol of the file that occurs in the piece."""
    made = _renamed(rng, piece)
    if made is None:
        return None
    old, words, answer = made
    if rng.random() < 0.8 and re.search(rf"\b{re.escape(old)}\b", _code(answer, piece)):
        return None  # another scope's: why it stays cannot be seen from here
    return Exercise("rename", with_scope_note(words), answer)


def _easily_missed(rng: random.Random, alone: Source) -> str:
    """A name of a function, more likely one that is part of others or stands in comments or strings too."""
    names = repeated(alone)
    if not names:
        return ""
    words = set(re.findall(r"\w+", alone.text))
    alike = {name: sum(name.lower()[:4] in word.lower() for word in words) for name in names}
    return rng.choices(names, [min(alike[name], 4) ** 2 / names.count(name) for name in names])[0]


def _renamed(rng: random.Random, piece: Piece) -> tuple[str, str, str] | None:
    """A name, words that ask for its rename, and the piece after it."""
    symbol = _symbol(rng, piece)
    if symbol is None:
        return None
    old, kind = symbol
    new = rng.choice(ODD_NAMES) if rng.random() < _ODD else ""
    if not new or new in piece.module.text:
        new = new_name(rng, old, piece.module.text)
    words = rng.choice(RENAMES).format(old=old, new=new, kind=kind)
    instruction = f"rename {old} to {new}"
    if rng.random() < 0.45:
        literally = rng.choice(LITERALLY)
        words, instruction = f"{words.rstrip('.')} {literally}", f"{instruction} {literally}"
    answer = _answer(instruction, piece)
    return (old, words, answer) if answer else None


def _answer(instruction: str, piece: Piece) -> str | None:
    """The piece after a rename in its whole file."""
    text, language = piece.module.text, piece.module.language
    try:
        made = operations.predict(instruction, piece.source)
    except EditRefused:
        return None
    after = made.body if made else text
    if after == text or after.count("\n") != text.count("\n"):
        return None
    if not parses(after, language):
        return None
    answer = "".join(split_lines(after)[piece.first : piece.last])
    return answer if answer != piece.body else None


def _code(text: str, piece: Piece) -> str:
    """The identifiers of a text, a line each."""
    source = Source(text, piece.module.language)
    return "\n".join(source.code(node) for node in source.identifiers)


def _symbol(rng: random.Random, piece: Piece) -> tuple[str, str] | None:
    """A name in the piece, those that the file defines first, and what kind it is."""
    source = piece.source
    kinds = {d.name: d.kind for d in source.definitions}
    places: dict[str, int] = {}
    for node in source.identifiers:
        if piece.first <= node.start_point[0] < piece.last:
            name = source.code(node)
            places[name] = places.get(name, 0) + 1
    pool = [n for n in places if len(n) > 1 and n not in ("self", "cls", "this", "Self", "String")]
    if not pool:
        return None
    weights = [
        min(6, places[n]) * (4 if n in kinds else 1) * (4 if n[0] == "_" else 1) for n in pool
    ]
    name = rng.choices(pool, weights)[0]
    return name, kinds.get(name, "variable")
