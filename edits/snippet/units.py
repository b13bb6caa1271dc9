"""The indentation of a lazy snippet in the file's units: tabs for spaces, four spaces for two."""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from specedit.edits.text import indent_of

_FEW = 2  # levels that must show another step


def in_units_of(body: str, snippet: str) -> str:
    """Return the snippet with tabs for its indentation, where the file has tabs and the snippet has none.

    The lines that both have decide what the file has, else most of its lines. Where the lines of both are indented by other
    steps, all of the snippet's are by the file's.
    """
    widths = [len(indent_of(line)) for line in snippet.split("\n") if line.strip()]
    unit = min((width for width in widths if width > 1), default=0)
    if not unit or "\n\t" not in body or re.search(r"^\t", snippet, re.MULTILINE):
        return _scaled(body, snippet)
    shown = {line.strip() for line in snippet.split("\n")}
    indented = [line for line in body.split("\n") if line.startswith(("\t", "  "))]
    decide = [line for line in indented if line.strip() in shown] or indented
    if 2 * sum(line.startswith("\t") for line in decide) <= len(decide):
        return snippet
    return re.sub(
        r"^ +", lambda m: "\t" * (len(m[0]) // unit) + " " * (len(m[0]) % unit), snippet, flags=re.M
    )


def _scaled(body: str, snippet: str) -> str:
    """The snippet with the file's steps of spaces, where those of the lines that both have once are in one proportion."""
    lines = [line for line in snippet.split("\n") if re.search(r"\w", line)]
    shown = _indents(lines)
    known = {line.strip() for line in lines}
    own = _indents([line for line in body.split("\n") if line.strip() in known])
    pairs = [(indent, own[line]) for line, indent in shown.items() if line in own]
    unit = "\t" if any(indent.startswith("\t") for indent in shown.values()) else " "
    if any(x.strip(unit) for x in shown.values()) or any(y.strip(" ") for _, y in pairs):
        return snippet
    deep = [(len(x), len(y)) for x, y in pairs if x]
    ratios = Counter(Fraction(there, here) for here, there in deep)
    ratio, count = ratios.most_common(1)[0] if ratios else (Fraction(1), 0)
    levels = {here for here, there in deep if there == here * ratio}
    # One level may be that of a part that is moved to the left as a whole, and so is what stands at the margin.
    is_moved = any(there and not here for here, there in pairs)
    if not ratio or ratio == 1 or len(levels) < _FEW or is_moved or 3 * count < 2 * len(deep):
        return snippet
    step = min(levels)
    return re.sub(
        rf"^{unit}+",
        lambda m: " " * int(len(m[0]) // step * step * ratio + len(m[0]) % step),
        snippet,
        flags=re.MULTILINE,
    )


def _indents(lines: Sequence[str]) -> dict[str, str]:
    """The indentation of each line that there is once."""
    times = Counter(line.strip() for line in lines)
    return {line.strip(): indent_of(line) for line in lines if times[line.strip()] == 1}
