"""Lines that stand for code which is left out: `... existing code ...`, in any comment style."""

import re
from dataclasses import dataclass

_OPEN = re.compile(r"(?:(?:\#|//|;|%)+|--+|/\*+|<!--+|\{/\*+|\(\*+|\{-+|\*)\s*")
_DOTS = re.compile(r"(?:\.{2,}+|…)\s*")
_RULE_OR_BRACKET = re.compile(r"[-=*~_]{2,}+\s*|[\[(<{]\s*")
_RULES = re.compile(r"(?:[-=*~_]{2,}+\s*|[\[(<{]\s*)+")
_SIGNS = re.compile(r"[\[(<{:,-]++\s*")
# What a line ends with, from the end backwards.
_CLOSED = re.compile(r"(?:\}?[/)]\*++|\}-++|>--++|--++|\#++)\s*")
_RULES_AT_END = re.compile(r"(?:[-=*~_]{2,}+\s*|[\])>}]\s*)+")
_DOTS_AT_END = re.compile(r",?\s*+(?:\.{2,}+|…)\s*")
_SIGNS_AT_END = re.compile(r"[\])>}.:,;!-]++\s*")
_THINGS = (
    r"(?:code|contents?|text|lines?|imports?|methods?|functions?|fields?|class(?:es)?|file|logic|implementation|body|tests?|cases?|"
    r"definitions?|module|script|rules?|styles?|keys?|entries|sections?|items?|stuff|things?|parts?|everything|it|them|above|below|here)"
)
_STATE = (
    r"(?:(?:is|are|be|has|have|not|been|stays?|remains?|goes|left|kept)\s+)*"
    r"(?:(?:un)?changed|unmodified|untouched|omitted|elided|skipped|snipped|truncated|hidden|here|intact|alone|"
    r"(?:exactly\s+)?(?:the\s+same|same)(?:\s+as\s+(?:before|above|now))?|as(?:-|\s+)(?:before|is|it\s+(?:was|is)|they\s+are|now)|above|below)"
)
_ALL = (
    r"(?:existing|remaining|unchanged|previous|other|"
    r"(?:all\s+)?(?:the\s+)?(?:rest|remainder)(?:\s+of)?(?:\s+(?:the|your|this|our))?|(?:all|everything)\s+(?:else|other))"
)
_KEEP = r"(?:keep|leave|retain|preserve|insert|include)(?:ing)?"
_OF = r"(?:\s+(?:of|in|from|for)\s+(?:the\s+|this\s+|your\s+)?(?:\w+(?:\(\))?\s*){1,2}?)?"
_REMARK = re.compile(
    rf"(?:{_KEEP}\s+)?(?:the\s+|your\s+|all\s+(?:the\s+)?)?{_ALL}(?:\s+(?:existing|of\s+the))?(?:\s+{_THINGS})*{_OF}(?:\s+{_STATE})*"
    rf"|(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+)?(?:\w+(?:\(\))?\s*){{1,2}}?(?:\s+{_STATE})*"
    rf"|(?:all\s+)?(?:the\s+)?{_THINGS}\s+(?:(?:stays?|remains?|is|are)\s+)*{_STATE}|{_KEEP}\s+(?:{_THINGS})\s+{_STATE}"
    rf"|(?:{_STATE}|snip(?:ped)?|cut|etc|(?:no|without)\s+(?:other\s+|further\s+)?changes?)(?:\s+{_THINGS})*",
    re.IGNORECASE,
)
# What is said of code that is left out: beside dots any of these words will do.
_GOES_ON = re.compile(
    r"(?:but|however|because|since|so|although|though|unless|until|which|that|we|i|you|yet|then|when|if|and(?!\s+(?:so\s+on|the\s+rest))|or)\b",
    re.IGNORECASE,
)  # what a sentence goes on with that a comment began above
_ABOUT = re.compile(
    rf"\b(?:existing|rest|remaining|remainder|unchanged|unmodified|untouched|same|previous|other|others|original|omitted|elided|"
    rf"skipped|snip(?:ped)?|truncated|as\s+before|as\s+is|no\s+changes?|keep|{_THINGS[3:-1]})\b",
    re.IGNORECASE,
)
# One word that only a remark is made of; alone it is no marker without dots or rules around it.
_BARE = re.compile(rf"(?!unchanged)(?:{_ALL}|{_THINGS}|above|below|here|etc|cut)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Remark:
    """What a line says, without comment signs, dots and rules, and which of these it had."""

    text: str
    is_comment: bool
    dots: tuple[bool, bool]
    is_framed: bool  # by dashes or brackets


def is_marker(line: str) -> bool:
    """Whether a line stands for code that is left out: dots and what they stand for, or a remark about the rest."""
    remark = _read(line)
    before, after = remark.dots
    if not remark.text:
        return (before or after) and (remark.is_comment or remark.is_framed)
    is_remark = bool(_REMARK.fullmatch(remark.text)) and not _BARE.fullmatch(remark.text)
    if remark.is_comment:
        return (
            is_remark
            or (before and (after or _is_about_code(remark.text)))
            or (after and _is_about_rest(remark))
        )
    return _is_about_rest(remark) and (
        (before and after) or remark.is_framed or (is_remark and " " in remark.text)
    )


def has_dots(line: str) -> bool:
    """Whether what a line says begins or ends with dots."""
    return any(_read(line).dots)


def may_be_marker(line: str) -> bool:
    """Whether a comment begins with dots and says something else: then it is one, unless code is left out where it stands."""
    remark = _read(line)
    return remark.is_comment and remark.dots[0] and not is_marker(line)


def _is_about_code(text: str) -> bool:
    return bool(_ABOUT.search(text)) and not _GOES_ON.match(text)


def _is_about_rest(remark: _Remark) -> bool:
    return bool(_REMARK.fullmatch(remark.text) or _BARE.fullmatch(remark.text))


def _read(line: str) -> _Remark:
    text = line.strip()
    opened = _OPEN.match(text)
    text = text[opened.end() :] if opened else text
    if opened:
        text = _without_end(text, _CLOSED)
    rules = _RULE_OR_BRACKET.match(text) or (opened and opened[0].startswith("---"))
    begin = _RULES.match(text)
    text = _without_end(text[begin.end() :] if begin else text, _RULES_AT_END).strip()
    before, after = _DOTS.match(text), _DOTS_AT_END.match(text[::-1])
    text = _without_end(text[before.end() :] if before else text, _DOTS_AT_END).strip()
    framed = _is_framed(text)
    if framed or before or after or opened:
        sign = _SIGNS.match(text)
        text = _without_end(text[sign.end() :] if sign else text, _SIGNS_AT_END)
    else:
        text = text.rstrip(".")
    is_rule = opened is not None and not opened[0].strip("- ") and bool(rules)
    return _Remark(
        text.strip(),
        bool(opened) and not is_rule,
        (bool(before), bool(after)),
        bool(rules or framed),
    )


def _is_framed(text: str) -> bool:
    is_bracketed = len(text) > 1 and text[0] in "[(<{" and text[-1] in "])>}"
    return is_bracketed or (len(text) > 3 and {*text[:2], *text[-2:]} <= {*"-=*~_"})


def _without_end(text: str, backwards: re.Pattern[str]) -> str:
    """The text without what it ends with; a pattern that is read from the end looks at each character once."""
    match = backwards.match(text[::-1])
    return text[: len(text) - match.end()] if match else text
