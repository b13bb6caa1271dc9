"""What is offered where no operation understands an instruction: examples with the names that it has."""

import re
from collections.abc import Callable, Iterable
from itertools import islice, permutations, zip_longest

from specedit.edits.instruction.tokens import Token, phrase
from specedit.edits.instruction.vocabulary import SYNONYMS, VERBS
from specedit.edits.syntax.language import words
from specedit.edits.syntax.source import Source

_SLOT = re.compile(r"\{([^{}]+)\}")
_LITERAL = re.compile(r"[-+]?\d[\w.]*|True|False|None|true|false|null|nil")
_LOOKS_LIKE_A_NAME = re.compile(r"[@#]?\w*(?:_\w|[a-z\d][A-Z])\w*|@\w[\w.]*|[A-Z][A-Z\d]+")
# What says nothing of which operation is meant.
_COMMON = words(
    "a an the to of in from for with by on as and at into this that it its is be please file code"
)
# What no example says, so that to offer one would leave out what matters most.
_LIMITS = words(
    "not don't never no without except unless if only but when instead doesn't shouldn't won't should why what how"
)
# Behind a verb that nothing here knows, as "wipe out".
_PARTICLES = words("out up off away down over using via through")
_MOST_TERMS = 5
_MOST_TRIED = 12  # orders of the terms, for one example


def without_slots(example: str) -> str:
    """Return an example as it is shown: "rename {get} to {load}" without the braces."""
    return _SLOT.sub(r"\1", example)


def suggest(
    instruction: str, source: Source, examples: Iterable[str], is_understood: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return the forms most like `instruction` with all its names in them, each of which is understood; at most two.

    Nothing where it limits or forbids what it asks for. The slots of `examples` stand in braces.
    """
    request = phrase(instruction)
    if not _LIMITS.isdisjoint(request.words):
        return ()
    known = {source.code(node) for node in source.identifiers}
    terms = tuple(dict.fromkeys(t.text for t in request.tokens if _is_term(t, known)))
    if not 0 < len(terms) <= _MOST_TERMS:
        return ()
    listed = [word for word in request.words if word and word not in _COMMON]
    plain, unread = set(listed) - set(terms), set(listed[1:]) - set(terms) - _PARTICLES
    ranked = []
    for example in examples:
        own = set(_SLOT.sub(" ", example).split()) - _COMMON
        if _verbs(plain) and not _verbs(own) & _verbs(plain):
            continue  # it would do something else
        if unread - own - VERBS:
            continue  # it would leave out what is asked for
        common = len(own & plain) + bool(_verbs(own) & _verbs(plain))
        if common and len(_SLOT.findall(example)) == len(terms):
            ranked.append((-common / len(own | plain), example))
    filled = (_fill(example, terms, is_understood) for _, example in sorted(ranked))
    return tuple(islice(dict.fromkeys(each for each in filled if each), 2))


def verbs_of(instruction: str) -> set[int]:
    """Return which verbs, of those that mean the same, an instruction has: those that are alike have one in common."""
    return _verbs({*instruction.lower().split()[:2]})


def _verbs(own: set[str]) -> set[int]:
    """Which verbs, of those that mean the same, begin with one of these words."""
    return {i for i, same in enumerate(SYNONYMS) if any(verb[0] in own for verb in same)}


def _is_term(token: Token, known: set[str]) -> bool:
    """Whether a part of an instruction is a name or a value, and no word."""
    if token.is_quoted or _LITERAL.fullmatch(token.text):
        return True
    last = re.split(r"\.|::|#", token.name)[-1]
    return last in known or _LOOKS_LIKE_A_NAME.fullmatch(token.text.removesuffix("()")) is not None


def _fill(example: str, terms: tuple[str, ...], is_understood: Callable[[str], bool]) -> str | None:
    """The example with terms in its slots, in the first order that makes an instruction which is understood."""
    between, slots = _SLOT.split(example)[::2], _SLOT.findall(example)
    for order in islice(permutations(terms, len(slots)), _MOST_TRIED):
        if not all(map(_fits, order, slots)):
            continue
        filled = "".join(a + b for a, b in zip_longest(between, order, fillvalue=""))
        if is_understood(filled):
            return filled
    return None


def _fits(term: str, slot: str) -> bool:
    """Whether a number stands where the example has one, and a name where it has a name."""
    is_value = _LITERAL.fullmatch(term) is not None
    return is_value == (_LITERAL.fullmatch(slot) is not None) or "=" in slot
