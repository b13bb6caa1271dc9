"""Small changes to a stretch of code, at random: what a snippet or a diff may show."""

import random
import re

from pieces import Piece

from specedit.edits.text import split_lines


def mutated(rng: random.Random, piece: Piece) -> str | None:
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
