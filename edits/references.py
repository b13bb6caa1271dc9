"""The places that a rename is about, as a model can be shown them: what an editor lists as references.

To find them takes scopes, and to change them takes writing. A small model does the second well and the first badly.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from specedit.edits.text import changed_lines, line_by_line, split_lines

_MARKS = "«»"
# Tokenizers take the last white space before a word apart, and a space together with the word.
_MARKED = r"([^\S ]?)( ?«[^»]*»)"
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


def in_parts(marked: str) -> list[tuple[str, bool]]:
    """Return a marked text in parts that are read apart, and of each whether it is a mark with its word."""
    return [(part, i % 3 == 2) for i, part in enumerate(re.split(_MARKED, marked))]


def filled(marked: str, after: str) -> list[str]:
    """Return `after` in parts: what stands between the marks of `marked`, and in turn what it has instead of them.

    In one part where it is not that text with other words at the marks.
    """
    parts = [part for part, _ in in_parts(marked)]
    between = list(zip(parts[::3], [*parts[1::3], ""], strict=True))
    form = ""
    for i, (text, space) in enumerate(between):
        # What is found is not looked for again: with many marks that could take for ever.
        opening = "(?>(.*?)" if i else "(?>"
        end = r"\Z" if i == len(between) - 1 else ""
        form += f"{opening}({re.escape(text)})({re.escape(space)}){end})"
    found = re.match(form, after, re.DOTALL)
    return list(found.groups()[: len(parts)]) if found else [after]


def _marked(before: str, after: str) -> str:
    old, new = (re.findall(r"[\w$]+|[^\w$]", text) for text in (before, after))
    changed: set[int] = set()
    for step in Indel.opcodes(old, new):
        if step.tag == "insert":
            changed |= set(_beside(old, step.src_start))
        elif step.tag != "equal":
            changed |= set(range(step.src_start, step.src_end))
    words = (f"«{w}»" if i in changed and _is_word(w) else w for i, w in enumerate(old))
    return "".join(words)


def _beside(words: Sequence[str], at: int) -> list[int]:
    """The word that something is inserted after, as in `import x as y`, or before, as in `{y: x}`."""
    places = (at - 1, at, at - 2)  # the last if a space lies between
    return [place for place in places if 0 <= place < len(words) and _is_word(words[place])][:1]


def _is_word(text: str) -> bool:
    return text[0].isalnum() or text[0] in "_$"
