"""Added lines in the file's own style: its indentation and its signs, where the block has others."""

import re
from collections.abc import Callable, Sequence

from specedit.edits.patch.block import without_sign
from specedit.edits.text import indent_of
from specedit.engine.errors import EditRefused

Restyle = Callable[[str], str]
Pairs = Sequence[tuple[str, str]]  # lines of a block, and what the file has for them


def restyled(added: Sequence[str], removed: Pairs, shown: Pairs) -> list[str]:
    """Return added lines as the file would have them, by what it has for the removed and the shown ones.

    Raises:
        EditRefused: the lines of the block are indented otherwise, and not all of them by the same.
    """
    removed = [pair for pair in removed if pair[0].strip()]
    pairs = [*removed, *(pair for pair in shown if pair[0].strip())]
    signs = _signs(pairs)
    lines = [line.translate(signs) if signs else line for line in added]
    full = [line for line in lines if line.strip()]
    # Lines of signs alone, as braces, are too much alike to tell.
    worded = [pair for pair in pairs if re.search(r"\w", pair[0])] or pairs
    telling = [pair for pair in removed if indent_of(pair[0])] or worded
    if not full or all(indent_of(own) == indent_of(line) for own, line in telling):
        return lines
    theirs = {line for own, line in pairs if indent_of(own) != indent_of(line)}
    if not theirs.isdisjoint(full):
        raise EditRefused(
            "a line is written as the file has it, and searched for with another indentation; indent both as the file does"
        )
    levels = [(indent_of(own), indent_of(line)) for own, line in worded]
    indent = _indentation(levels)
    return [indent(line) if line.strip() else line for line in lines]


def with_signs_of(line: str, own: str, text: str) -> str:
    """Return the text that replaces a line, with the line's own signs where it begins and ends as what was removed does.

    And with its space at the end, where the patch has none on either line.

    `own` is how the block has the line: straight quotes for the file's curly ones.
    """
    have, ours, bare = line.strip(), own.strip(), text.strip()
    if bare and have == own.lstrip() != bare == text.lstrip():
        text += line[len(line.rstrip()) :]  # space at the end, of which the patch does not know
    if have == ours or len(have) != len(ours) or not bare:
        return text
    start = _num_equal(ours, bare)
    end = _num_equal(ours[start:][::-1], bare[start:][::-1])
    made = have[:start] + bare[start : len(bare) - end] + have[len(have) - end :]
    return text.replace(bare, made, 1)


def _num_equal(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_moved(pairs: Pairs) -> bool:
    """Whether lines are indented as in the file but for one rule: all by so much, or by other steps."""
    levels = [(indent_of(own), indent_of(line)) for own, line in pairs if own.strip()]
    return not levels or bool(_by_prefix(levels) or _by_unit(levels))


def _signs(pairs: Pairs) -> dict[int, str]:
    """Typographic signs of the block, and what the file has for them."""
    known: dict[int, str] = {}
    for own, line in pairs:
        if own.strip() != line.strip() and len(own.strip()) == len(line.strip()):
            for ours, theirs in zip(own.strip(), line.strip(), strict=True):
                if ours != theirs and without_sign(ours) == theirs:
                    known[ord(ours)] = theirs
    return known


def _indentation(pairs: Pairs) -> Restyle:
    for attempt in (_by_prefix, _by_unit, _by_level):
        made = attempt(pairs)
        if made is not None:
            return made
    raise EditRefused(
        "indented otherwise than the file, and not all of it by the same; indent its lines as the file does"
    )


def _by_prefix(pairs: Pairs) -> Restyle | None:
    """The whole block is moved to the left or the right."""
    own, line = pairs[0]
    if line.endswith(own):
        more = line[: len(line) - len(own)]
        if all(theirs == more + ours for ours, theirs in pairs):
            return lambda text: more + text
    if own.endswith(line):
        less = own[: len(own) - len(line)]
        if all(ours == less + theirs for ours, theirs in pairs):
            return lambda text: _without(less, text)
    return None


def _without(prefix: str, text: str) -> str:
    if not text.startswith(prefix):
        raise EditRefused(
            "indented more than the file, but for a line that it adds; indent all of it alike"
        )
    return text[len(prefix) :]


def _by_unit(pairs: Pairs) -> Restyle | None:
    """Each step of the block's indentation is another one in the file: spaces for tabs, two spaces for four."""
    steps = {(own, line) for own, line in pairs if own or line}
    if not all(own and line for own, line in steps):
        return None
    own, line = min(steps, key=lambda step: len(step[0]))
    unit, theirs = own[0], line[0]
    ratio = len(line) / len(own)
    for ours, other in steps:
        if ours.strip(unit) or other.strip(theirs) or len(other) != ratio * len(ours):
            return None

    def scaled(text: str) -> str:
        indent = indent_of(text)
        depth = len(indent) * ratio
        if indent.strip(unit) or (depth != int(depth) and theirs != "\t"):
            raise EditRefused(
                "indented by other steps than the file; indent its lines as the file does"
            )
        rest = len(indent) - round(int(depth) / ratio)
        return theirs * int(depth) + " " * rest + text[len(indent) :]

    return scaled


def _by_level(pairs: Pairs) -> Restyle | None:
    """Each indentation of the block has one in the file."""
    levels = dict(pairs)
    if any(levels[own] != line for own, line in pairs):
        return None

    def leveled(text: str) -> str:
        own = indent_of(text)
        known = max((level for level in levels if own.startswith(level)), key=len, default=None)
        if known is None:
            raise EditRefused(
                "a line that it adds is indented as none of those that it shows; indent its lines as the file does"
            )
        return levels[known] + text[len(known) :]

    return leveled
