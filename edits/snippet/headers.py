"""New imports that a lazy snippet begins with, in languages of whose imports no grammar tells: set apart, by their form."""

import re
from collections.abc import Sequence

from specedit.edits.snippet.text import SnippetLines

_IMPORT = re.compile(
    r"(import|use|using|require|require_once|require_relative|include|include_once|#include|@import|open|library|source|alias|export)\b"
    r"|from\s+\S+\s+import\b|local\s+\w+\s*=\s*require\b"
)
_TOP = re.compile(
    r"package\b|namespace\s[^{]*;?$|module\s+\w+;|<\?php|#!|declare\b|use strict|defmodule\b|set\s+-"
)


def split_headers(given: SnippetLines, own: Sequence[str]) -> tuple[SnippetLines, tuple[str, ...]]:
    """Return the snippet without the new imports of its first part, and these; not where code stands right below them."""
    known = {line.strip() for line in own}
    end = given.lines.index(None) if None in given.lines else len(given.lines)
    rows = [row for row in range(end) if (given.lines[row] or "").strip()]
    imports = []
    for row in rows:
        line = given.lines[row] or ""
        if not _IMPORT.match(line) or line.rstrip().endswith(("{", "(", ",")):
            break
        imports.append(row)
    new = [row for row in imports if (given.lines[row] or "").strip() not in known]
    if not new or (imports[-1] + 1 < end and (given.lines[imports[-1] + 1] or "").strip()):
        return given, ()
    statements = tuple(given.lines[row] or "" for row in new)
    for row in reversed(new):
        given = given.without(row, row + 1)
    while given.lines and given.lines[0] is not None and not given.lines[0].strip():
        given = given.without(0, 1)
    return given.renumbered(), statements


def with_headers(lines: Sequence[str], statements: Sequence[str]) -> list[str]:
    """Return the lines with imports behind those of their kind, or below what a file begins with."""
    result = list(lines)
    for statement in statements:
        word = statement.split()[0]
        alike = [row for row, line in enumerate(result) if line.split()[:1] == [word]]
        others = [row for row, line in enumerate(result) if _IMPORT.match(line)]
        tops = [row for row, line in enumerate(result[:5]) if _TOP.match(line)]
        row = next((rows[-1] + 1 for rows in (alike, others, tops) if rows), 0)
        gap = [] if alike or others else [""]
        result[row:row] = [*(gap if row else []), statement, *([] if row else gap)]
    return result
