"""Several instructions in one.

"delete f and change LIMIT to 4", "set A to 1 and B to 2", "delete f, g and h". A part begins with a verb, or leaves out the verb of the part before where what it says has the same form. What refers back to another
part ("and call it") or counts lines, which an earlier part may move, is not divided.
"""

import re

from specedit.edits.instruction.sentence import plain
from specedit.edits.instruction.tokens import Phrase, phrase
from specedit.edits.instruction.vocabulary import CHANGE, REMOVE, VERBS
from specedit.edits.syntax.language import words

_JOINTS = words("and then also , ; .")
_VERBS = VERBS | {"rename"}
_REFERS = words(
    "it its itself they them their theirs this that these those there one ones both each other others another same former "
    "latter too instead respectively everywhere elsewhere again not don't never without except unless if but only when until"
)
_PLURALS = {
    "functions": "function", "methods": "method", "classes": "class", "structs": "struct", "enums": "enum",
    "interfaces": "interface", "constants": "constant", "imports": "import",
}  # fmt: skip
_LINE = re.compile(r"\b(?:lines?|l\.?) ?\d", re.I)


def divide(instruction: str) -> tuple[str, ...]:
    """Return the instructions that one joins, at least two; none where it is one, or cannot be divided."""
    request = phrase(plain(instruction))
    if not _REFERS.isdisjoint(request.words) or _LINE.search(request.text):
        return ()
    parts = _sentences(request)
    if len(parts) == 1:
        parts = _pairs(parts[0]) or _names(parts[0])
    return tuple(parts) if len(parts) > 1 else ()


def _sentences(request: Phrase) -> list[str]:
    """The parts that begin with a verb of their own."""
    starts, at = [0], 0
    while at < len(request):
        joint = at
        while at < len(request) and request[at].text.lower() in _JOINTS:
            at += 1
        if joint < at < len(request) and request.words[at] in _VERBS:
            starts.append(at)
        at += 1
    ends = [*starts[1:], len(request)]
    return [_text(request, start, end) for start, end in zip(starts, ends, strict=True)]


def _text(request: Phrase, start: int, end: int) -> str:
    """What some tokens say, without the joints behind them."""
    while end > start and request[end - 1].text.lower() in _JOINTS:
        end -= 1
    return request.text[request[start].start : request[end - 1].end] if end > start else ""


def _pairs(part: str) -> list[str]:
    """The parts of "set A to 1, B to 2 and C to 3"."""
    request = phrase(part)
    if not len(request) or (request.words[0],) not in CHANGE:
        return []
    pairs, start = [], 1
    for at in range(1, len(request) + 1):
        if at == len(request) or request[at].text in _JOINTS:
            if at == start and at < len(request):  # ", and"
                start = at + 1
                continue
            clause = request[start:at]
            by = tuple(word for word in clause.words if word in ("from", "to"))
            has_form = (len(clause), by) in ((3, ("to",)), (5, ("from", "to")))
            if not has_form or not clause[0].name or clause.words[-2] != "to":
                return []
            pairs.append(f"{request[0].text} {request.text[clause[0].start : clause[-1].end]}")
            start = at + 1
    return pairs


def _names(part: str) -> list[str]:
    """The parts of "delete the functions f, g and h"."""
    request = phrase(part)
    verb = next((v for v in REMOVE if request.begins(v)), None)
    if verb is None:
        return []
    rest = request[len(verb) :]
    rest = rest[1:] if len(rest) and rest.words[0] == "the" else rest
    noun = _PLURALS.get(rest.words[0], "") if len(rest) else ""
    rest = rest[1:] if noun else rest
    listed = [token for token in rest.tokens if token.text not in _JOINTS]
    joints = [token for token in rest.tokens if token.text in _JOINTS]
    if not joints or len(listed) < 2 or not all(token.name for token in listed):
        return []
    texts = [request.text[token.start : token.end] for token in listed]
    return [" ".join(filter(None, (" ".join(verb), noun, text))) for text in texts]
