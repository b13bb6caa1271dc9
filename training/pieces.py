"""What lessons are: stretches of real code, and what to do with them."""

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Module
from tasks import function

from specedit.edits.regions import window
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines

_TRIES = 3  # draws, of which the one that repeats itself most is taken
_WHOLE = 0.3  # pieces that are one definition, as long as they may be


@dataclass(frozen=True, slots=True)
class Exercise:
    """One instruction and the text it makes of the lesson's."""

    task: str
    instruction: str
    answer: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One stretch of code, and what to do with it."""

    name: str
    body: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines [first, last) of a module."""

    module: Module
    source: Source
    first: int
    last: int

    @property
    def body(self) -> str:
        """The text of the piece."""
        return self.source.lines(self.first, self.last)


def draw_piece(rng: random.Random, module: Module, max_chars: int) -> Piece | None:
    """A region of a module as the product cuts it, a definition of it or some lines; None where it is too long or short."""
    source = Source(module.text, module.language)
    count = len(split_lines(module.text))
    at = rng.randrange(count)
    if rng.random() < _WHOLE:
        spans = [source.lines_of(definition) for definition in source.definitions]
        spans = [(first, last) for first, last in spans if last - first <= 60]
        if not spans:
            return None
        first, last = rng.choice(spans)
    elif rng.random() < 0.6:
        first, last = window(at, min(count, at + rng.randrange(1, 9)), count, source)
    else:
        first, last = at, min(count, at + rng.randrange(4, 30))
    piece = Piece(module, source, first, last)
    return piece if 60 < len(piece.body) <= max_chars and piece.body.strip() else None


def draw_function(rng: random.Random, module: Module, max_chars: int) -> Source | None:
    """A function of a module, of some the one that repeats itself most."""
    functions = [alone for _ in range(_TRIES) if (alone := function(rng, module))]
    fitting = [alone for alone in functions if len(alone.text) <= max_chars]
    return min(fitting, key=lambda alone: _novelty(alone.text), default=None)


def draw_long(rng: random.Random, module: Module, max_chars: int) -> Piece:
    """As many lines as fit, of some stretches the one that repeats itself most."""
    lines = split_lines(module.text)
    stretches = [
        _stretch(lines, rng.choice((0, rng.randrange(len(lines)))), max_chars)
        for _ in range(_TRIES)
    ]
    first, last = min(stretches, key=lambda span: _novelty("".join(lines[slice(*span)])))
    return Piece(module, Source(module.text, module.language), first, last)


def _stretch(lines: Sequence[str], first: int, max_chars: int) -> tuple[int, int]:
    """As many lines from `first` on as fit."""
    size, last = 0, first
    while last < len(lines) and size + len(lines[last]) <= max_chars:
        size += len(lines[last])
        last += 1
    return first, last


def _novelty(text: str) -> float:
    """The share of a text that does not repeat what stands before it. Where little is new a copy loses its place."""
    data = text.encode()
    return len(zlib.compress(data)) / len(data) if data else 1.0
