"""Where a witness of a rename is asked: at the names, where lines begin, and where the text is not the source's.

A rename changes a name where it stands and nothing else. That the target would rather write the new name where the old
one is not, as in a word of a comment that reads like it, says nothing about the edit: such a place cannot veto it.
"""

import re
from collections.abc import Collection, Sequence

from rapidfuzz.distance import Indel

_AFTER_CHANGE = 2  # tokens after a change that still belong to it: there a lost line shows


def beside_the_point(
    source_ids: Sequence[int],
    answer_ids: Sequence[int],
    texts: Sequence[str],
    names: Collection[str],
) -> frozenset[int]:
    """Return the places of `answer_ids` that are copied in order, begin no line and have none of `names`.

    `texts` are the tokens' own texts.
    """
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
        (match.start(), match.end()) for match in re.finditer(r"\w+", whole) if match[0] in names
    ]
    found = set()
    for i in copied:
        begins_line = i == 0 or "\n" in texts[i] or "\n" in texts[i - 1]
        if not begins_line and not any(a < starts[i + 1] and starts[i] < b for a, b in named):
            found.add(i)
    return frozenset(found)
