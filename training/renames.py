"""Exercises on renames, of what a file defines and of any name in one of its functions."""

import random
import re

from corpus import Module, parses
from pieces import Exercise, Lesson, Piece, draw_function, draw_piece
from tasks import renamed_alone, repeated
from wording import LITERALLY, ODD_NAMES, RENAMES, new_name

from specedit.edits import operations
from specedit.edits.operations.rename import spelled_out
from specedit.edits.references import can_be_marked, marked, pointed_out
from specedit.edits.syntax import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

_FEWER = 0.7  # of those with marks, with some places less: only so the marks are looked at
_ODD = 0.06  # new names that are odd
_PRIVATE = (
    0.4  # of those with marks in any region, with one name more that begins with an underscore
)


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
            if found := renamed_alone(rng, alone, old, literally):
                made.append(found)
    exercises = tuple(
        Exercise("rename", spelled_out(asked), answer) for asked, answer in dict(made).items()
    )
    return Lesson(module.name, alone.text, exercises) if exercises else None


def pointed_out_lesson(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A rename whose places are marked, at times not all that it would take: only the marks count."""
    if rng.random() < 0.5:
        alone = draw_function(rng, module, max_chars)
        if alone is None:
            return None
        before = alone.text
        made = renamed_alone(rng, alone, _easily_missed(rng, alone), _maybe_literally(rng))
    else:
        piece = draw_piece(rng, module, max_chars)
        if piece is None:
            return None
        if rng.random() < _PRIVATE:
            piece = _private(rng, piece)
        before = piece.body
        found = _renamed(rng, piece)
        made = found[1:] if found else None
    if made is None or not can_be_marked(before):
        return None
    asked, after = made
    if rng.random() < _FEWER:
        old, new = split_lines(before), split_lines(after)
        stay = {line for line in old if rng.random() < 0.4}
        after = "".join(a if a in stay else b for a, b in zip(old, new, strict=True))
    exercise = Exercise("marked", pointed_out(spelled_out(asked)), after)
    return Lesson(module.name, before, (exercise,), marked(before, after))


def renamed(rng: random.Random, piece: Piece) -> Exercise | None:
    """A rename of a symbol of the file that occurs in the piece."""
    made = _renamed(rng, piece)
    if made is None:
        return None
    old, words, answer = made
    if rng.random() < 0.8 and re.search(rf"\b{re.escape(old)}\b", _code(answer, piece)):
        return None  # another scope's: why it stays cannot be seen from here
    return Exercise("rename", spelled_out(words), answer)


def _private(rng: random.Random, piece: Piece) -> Piece:
    """The piece with an underscore before one of the names that stand after a point: they may be one token with it."""
    defined = {definition.name for definition in piece.source.definitions}
    called = [name for name in re.findall(r"\.([A-Za-z]\w*)", piece.body) if name in defined]
    if not called:
        return piece
    name, module = rng.choice(called), piece.module
    if re.search(rf"\b_{name}\b", module.text):
        return piece
    text = re.sub(rf"\b{name}\b", f"_{name}", module.text)
    source = Source(text, module.language)
    return Piece(Module(module.name, text, module.language), source, piece.first, piece.last)


def _maybe_literally(rng: random.Random) -> str:
    return rng.choice(LITERALLY) if rng.random() < 0.35 else ""


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
    asked = f"rename {old} to {new}"
    if rng.random() < 0.45:
        literally = rng.choice(LITERALLY)
        words, asked = f"{words.rstrip('.')} {literally}", f"{asked} {literally}"
    answer = _answer(asked, piece)
    return (old, words, answer) if answer else None


def _answer(instruction: str, piece: Piece) -> str | None:
    """The piece after a rename in its whole file."""
    text, language = piece.module.text, piece.module.language
    try:
        after = operations.load("rename").predict(instruction, piece.source)
    except EditRefused:
        return None
    if not after or after == text or after.count("\n") != text.count("\n"):
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
