"""Lines that stand for code which is left out: `... existing code ...`, in any comment style."""

import re

_MARKER = re.compile(
    r"""^[ \t]*(?: (?:\#|//|--|;|%)+ | /\* | <!-- | \{/\* )? [ \t]*
    (?: (?:\.{3,}|…) [ \t]* \(? [ \t]* (?:[^"'=();]*\b(?:existing|rest|remaining|unchanged|other|previous|same|omitted|remainder|keep)\b[^"'=();]*)?
        \)? [ \t]* (?:\.{3,}|…)?
      | [\[(]? [ \t]* (?:existing|unchanged|remaining|other)[ \t]+(?:code|content|lines?|imports?|methods?|functions?) [^"'=();]* [\])]?
      | (?:rest|remainder)[ ]of[ ][^"'=();]*
    ) [ \t]* (?:\*/\}? | -->)? [ \t]*$""",
    re.VERBOSE | re.IGNORECASE,
)


def is_marker(line: str) -> bool:
    """Whether a line stands for code that is left out."""
    if not _MARKER.match(line):
        return False
    bare = line.strip()
    return bare not in ("...", "…") and bool(re.search(r"\w|\.\.\.|…", bare)) and bare != ""
