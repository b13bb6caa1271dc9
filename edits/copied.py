"""What an answer has copied of its source, and when a text only leaves lines out."""

from collections.abc import Sequence
from itertools import zip_longest

from rapidfuzz.distance import Indel, Opcode

_AFTER_CHANGE = 2  # tokens after a change that still belong to it: there a lost line shows


def copied_positions(source_ids: Sequence[int], answer_ids: Sequence[int]) -> set[int]:
    """Return the places of an answer that go on as the source does, from a few tokens behind each change on.

    What is lost or added may lie before or behind words that stand on both sides of it: it shows where the last of them
    end. Of `[1, 2, 1, 3]` that becomes `[1, 3]`, either 1 may be gone; that something is shows at the 3.
    """
    copied: set[int] = set()
    changes: list[Opcode] = []  # since the last stretch that is alike
    for step in Indel.opcodes(source_ids, answer_ids):
        if step.tag != "equal":
            changes.append(step)
            continue
        first, length = step.dest_start, step.dest_end - step.dest_start
        match changes:
            case [Opcode(tag="delete", src_start=start)]:
                first += _AFTER_CHANGE + _alike(source_ids, start, step.src_start, length)
            case [Opcode(tag="insert", dest_start=start)]:
                first += _AFTER_CHANGE + _alike(answer_ids, start, step.dest_start, length)
            case [_, *_]:
                first += _AFTER_CHANGE
        copied |= set(range(first, step.dest_end))
        changes = []
    return copied


def _alike(token_ids: Sequence[int], one: int, other: int, most: int) -> int:
    """How many tokens from one place on are as those from another on."""
    count = 0
    while count < most and token_ids[one + count] == token_ids[other + count]:
        count += 1
    return count


def skips_ahead(before: str, rest: str, own: str) -> bool:
    """Return whether a text that goes on after `before` with `own`, instead of `rest`, only leaves out lines of `rest`.

    So it is where the first line of `own` that differs stands further on in `rest`. `own` may end with a part of a line,
    which counts for none.
    """
    start = before.rpartition("\n")[2]
    lines, others = (start + rest).split("\n"), (start + own).split("\n")[:-1]
    for at, (line, other) in enumerate(zip_longest(lines, others, fillvalue="")):
        if other.strip() and other != line:
            return other in lines[at + 1 :]
    return False
