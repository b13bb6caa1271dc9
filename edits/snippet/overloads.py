"""Functions that a lazy snippet may replace, or stand beside as one more of their name."""

import re
from collections import Counter
from collections.abc import Sequence

from specedit.edits.syntax.outline import DefinitionLines, outline, walk
from specedit.engine.errors import AmbiguousPlace

_FEWEST = 2  # lines with words of a body that is said to be gone


def check_replaced(old: Sequence[str], new: Sequence[str], instruction: str) -> None:
    """Refuse where a function took the place of one of its name with other parameters, and nothing of that one is left.

    In a language with overloading it may as well be new. An instruction that names it, and adds nothing, settles that.

    Raises:
        AmbiguousPlace: with the line of the one that would be gone.
    """
    before, after = (_functions(lines) for lines in (old, new))
    words = set(re.findall(r"\w+", instruction))
    for name in before.keys() & after.keys():
        one, other = before[name], after[name]
        is_named = name in words and not re.search(r"\b(?:add|overload|another|new)\b", instruction)
        if is_named or _parameters(old[one.head]) == _parameters(new[other.head]):
            continue
        gone, kept = (_body(lines, each) for lines, each in ((old, one), (new, other)))
        if len(gone) >= _FEWEST and gone.isdisjoint(kept):
            raise AmbiguousPlace(
                f"'{name}' may stand in place of the one on line {one.head + 1}, or beside it: show that one too, or say in the "
                "instruction what becomes of it",
                (one.head + 1,),
            )


def _functions(lines: Sequence[str]) -> dict[str, DefinitionLines]:
    """The functions whose name no other one has."""
    blocks = [b for b in walk(outline(lines)) if not b.is_container]
    times = Counter(block.name for block in blocks)
    return {block.name: block for block in blocks if times[block.name] == 1}


def _parameters(head: str) -> str:
    return re.sub(r"\s+", "", head.partition("(")[2].rpartition(")")[0])


def _body(lines: Sequence[str], block: DefinitionLines) -> set[str]:
    inside = (line.strip() for line in lines[block.head + 1 : block.last])
    return {line for line in inside if re.search(r"\w{2}.*\W", line)}
