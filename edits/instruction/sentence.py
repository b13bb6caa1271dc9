"""An imperative of what is asked politely, as a wish ("MAX should be 5") or as a finding ("f is unused, delete it").

What is none of these stays as it is; so does a question that asks for an opinion, and what is forbidden: no form fits them.
"""

import re
from functools import lru_cache

from specedit.edits.instruction.tokens import Phrase, phrase
from specedit.edits.instruction.vocabulary import REMOVE, VERBS

POLITE = re.compile(
    r"\s*(?:(?:(?:hi|hey|hello)(?:\s+(?:there|all|everyone))?|ok|okay|please|kindly|now|can you|could you|would you|will you|you should|i want (?:you )?to"
    r"|i would like (?:you )?to|i'd like (?:you )?to|i need (?:you )?to|we need to|we should|let's|let us)\b(?:[\s,]|[.!](?=\s))*)*",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:can|could|would|will) you\b", re.I)
_TAIL = re.compile(
    r"(?:\s+(?:in|of)\s+(?:this|the)\s+(?:file|module)|,?\s+(?:please|pls|thanks|thank you|for me)|\s*(?<![.!])[.!])*\s*",
    re.I,
)
_THANKS = re.compile(
    r"(?:\s*[,;.!?]+\s*(?:thanks|thank you|cheers)|\s*[,;.!?]*\s+(?:many\s+thanks|(?:thanks|thank\s+you)\s+(?:a\s+lot|a\s+ton|(?:very|so)\s+much|in\s+advance)))"
    r"(?:\s+(?:a\s+lot|a\s+ton|(?:very|so)\s+much|in\s+advance))*[\s.!]*",
    re.I,
)
# "in f, …", "f: …": where, before what is to be done.
_PLACE = re.compile(
    r"(?:(?:in|for|of|inside)\s+(?P<in>[^,;:.!?]{1,80}?),|(?P<of>`?[A-Za-z_$][\w$.]*(?:\(\))?`?):)\s+(?P<rest>\S.*)",
    re.I | re.S,
)
_MODAL = r"(?:should|must|has to|have to|needs to|need to|ought to|shall)"
_WISH = re.compile(
    rf"(?P<what>[^,;!?]{{1,120}}?)\s+{_MODAL}\s+(?:(?P<be>be|become|equal)\s+(?:set\s+to\s+|equal\s+to\s+)?|(?P<have>have|take|accept|get)\s+|(?P<default>default\s+to\s+))(?P<rest>\S.*)",
    re.I | re.S,
)
_DONE = {
    "removed": "remove", "deleted": "delete", "dropped": "drop", "moved": "move", "added": "add", "sorted": "sort",
    "swapped": "swap", "wrapped": "wrap", "negated": "negate", "inverted": "invert", "annotated": "annotate",
    "decorated": "decorate", "changed": "change", "converted": "convert",
}  # fmt: skip
_UNUSED = r"(?:unused|not used|never used|dead(?: code)?|not needed|unnecessary|redundant|no longer (?:used|needed))(?: any ?more)?"
_REMOVES = "|".join(" ".join(verb) for verb in REMOVE)
_FINDING = re.compile(
    rf"(?:the\s+)?(?P<what>[^,;:.!?]{{1,120}}?)\s+(?:is|are)\s+{_UNUSED}(?:[,;.]|\s+so)?\s+(?:so\s+|and\s+|please\s+)*(?P<verb>{_REMOVES})\s+(?:it|them|that)",
    re.I,
)
_NOT_NEEDED = re.compile(
    rf"(?:we|i|you)\s+(?:don't|do not|no longer)\s+need\s+(?P<what>[^,;:.!?]{{1,120}}?)(?:\s+any ?more|\s+any longer)?(?:[,;.]|\s+so)\s+(?:so\s+|and\s+|please\s+)*(?P<verb>{_REMOVES})\s+(?:it|them|that)",
    re.I,
)


@lru_cache(maxsize=64)
def imperative(instruction: str) -> Phrase:
    """Return an instruction as the words of an imperative, or as it is where it is none."""
    return phrase(_moods(plain(instruction)))


def without_thanks(text: str) -> str:
    """Return a text without the thanks that it ends with: those behind a mark, or of several words, which are no name."""
    for match in _THANKS.finditer(text):
        if match.end() == len(text):
            mark = "?" if "?" in match[0] else ""
            return text[: match.start()] + mark
    return text


def plain(instruction: str) -> str:
    """Return an instruction without courtesy, and without the mark of a question that it is then."""
    polite = POLITE.match(instruction)
    rest = without_thanks(instruction[polite.end() if polite else 0 :].strip())
    if polite is not None and _ASKS.search(polite[0]):
        rest = rest.removesuffix("?").rstrip()
    tail = next(m for m in _TAIL.finditer(rest) if m.end() == len(rest))
    return rest[: tail.start()]


def _moods(text: str) -> str:
    if placed := _PLACE.fullmatch(text):
        inner = _moods(plain(placed["rest"]))
        if _is_imperative(inner):
            return f"{inner} in {placed['in'] or placed['of']}"
    if match := _FINDING.fullmatch(text):
        return f"{match['verb']} the unused {match['what']}"
    if match := _NOT_NEEDED.fullmatch(text):
        return f"{match['verb']} {match['what']}"
    if not _is_imperative(text) and (wish := _WISH.fullmatch(text)):
        return _wished(wish)
    return text


def _wished(wish: re.Match[str]) -> str:
    """What a wish asks for: "x should be removed from f" is to remove x from f."""
    what, rest = wish["what"], wish["rest"]
    if wish["have"]:
        return f"give {what} {rest}"
    if wish["default"]:
        return f"make {what} default to {rest}"
    first, _, more = rest.partition(" ")
    if first.lower() in _DONE:
        return f"{_DONE[first.lower()]} {what} {more}".rstrip()
    return f"make {what} be {rest}"


def _is_imperative(text: str) -> bool:
    """Whether a verb that an operation knows is the first word."""
    first = text.split(maxsplit=1)
    return bool(first) and first[0].lower() in VERBS
