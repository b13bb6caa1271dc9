"""The places that a rename is about, as a model can be shown them: what an editor lists as references.

To find them takes scopes, and to change them takes writing. A small model does the second well and the first badly.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from specedit.edits.text import changed_lines, line_by_line, split_lines

_MARKS = "«»"
MARKED = r"(\s?«[^»]*»)"  # the last space before a word belongs to it, as tokenizers have it
_MEANT = "It is meant where it stands between « and ». Write it without them."


def pointed_out(instruction: str) -> str:
    """Return a rename's instruction for a text whose places are marked."""
    return f"{instruction.strip().rstrip('.')}. {_MEANT}"


def can_be_marked(text: str) -> bool:
    """Whether the marks would be the only ones."""
    return set(_MARKS).isdisjoint(text)


def marked(before: str, after: str) -> str:
    """Return `before` with « and » around the words that `after` changes."""
    old, new = split_lines(before), split_lines(after)
    parts, at = list[str](), 0
    for i1, i2, j1, j2 in line_by_line(changed_lines(old, new)):
        parts += [*old[at:i1], _marked("".join(old[i1:i2]), "".join(new[j1:j2]))]
        at = i2
    return "".join([*parts, *old[at:]])


def _marked(before: str, after: str) -> str:
    old, new = (re.findall(r"\w+|\W", text) for text in (before, after))
    changed: set[int] = set()
    for step in Indel.opcodes(old, new):
        if step.tag == "insert":
            changed.add(_beside(old, step.src_start))
        elif step.tag != "equal":
            changed |= set(range(step.src_start, step.src_end))
    words = (f"«{w}»" if i in changed and _is_word(w) else w for i, w in enumerate(old))
    return "".join(words)


def _beside(words: Sequence[str], at: int) -> int:
    """The word that something is inserted after, as in `import x as y`, or before, as in `{y: x}`."""
    return at - 1 if at and _is_word(words[at - 1]) else at


def _is_word(text: str) -> bool:
    return text[0].isalnum() or text[0] == "_"
