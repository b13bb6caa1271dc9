"""What the objections of a witness say about an edit, and what is beside the point.

A rename changes a name where it stands and nothing else. That the target would rather write the new name where the old
one is not, as in a word of a comment that reads like it, says nothing about the edit: such a place cannot veto it.

What a snippet or a patch does not show stays. That the target would rather leave out lines that are copied, and go on
with what comes further on, says nothing about the edit either.
"""

import re
from collections.abc import Collection, Sequence
from itertools import zip_longest

from rapidfuzz.distance import Indel

_AFTER_CHANGE = 2  # tokens after a change that still belong to it: there a lost line shows


class Relevance:
    """What the objections to an answer say, `names` being those of a rename. `texts` are the answer's tokens' own texts."""

    def __init__(
        self,
        source_ids: Sequence[int],
        answer_ids: Sequence[int],
        texts: Sequence[str],
        names: Collection[str],
    ) -> None:
        self._names = names
        copied: set[int] = set()
        for change in Indel.opcodes(source_ids, answer_ids):
            if change.tag == "equal":
                first = change.dest_start + (
                    _AFTER_CHANGE if change.dest_start or change.src_start else 0
                )
                copied |= set(range(first, change.dest_end))
        whole, starts = "".join(texts), [0]
        for text in texts:
            starts.append(starts[-1] + len(text))
        named = [
            (match.start(), match.end())
            for match in re.finditer(r"\w+", whole)
            if match[0] in names
        ]
        self._copied = {
            i for i in copied if not any(a < starts[i + 1] and starts[i] < b for a, b in named)
        }
        self._begin = {
            i for i in self._copied if i == 0 or "\n" in texts[i] or "\n" in texts[i - 1]
        }

    def copied(self, position: int) -> bool:
        """Whether the text is the source's there, goes on in its order, and has none of the names."""
        return position in self._copied

    def beside(self, position: int, preferred: str) -> bool:
        """Whether it says nothing that the target preferred the token `preferred` at a position.

        So it is where the text is copied in order and has none of the names, but where lines begin: there only that it
        would write a name says nothing.
        """
        word = preferred.strip()
        wants_name = bool(word) and any(name.startswith(word) for name in self._names)
        return position in self._copied and (position not in self._begin or wants_name)


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
