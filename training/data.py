"""Lessons: a region of real code and what to do with it, as the product shows it to its model.

A region is what `edits/regions.py` cuts out of a file. Lesson i depends on the seed and i alone, so training can stop
and go on anywhere.
"""

import random
import re
from collections.abc import Callable

from corpus import Module, draw
from mutations import mutated
from pieces import Exercise, Lesson, Piece, draw_long, draw_piece
from renames import in_function, renamed
from revisions import revised
from sketches import lazy, unified
from tasks import operated
from wording import LITERALLY, RENAMES, new_name

from specedit.editor.prompt import LEAVE_ALONE, with_update
from specedit.edits.operations._rename_policy import with_scope_note
from specedit.edits.text import split_lines

Task = Callable[[random.Random, "Piece"], "Exercise | None"]


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
                exercises = [Exercise("revise", request, answer) for request, answer in answers]
                return Lesson(name, body, tuple(exercises))
            continue
        module = draw(rng, held_out=held_out)
        if rng.random() < _FUNCTIONS:
            if made := in_function(rng, module, max_chars):
                return made
            continue
        if rng.random() < _OPERATIONS:
            tries = (module, *(draw(rng, held_out=held_out) for _ in range(_MORE_TRIES)))
            made = next(filter(None, (operated(rng, each, max_chars) for each in tries)), None)
            if made:
                task, instruction, body, answer = made
                return Lesson(module.name, body, (Exercise(task, instruction, answer),))
            continue
        piece = draw_piece(rng, module, max_chars)
        if piece is None:
            continue
        count = 4 if len(piece.body) < 900 else 3 if len(piece.body) < 1500 else 2
        exercises = [made for _ in range(count) if (made := exercise(rng, piece))]
        if exercises:
            return Lesson(piece.module.name, piece.body, tuple(exercises))


def _long(rng: random.Random, module: Module, max_chars: int) -> Lesson | None:
    """A long stretch of a file, to be written out as it is or with a rename: a short one does not teach to go on to the end."""
    piece = draw_long(rng, module, max_chars)
    if len(piece.body) < _LONG:
        return None
    made = rng.choice((left_alone, renamed))(rng, piece)
    return Lesson(module.name, piece.body, (made,)) if made else None


def exercise(rng: random.Random, piece: Piece) -> Exercise | None:
    """Return an exercise on a piece, or None where the task that was drawn finds nothing to do."""
    return rng.choices(list(_TASKS), list(_TASKS.values()))[0](rng, piece)


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
    return Exercise("nothing", with_scope_note(words), piece.body)


def updated(rng: random.Random, piece: Piece) -> Exercise | None:
    """An edit that is given as a lazy snippet, a diff or a search/replace block."""
    after = mutated(rng, piece)
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
_FUNCTIONS = 0.6  # tries of the others about one function by itself
_OPERATIONS = 0.6  # tries of the others about an operation
_MORE_TRIES = 7  # of one of these: most files have nothing to do for it
_LONG = 2500  # characters
