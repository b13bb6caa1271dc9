"""Lessons: a region of real code and what to do with it, as the product shows it to its model.

A region is what `edits/regions.py` cuts out of a file. Lesson i depends on the seed and i alone, so training can stop
and go on anywhere.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus import Module, draw, parses
from revisions import revised
from sketches import lazy, unified
from tasks import function, operated, renamed_alone, repeated
from wording import LITERALLY, RENAMES, new_name

from specedit.edits import operations
from specedit.edits.operations.rename import spelled_out
from specedit.edits.prompt import LEAVE_ALONE, with_update
from specedit.edits.references import can_be_marked, marked, pointed_out
from specedit.edits.regions import window
from specedit.edits.syntax import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused


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
    marked: str | None = None  # the code as it is shown, where that is not the same


Task = Callable[[random.Random, "Piece"], "Exercise | None"]


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


def lesson(seed: int, index: int, *, max_chars: int, held_out: bool = False) -> Lesson:
    """Return lesson `index`: a region of at most `max_chars` characters and some exercises on it."""
    rng = random.Random(f"{seed}/{index}/{held_out}")
    while True:
        if max_chars > _LONG:
            if made := _long(rng, draw(rng, held_out=held_out), max_chars):
                return made
            continue
        if rng.random() < _REVISIONS:
            if made := revised(rng, max_chars, held_out=held_out):
                name, body, answers = made
                exercises = [Exercise("revise", asked, answer) for asked, answer in answers]
                return Lesson(name, body, tuple(exercises))
            continue
        module = draw(rng, held_out=held_out)
        if rng.random() < _MARKED:
            if made := _pointed_out(rng, module, max_chars):
                return made
            continue
        if rng.random() < _FUNCTIONS:
            if made := _function(rng, module, max_chars):
                return made
            continue
        if rng.random() < _OPERATIONS:
            made = operated(rng, module, max_chars)
            if made:
                task, instruction, body, answer = made
                return Lesson(module.name, body, (Exercise(task, instruction, answer),))
            continue
        piece = _piece(rng, module, max_chars)
        if piece is None:
            continue
        wanted = 4 if len(piece.body) < 900 else 3 if len(piece.body) < 1500 else 2
        exercises = [made for _ in range(wanted) if (made := exercise(rng, piece))]
        if exercises:
            return Lesson(piece.module.name, piece.body, tuple(exercises))


def _long(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A long stretch of a file, to be written out as it is or with a rename: a short one does not teach to go on to the end."""
    lines = split_lines(module.text)
    first = last = rng.choice((0, rng.randrange(len(lines))))
    size = 0
    while last < len(lines) and size + len(lines[last]) <= max_chars:
        size += len(lines[last])
        last += 1
    if size < _LONG:
        return None
    piece = Piece(module, Source(module.text, module.language), first, last)
    made = rng.choice((left_alone, renamed))(rng, piece)
    return Lesson(module.name, piece.body, (made,)) if made else None


def _function(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A function by itself, and the renames of some of its names."""
    alone = function(rng, module)
    if alone is None or len(alone.text) > max_chars:
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


def _pointed_out(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A rename whose places are marked, at times not all that it would take: only the marks count."""
    if rng.random() < 0.5:
        alone = function(rng, module)
        if alone is None or len(alone.text) > max_chars:
            return None
        before = alone.text
        made = renamed_alone(rng, alone, _easily_missed(rng, alone), _maybe_literally(rng))
    else:
        piece = _piece(rng, module, max_chars)
        if piece is None:
            return None
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


def exercise(rng: random.Random, piece: Piece) -> Exercise | None:
    """Return an exercise on a piece, or None where the task that was drawn finds nothing to do."""
    return rng.choices(list(_TASKS), list(_TASKS.values()))[0](rng, piece)


def renamed(rng: random.Random, piece: Piece) -> Exercise | None:
    """A rename of a symbol of the file that occurs in the piece."""
    made = _renamed(rng, piece)
    if made is None:
        return None
    old, words, answer = made
    if rng.random() < 0.8 and re.search(rf"\b{re.escape(old)}\b", _code(answer, piece)):
        return None  # another scope's: why it stays cannot be seen from here
    return Exercise("rename", spelled_out(words), answer)


def _renamed(rng: random.Random, piece: Piece) -> tuple[str, str, str] | None:
    """A name, words that ask for its rename, and the piece after it."""
    symbol = _symbol(rng, piece)
    if symbol is None:
        return None
    old, kind = symbol
    new = new_name(rng, old, piece.module.text)
    words = rng.choice(RENAMES).format(old=old, new=new, kind=kind)
    asked = f"rename {old} to {new}"
    if rng.random() < 0.45:
        literally = rng.choice(LITERALLY)
        words, asked = f"{words.rstrip('.')} {literally}", f"{asked} {literally}"
    answer = _operated("rename", asked, piece)
    return (old, words, answer) if answer else None


def left_alone(rng: random.Random, piece: Piece) -> Exercise | None:
    """A rename of something that is not in the piece: the answer is the piece as it is."""
    names = re.findall(r"[A-Za-z_]\w{2,}", piece.module.text)
    if not names:
        return None
    absent = new_name(rng, rng.choice(names), piece.body)
    if rng.random() < 0.25:
        return Exercise("nothing", LEAVE_ALONE, piece.body)
    words = rng.choice(RENAMES).format(
        old=absent, new=new_name(rng, absent, piece.body), kind="function"
    )
    if rng.random() < 0.4:
        words = f"{words.rstrip('.')} {rng.choice(LITERALLY)}"
    return Exercise("nothing", spelled_out(words), piece.body)


def updated(rng: random.Random, piece: Piece) -> Exercise | None:
    """An edit that is given as a lazy snippet, a diff or a search/replace block."""
    after = _mutated(rng, piece)
    if after is None:
        return None
    old, new = split_lines(piece.body), split_lines(after)
    if rng.random() < 0.67:
        first = next((i for i, line in enumerate(new) if line.strip()), 0)
        header = {0 if rng.random() < 0.4 else first} if rng.random() < 0.6 else set()
        shown = lazy(rng, old, new, piece.module.language.line_comment, header)
    else:
        shown = unified(rng, old, new)
    if not shown.strip() or len(shown) > 1.5 * len(piece.body) + 200:
        return None
    return Exercise("update", with_update("", shown), after)


_TASKS: dict[Task, float] = {renamed: 0.65, updated: 0.25, left_alone: 0.1}
_REVISIONS = 0.5  # tries of lessons about edits that people made; few come to nothing
_MARKED = 0.75  # tries of the others about a rename whose places are marked
_FEWER = 0.7  # of these, with some places less: only so the marks are looked at
_FUNCTIONS = 0.6  # tries of the others about one function by itself
_OPERATIONS = 0.5  # tries of the others about an operation; most find nothing to do
_LONG = 2500  # characters
_WHOLE = 0.3  # pieces that are one definition, as long as they may be


def _operated(operation: str, instruction: str, piece: Piece) -> str | None:
    """The piece after an operation on its whole file that changes no number of lines."""
    text, language = piece.module.text, piece.module.language
    try:
        after = operations.load(operation).predict(instruction, piece.source)
    except EditRefused:
        return None
    if not after or after == text or after.count("\n") != text.count("\n"):
        return None
    if not parses(after, language):
        return None
    answer = "".join(split_lines(after)[piece.first : piece.last])
    return answer if answer != piece.body else None


def _piece(rng: random.Random, module: Module, max_chars: int) -> Piece | None:
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
    weights = [min(6, places[n]) * (4 if n in kinds else 1) for n in pool]
    name = rng.choices(pool, weights)[0]
    return name, kinds.get(name, "variable")


def _mutated(rng: random.Random, piece: Piece) -> str | None:
    """The piece with some lines dropped, doubled in from elsewhere in the file, or changed."""
    lines = split_lines(piece.body)
    file_lines = split_lines(piece.module.text)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        at = rng.randrange(len(lines))
        kind = rng.random()
        if kind < 0.3:
            del lines[at : at + rng.randrange(1, 6)]
        elif kind < 0.6:
            start = rng.randrange(len(file_lines))
            lines[at:at] = file_lines[start : start + rng.randrange(1, 7)]
        elif kind < 0.9:
            lines[at] = _changed_line(rng, lines[at], piece.module.text)
        else:
            start = rng.randrange(len(file_lines))
            lines[at : at + rng.randrange(1, 4)] = file_lines[start : start + rng.randrange(1, 4)]
        if not lines:
            return None
    after = "".join(lines)
    return after if after != piece.body and len(after) < 1.6 * len(piece.body) + 300 else None


def _changed_line(rng: random.Random, line: str, text: str) -> str:
    words = list(re.finditer(r"\w+|[<>=!+*/-]+|\"[^\"]*\"|'[^']*'", line))
    if not words:
        return line
    word = rng.choice(words)
    pool = re.findall(r"[A-Za-z_]\w+", text) if word[0][0].isalpha() else ["0", "1", "==", "<", "x"]
    new = (
        rng.choice(pool or ["x"])
        if rng.random() < 0.8
        else f"{word[0]}, {rng.choice(pool or ['x'])}"
    )
    return line[: word.start()] + new + line[word.end() :]
