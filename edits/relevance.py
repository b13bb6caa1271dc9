"""What the objections of a witness say about an edit, and what is beside the point.

A rename changes a name where it stands and nothing else. That the target would rather write the new name where the old
one is not, as in a word of a comment that reads like it, says nothing about the edit: such a place cannot veto it.

What a snippet or a patch does not show stays. That the target would rather leave out lines that are copied, and go on
with what comes further on, says nothing about the edit either.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise, zip_longest

from rapidfuzz.distance import Indel, Opcode

_AFTER_CHANGE = 2  # tokens after a change that still belong to it: there a lost line shows


class Relevance:
    """What the objections to an answer say, `names` being those of a rename and `new` what it renames to.

    `texts` are the answer's tokens' own texts, `aside` ranges of characters which the rename leaves alone by its own
    rule, as comments.
    """

    def __init__(
        self,
        source_ids: Sequence[int],
        answer_ids: Sequence[int],
        texts: Sequence[str],
        names: Collection[str],
        new: Collection[str] = (),
        aside: Collection[tuple[int, int]] = (),
    ) -> None:
        self._names, self._new = names, new
        copied = _copied(source_ids, answer_ids)
        whole, starts = "".join(texts), [0]
        for text in texts:
            starts.append(starts[-1] + len(text))
        tokens = [slice(*bounds) for bounds in pairwise(starts)]
        named = [match for match in re.finditer(r"\w+", whole) if match[0] in names]
        in_name = _covered(len(whole), (match.span() for match in named))
        in_aside = _covered(len(whole), aside)
        self._copied = {i for i in copied if not any(in_name[tokens[i]])}
        # What stands of an old name before each token of it, and before the one behind it.
        self._begun = {
            i: whole[match.start() : max(match.start(), starts[i])]
            for match in named
            if match[0] not in new and not in_aside[match.start()]
            for i in range(
                bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end())
            )
            if i in copied
        }
        begin = {i for i in copied if i == 0 or "\n" in texts[i] or "\n" in texts[i - 1]}
        self._begin = begin & self._copied
        self._aside = {i for i in copied - begin if all(in_aside[tokens[i]])}

    def copied(self, position: int) -> bool:
        """Whether the text is the source's there, goes on in its order, and has none of the names."""
        return position in self._copied

    def beside(self, position: int, preferred: str) -> bool:
        """Whether it says nothing that the target preferred the token `preferred` at a position.

        So it is where the text is copied in order and has none of the names, but where lines begin: there only that it
        would write a name says nothing. And what the rename leaves alone stays: that the target would go on otherwise
        within one of its lines says nothing.
        """
        if position in self._aside:
            return True
        if self.misses(position, preferred):
            return False
        word = preferred.strip()
        wants_name = bool(word) and any(name.startswith(word) for name in self._names)
        return position in self._copied and (position not in self._begin or wants_name)

    def misses(self, position: int, preferred: str) -> bool:
        """Whether the answer has an old name at a position, in code, and the target would make it the new one."""
        begun = self._begun.get(position)
        if begun is None:
            return False
        wanted = begun + preferred.strip()
        return any(len(wanted) > len(begun) and name.startswith(wanted) for name in self._new)


def _covered(length: int, ranges: Iterable[tuple[int, int]]) -> bytearray:
    """Which characters of a text some ranges cover: 1 or 0 for each."""
    found = bytearray(length)
    for start, end in ranges:
        found[start:end] = bytes([1]) * (min(end, length) - start)
    return found


def _copied(source_ids: Sequence[int], answer_ids: Sequence[int]) -> set[int]:
    """The places of an answer that go on as the source does, from a few tokens behind each change on.

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
    """Whether a text that goes on after `before` with `own`, instead of `rest`, only leaves out lines of `rest`.

    So it is where the first line of `own` that differs stands further on in `rest`. `own` may end with a part of a line,
    which counts for none.
    """
    start = before.rpartition("\n")[2]
    lines, others = (start + rest).split("\n"), (start + own).split("\n")[:-1]
    for at, (line, other) in enumerate(zip_longest(lines, others, fillvalue="")):
        if other.strip() and other != line:
            return other in lines[at + 1 :]
    return False
