"""What may stand in a place of an instruction. A slot reads all of a phrase, or nothing of it.

A slot is a function from a phrase to what is read by key, or to None where the phrase is not what belongs there. A word that means
anything is never skipped.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from specedit.edits.instruction.tokens import Phrase
from specedit.edits.instruction.vocabulary import ARTICLES, CLAIMS, KINDS, NO_NAMES, Words, phrases

Read = dict[str, str]
Slot = Callable[[Phrase], Read | None]

# Before a noun or a name; they change nothing of which thing is meant.
_ADJECTIVES = frozenset(["obsolete", "deprecated", "whole", "entire", "existing"])
_IN_BRACKETS = (
    r"(?:\((?:[^()]|\([^()]*\))*\)|\[(?:[^\[\]]|\[[^\[\]]*\])*\]|\{(?:[^{}]|\{[^{}]*\})*\})"
)
_ATOM = rf"""(?:new\s+|await\s+|not\s+)?(?:\w{{0,2}}"[^"\n]*"|\w{{0,2}}'[^'\n]*'|[-+~!&*]*[\w.$:@-]*(?:{_IN_BRACKETS}[\w.$:]*)*)"""
_VALUE = re.compile(rf"{_ATOM}(?:\s*[-+*/|&<>%^]+\s*{_ATOM})*")
_LINES = re.compile(
    r"(?:the )?(?:lines? |l\.? ?)(\d+)(?: ?(?:-|\u2013|to|through|and|until) ?(?:line )?(\d+))?",
    re.I,
)


def thing(
    key: str,
    nouns: Collection[Words] = (),
    *,
    noun: bool = False,
    claims: bool = False,
    article: bool = True,
) -> Slot:
    """Return a slot for a name: "the function f", "f", "the f function", "C's method f".

    `key` is where the name goes, "<key> noun" where its noun does, and "owner" where a name with 's before it does. `noun`: whether
    it takes one. `claims`: whether it may be called unused, which goes to "claim". `article`: whether a plain word without a noun is a
    name behind an article too: "the condition" may be something else.
    """

    def slot(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        has_article = len(rest) < len(phrase)
        values: Read = {}
        if len(rest) > 1 and rest[0].is_owner:
            values["owner"] = rest[0].name
            rest = rest[1:]
        # All that may be an adjective is one, but not what would be left without a name.
        while len(rest) > 1 and (
            rest[0].word in _ADJECTIVES or (claims and rest[0].word in CLAIMS)
        ):
            if rest[0].word in CLAIMS:
                values["claim"] = rest[0].word
            rest = rest[1:]
        named = _named(rest, key, nouns, noun)
        is_word = len(rest) == 1 and rest[0].word.isalpha() and has_article
        return None if named is None or (is_word and not article) else values | named

    return slot


def _named(phrase: Phrase, key: str, nouns: Collection[Words], needed: bool) -> Read | None:
    """A name with its noun before or behind it, or without."""
    for words in nouns:
        if phrase.begins(words) and len(phrase) > len(words):
            rest = phrase[len(words) :]
            rest = rest[1:] if rest.words[0] in ("called", "named") and len(rest) > 1 else rest
            if len(rest) == 1 and rest[0].name:
                return {key: rest[0].name, f"{key} noun": words[-1]}
        is_behind = len(phrase) == len(words) + 1 and phrase.words[1:] == words
        if is_behind and phrase[0].name and phrase[0].text not in NO_NAMES | KINDS:
            return {key: phrase[0].name, f"{key} noun": words[-1]}
    is_name = len(phrase) == 1 and phrase[0].name and not phrase[0].is_owner
    if is_name and not needed and phrase[0].text not in NO_NAMES - {"a", "an"}:
        return {key: phrase[0].name}
    return None


def code(key: str, pattern: str = "") -> Slot:
    """Return a slot for text as it is written, in backticks or not; if there is a pattern, of that, in quotes or not."""
    shape = re.compile(pattern, re.DOTALL) if pattern else None

    def slot(phrase: Phrase) -> Read | None:
        text = phrase.code
        if shape is not None and len(phrase) == 1 and phrase[0].is_quoted:
            text = text.strip("\"'")
        return {key: text} if text and (shape is None or shape.fullmatch(text)) else None

    return slot


def value(key: str) -> Slot:
    """Return a slot for a value as it is written in code: no words about one, and none behind it. In backticks, anything."""

    def slot(phrase: Phrase) -> Read | None:
        is_ticked = len(phrase) == 1 and phrase[0].text[0] == "`"
        is_value = len(phrase) > 0 and _VALUE.fullmatch(phrase.code) is not None
        return {key: phrase.code} if is_ticked or is_value else None

    return slot


def quoted(key: str) -> Slot:
    """Return a slot for what stands in backticks or begins with @ or #."""

    def slot(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        return {key: rest.code} if len(rest) and rest[0].text[0] in "@#`" else None

    return slot


def words(*listed: str, **given: str) -> Slot:
    """Return a slot for one of these phrases, whatever article is before it; what it stands for is `given`."""
    known = frozenset(phrases(*listed))

    def slot(phrase: Phrase) -> Read | None:
        return dict(given) if _without_articles(phrase).words in known else None

    return slot


def bag(listed: str) -> Slot:
    """Return a slot for any of these words, in any order."""
    known = frozenset(listed.split())

    def slot(phrase: Phrase) -> Read | None:
        return {} if len(phrase) and known.issuperset(phrase.words) else None

    return slot


def nothing(**given: str) -> Slot:
    """Return a slot for no words at all: what is before it says all, which is `given`."""
    return lambda phrase: dict(given) if not len(phrase) else None


def lines(first: str, last: str = "") -> Slot:
    """Return a slot for "line 10", "lines 10-20" or "l.58"; without a key for the last line, for one line."""

    def slot(phrase: Phrase) -> Read | None:
        match = _LINES.fullmatch(phrase.code)
        if match is None or (match[2] and not last):
            return None
        return {first: match[1]} | ({last: match[2]} if match[2] else {})

    return slot


def claimed(slot: Slot) -> Slot:
    """Return a slot for what may be called unused before it, which goes to "claim"."""

    def reading(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        claim = rest.words[0] if len(rest) > 1 and rest.words[0] in CLAIMS else ""
        values = slot(rest[1:] if claim else phrase)
        return values if values is None or not claim else {**values, "claim": claim}

    return reading


def pair(first: str, second: str, listed: Collection[Words] = ()) -> Slot:
    """Return a slot for two names with "and" between them, "f's" before them, or what both are."""

    def slot(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        values: Read = {}
        if rest.tokens and rest[0].is_owner:
            values["owner"] = rest[0].name
            rest = rest[1:]
        rest = next((rest[len(lead) :] for lead in listed if rest.begins(lead)), rest)
        if len(rest) != 3 or rest.words[1] not in ("and", "with"):
            return None
        names = {first: rest[0].name, second: rest[2].name}
        return {**values, **names} if all(names.values()) else None

    return slot


def led(before: Collection[Words], slot: Slot) -> Slot:
    """Return a slot for what stands behind one of these phrases: "the default of x"."""

    def reading(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        lead = next((lead for lead in before if rest.begins(lead)), None)  # the longest
        return None if lead is None else slot(rest[len(lead) :])

    return reading


def trailed(slot: Slot, behind: Collection[Words]) -> Slot:
    """Return a slot for what stands before one of these phrases: "the x parameter", "x's default"."""

    def reading(phrase: Phrase) -> Read | None:
        for trail in behind:
            at = len(phrase) - len(trail)
            if at <= 0 or phrase.words[at:] != trail:
                continue
            last = replace(phrase[at - 1], is_owner=False)
            before = Phrase(phrase.text, (*phrase.tokens[: at - 1], last))
            if (values := slot(before)) is not None:
                return values
        return None

    return reading


def owned(slot: Slot) -> Slot:
    """Return a slot for what a name with 's stands before, which goes to "owner": "load's default timeout"."""

    def reading(phrase: Phrase) -> Read | None:
        rest = _without_articles(phrase)
        values = slot(rest[1:]) if rest.tokens and rest[0].is_owner else None
        return None if values is None or "owner" in values else {"owner": rest[0].name, **values}

    return reading


def stating(slot: Slot, **given: str) -> Slot:
    """Return a slot that reads what `slot` does, which means `given` too."""

    def reading(phrase: Phrase) -> Read | None:
        values = slot(phrase)
        return None if values is None else values | given

    return reading


def either(*slots: Slot) -> Slot:
    """Return a slot for what the first of these reads."""

    def reading(phrase: Phrase) -> Read | None:
        return next((values for slot in slots if (values := slot(phrase)) is not None), None)

    return reading


def _without_articles(phrase: Phrase) -> Phrase:
    return phrase[1:] if len(phrase) > 1 and phrase[0].word in ARTICLES else phrase
