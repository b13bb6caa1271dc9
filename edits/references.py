"""The places that a rename is about, as a model can be shown them: what an editor lists as references.

To find them takes scopes, and to change them takes writing. A small model does the second well and the first badly.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from specedit.edits.prompt import fence_for
from specedit.edits.text import changed_lines, line_by_line, split_lines

_NONE = "It is not meant anywhere here."
_MARKED = "It is meant where it stands between « and »:"


def with_references(instruction: str, before: str, after: str) -> str:
    """Return a rename's instruction with the lines of `before` that it changes, the changed words between « and »."""
    lines = references(before, after)
    if not lines:
        return f"{instruction.strip()}\n{_NONE}"
    shown = "".join(lines)
    fence = fence_for(shown)
    return f"{instruction.strip()}\n{_MARKED}\n{fence}\n{shown}{fence}"


def references(before: str, after: str) -> list[str]:
    """Return the lines of `before` that differ in `after`, each once and ended, with « and » around the changed words."""
    old, new = split_lines(before), split_lines(after)
    lines: list[str] = []
    for i1, i2, j1, j2 in line_by_line(changed_lines(old, new)):
        marked = split_lines(_marked("".join(old[i1:i2]), "".join(new[j1:j2])))
        lines += [f"{line.rstrip()}\n" for line in marked if "«" in line]
    return list(dict.fromkeys(lines))


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
