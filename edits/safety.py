"""The gate that every result passes before it may be written. Each check has a name, by which a caller can turn it off."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from specedit.edits.doubled import doubled
from specedit.edits.markers import is_marker
from specedit.edits.removed_uses import uses_of_removed
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.parsing import lost_syntax
from specedit.edits.uses import lost_uses
from specedit.edits.vanished import vanished
from specedit.engine.errors import UnsafeEdit

_SENTINELS = re.compile(
    r"<\|[\w ]+\|>|<(?:start|end)_of_turn>|\[/?INST\]"
    r"|^(?:<{5,9} ?(?:SEARCH|ORIGINAL)|>{5,9} ?(?:REPLACE|UPDATED)|\*\*\* (?:Begin|End) Patch|</?update>|</?instruction>).*$",
    re.MULTILINE,
)
# Bidirectional controls (Trojan Source, CVE-2021-42574), zero-width characters and the soft hyphen.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_GROWTH, _SPARE = (
    3,
    20_000,
)  # most characters of a result: so many times the file's, and so many more


@dataclass(frozen=True, slots=True)
class Wording:
    """What the caller wrote. What `named` names may vanish; where names in `code`, as in a patch, come from is theirs.

    `removed` are the definitions that are to be taken out, by their qualified names.
    """

    named: str = ""
    code: str = ""
    removed: tuple[str, ...] = ()


def check(
    before: str,
    after: str,
    language: Language | None,
    wording: Wording | str,
    forced: Collection[str] = (),
) -> None:
    """Refuse a result that cannot be trusted; a `wording` that is text names what may vanish.

    Raises:
        UnsafeEdit: with the name of the check, where, and how to turn it off.
    """
    if isinstance(wording, str):
        wording = Wording(wording)
    for name, complaint in CHECKS.items():
        if name not in forced and after != before:
            problem = complaint(before, after, language, wording)
            if problem:
                raise UnsafeEdit(name, problem)


def _syntax(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    return lost_syntax(before, after, language)


def _uses(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    lost = lost_uses(before, after, language, wording.code)
    return lost or uses_of_removed(before, after, wording.removed, language)


def _definitions(
    before: str, after: str, language: Language | None, wording: Wording
) -> str | None:
    lost = vanished(before, after, language, wording.named, wording.removed)
    return f"{', '.join(lost)} would vanish, and nobody named it" if lost else None


def _duplicates(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    twice = doubled(before, after, language)
    if twice is None:
        return None
    name, first, again = twice
    return f"'{name}' would be defined twice, on lines {first} and {again} of the result"


def _markers(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    lines, known = after.split("\n"), Counter(map(str.strip, before.split("\n")))
    more = Counter(map(str.strip, lines)) - known
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare in more:
            if not known[bare] and is_marker(line):
                return f"line {number} of the result is a placeholder: {bare!r}"
            known[bare] -= 1
    tokens = list(_SENTINELS.finditer(after))
    known_tokens = Counter(match[0] for match in _SENTINELS.finditer(before) if tokens)
    for match in tokens:
        if _is_quoted(after, match):
            continue  # code about such tokens, as a template of prompts has it
        if not known_tokens[match[0]]:
            return f"line {_line(after, match.start())} of the result has a control token: {match[0]!r}"
        known_tokens[match[0]] -= 1
    return None


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    """Whether a match stands between two quotes of one kind on its line."""
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    behind = text[match.end() :].partition("\n")[0]
    return any(before.count(quote) % 2 and quote in behind for quote in "\"'`")


def _unicode(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    if after.isascii():
        return None
    known = Counter(_HIDDEN.findall(before))
    for match in _HIDDEN.finditer(after):
        joined = after[max(0, match.start() - 1) : match.end() + 1]
        if (
            match[0] in "\u200c\u200d"
            and len(joined) == 3
            and not (joined[0] + joined[2]).isascii()
        ):
            continue  # joins letters of a script, or emoji
        if not known[match[0]]:
            code = f"U+{ord(match[0]):04X}"
            return f"line {_line(after, match.start())} of the result has a new invisible character, {code}"
        known[match[0]] -= 1
    return None


def _growth(before: str, after: str, language: Language | None, wording: Wording) -> str | None:
    if len(after) <= _GROWTH * len(before) + _SPARE:
        return None
    return f"the file would grow from {len(before)} to {len(after)} characters"


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


Complaint = Callable[[str, str, Language | None, Wording], str | None]
CHECKS: dict[str, Complaint] = {
    "syntax": _syntax,
    "definitions": _definitions,
    "markers": _markers,
    "unicode": _unicode,
    "growth": _growth,
    "duplicates": _duplicates,
    "uses": _uses,
}
