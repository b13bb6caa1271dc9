"""Brackets and strings of lines of code, in any language: what opens, what closes, what is text."""

import re
from collections.abc import Sequence

Lines = Sequence[str | None]  # None is a marker

_QUOTED = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|(?<![&<\w])'(?:\\.|[^'\\])*'|`[^`]*`|//.*|(?<!\S)#\s.*|/\*.*?\*/"
)


def text_rows(lines: Lines) -> set[int]:
    """Return the rows that begin inside a string or a comment of several lines; not if its end is left out."""
    rows: set[int] = set()
    open_rows: set[int] = set()
    until = ""
    for row, line in enumerate(lines):
        if line is None:
            until = ""
        if until:
            open_rows.add(row)
        if not _may_have_mark(line or ""):
            continue
        for mark in re.finditer(r"\"\"\"|'''|/\*|\*/", _without_strings(line or "", until)):
            if not until and mark[0] != "*/":
                until = "*/" if mark[0] == "/*" else mark[0]
                open_rows = set()
            elif mark[0] == until:
                until = ""
                rows |= open_rows
    return rows


def _may_have_mark(line: str) -> bool:
    """Whether a line may begin or end a string or comment of several lines: also where what parts the signs is a string."""
    return line.count('"') > 2 or line.count("'") > 2 or ("*" in line and "/" in line)


def _without_strings(line: str, until: str) -> str:
    """The line without what could be taken for the beginning of a string or comment of several lines."""
    if until:
        return line
    return re.sub(
        r"\"{3}.*?\"{3}|'{3}.*?'{3}|(?<!\")\"(?!\"\")(?:\\.|[^\"\\])*\"(?!\")|(?<!['\w])'(?!'')(?:\\.|[^'\\])*'(?!')|(?<!:)//.*|(?<!\S)#\s.*",
        "",
        line,
    )


def is_balanced(line: str) -> bool:
    """Whether a line closes all brackets that it opens, and no others."""
    return net(line) == 0


def ends_with_colon(lines: Sequence[str]) -> bool:
    """Whether a definition's head ends with a colon, as in Python: its body then is what is indented."""
    depth = 0
    for line in lines[:-1]:
        depth += net(line)
        if depth <= 0:
            return _QUOTED.sub("", line).rstrip().endswith(":")
    return False


def net(line: str) -> int:
    """Return how many brackets a line opens, less those that it closes."""
    bare = _QUOTED.sub("", line)
    return sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}"))
