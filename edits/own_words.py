"""Does an edit that a model made by itself keep to the words of its instruction? What nothing predicted, nothing else checks."""

import re
from collections import Counter

from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines
from specedit.engine.errors import EditRefused

_RENAME = re.compile(r"\s*(?:please\s+)?rename\b", re.IGNORECASE)
# What is meant as a name and not as a word: it is quoted, called, or no word of a sentence.
_QUOTED = re.compile(r"[`'\"]([^\W\d][\w.]*)(?:\(\))?[`'\"]|\b([^\W\d][\w.]*)\(")
_LIKE_CODE = re.compile(r"\b[^\W\d]\w*(?:_\w+|[a-z\d][A-Z]\w*)\b")


def asks_for_rename(instruction: str) -> bool:
    """Return whether an instruction plainly asks for a rename."""
    return _RENAME.match(instruction) is not None


def check(instruction: str, before: str, after: str, language: Language | None) -> None:
    """Refuse a model's own edit that does nothing, leaves alone all that is named, or renames what is not.

    Raises:
        EditRefused: with what is missing.
    """
    if after == before:
        raise EditRefused("not done: the model gave the text back as it was; say it in other words")
    if asks_for_rename(instruction):
        strangers = _changed_words(before, after) - set(re.findall(r"\w+", instruction))
        if strangers:
            raise EditRefused(
                f"the model's edit changes {_listed(strangers)}, and the instruction names nothing of the kind"
            )
    named = _named(instruction) & set(re.findall(r"\w+", before))
    if named and not _touched(named, before, after, language):
        raise EditRefused(
            f"the model's edit changes nothing about {_listed(named)}, which the instruction names"
        )


def _named(instruction: str) -> set[str]:
    texts = [a or b for a, b in _QUOTED.findall(instruction)] + _LIKE_CODE.findall(instruction)
    return {word for text in texts for word in re.findall(r"\w+", text)}


def _changed_words(before: str, after: str) -> set[str]:
    old, new = (Counter(re.findall(r"\w+", text)) for text in (before, after))
    return {*(new - old), *(old - new)}


def _touched(named: set[str], before: str, after: str, language: Language | None) -> bool:
    """Whether a change stands on or beside a line with one of the names, or in a definition of such a name."""
    old, new = split_lines(before), split_lines(after)
    about = {row for row, line in enumerate(old) if named & set(re.findall(r"\w+", line))}
    if language is not None:
        source = Source(before, language)
        for definition in source.definitions:
            if definition.name in named:
                about |= set(range(*source.lines_of(definition)))
    for i1, i2, j1, j2 in changed_lines(old, new):
        if not about.isdisjoint(range(i1 - 1, i2 + 1)):
            return True
        if named & set(re.findall(r"\w+", "".join(new[j1:j2]))):
            return True
    return False


def _listed(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)[:5])
