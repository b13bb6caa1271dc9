"""What is offered where no operation understands an instruction: examples with the names that it has."""

import re
from collections.abc import Callable, Iterable
from itertools import islice, permutations, zip_longest

from specedit.edits.instruction.tokens import Token, phrase
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
    said = phrase(instruction)
    if not _LIMITS.isdisjoint(said.words):
        return ()
    known = {source.code(node) for node in source.identifiers}
    terms = tuple(dict.fromkeys(t.text for t in said.tokens if _is_term(t, known)))
    if not 0 < len(terms) <= _MOST_TERMS:
        return ()
    plain = {word for word in said.words if word} - _COMMON - set(terms)
    ranked = []
    for example in examples:
        own = set(_SLOT.sub(" ", example).split()) - _COMMON
        common = len(own & plain) / max(len(own | plain), 1)
        if common and len(_SLOT.findall(example)) == len(terms):
            ranked.append((-common, example))
    filled = (_fill(example, terms, is_understood) for _, example in sorted(ranked))
    return tuple(islice(dict.fromkeys(each for each in filled if each), 2))


def _is_term(token: Token, known: set[str]) -> bool:
    """Whether a part of an instruction is a name or a value, and no word."""
    if token.is_quoted or _LITERAL.fullmatch(token.text):
        return True
    last = re.split(r"\.|::|#", token.name)[-1]
    return last in known or _LOOKS_LIKE_A_NAME.fullmatch(token.text.removesuffix("()")) is not None


def _fill(example: str, terms: tuple[str, ...], is_understood: Callable[[str], bool]) -> str | None:
    """The example with terms in its slots, in the first order that makes an instruction which is understood."""
    between = _SLOT.split(example)[::2]
    for order in islice(permutations(terms, len(between) - 1), _MOST_TRIED):
        filled = "".join(a + b for a, b in zip_longest(between, order, fillvalue=""))
        if is_understood(filled):
            return filled
    return None
