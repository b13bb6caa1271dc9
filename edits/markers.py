"""Lines that stand for code which is left out: `... existing code ...`, in any comment style."""

import re

_OPEN, _CLOSE = r"(?:(?:\#|//|--|;|%)+|/\*+|\(\*|<!--|\{/\*)", r"(?:\*/\}?|\*\)|-->)?"
_THINGS = r"(?:code|contents?|lines?|imports?|methods?|functions?|fields?|class|file|logic|implementation|body|tests?|cases?)"
# What may follow in a remark about left-out code; anything else makes it a remark about code that is there.
_TAIL = r"(?:\s+(?:is|are|here|unchanged|remains?|stays?|goes|the\ same|as\ (?:before|is|it\ was)|omitted|above|below|elided|of\ the\ \w+))*"
_DOTTED = re.compile(rf"\s*{_OPEN}?\s*[\[(]?\s*(?:\.{{3,}}|…).*")
_REMARK = re.compile(
    rf"""\s*{_OPEN}?\s*[\[(]?\s*
    (?: (?:keep\s+)?(?:the\s+)?(?:existing|remaining|unchanged|previous|other|rest\ of\ the|remainder\ of\ the|rest\ of)\s+(?:existing\s+)?{_THINGS}
      | (?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+)?(?:\w+(?:\(\))?\s*){{1,2}}?
      | {_THINGS}\s+(?:remains?|unchanged|stays?|as\ before|omitted)
    ) {_TAIL} \s*[\])]?\s*(?:\.{{3,}}|…|\.)?\s*{_CLOSE}\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def is_marker(line: str) -> bool:
    """Whether a line stands for code that is left out: a comment that begins with dots, or a remark about the rest."""
    bare = line.strip()
    if re.match(_OPEN, bare):
        return bool(_DOTTED.fullmatch(bare) or _REMARK.fullmatch(bare))
    return bool(
        _DOTTED.fullmatch(bare)
        and bare.endswith(("...", "…"))
        and _REMARK.fullmatch(bare.strip(".… "))
    )
