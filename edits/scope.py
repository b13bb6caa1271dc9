"""Which lines of a file an edit may rewrite: `file`, `symbol:NAME`, `lines:A-B`, or `auto`, by what is named."""

import re

from specedit.edits.regions import MAX_LINES
from specedit.edits.syntax.source import Source
from specedit.edits.text import whole_number
from specedit.engine.errors import EditRefused, InvalidRequest

_KINDS = "function|method|class|struct|type|interface|enum|trait|constructor|def|func|fn"
_MOST = 0.7  # a region that takes more of its file is the file


def resolve(scope: str, body: str, source: Source | None) -> tuple[int, int] | None:
    """Return the lines [first, last) that `scope` means; None for `file` and `auto`.

    Raises:
        InvalidRequest: it is of none of the forms.
        EditRefused: the file has no such lines, or no such symbol.
    """
    count = body.count("\n")
    if scope in ("file", "auto"):
        return None
    if match := re.fullmatch(r"lines:(\d+)(?:-(\d+))?", scope):
        first, last = whole_number(match[1]), whole_number(match[2] or match[1])
        if not 1 <= first <= last <= count:
            raise EditRefused(f"the file has lines 1 to {count}, not {first} to {last}")
        return first - 1, last
    if scope.startswith("symbol:") and len(scope) > len("symbol:"):
        if source is None:
            raise EditRefused(f"'{scope}' needs a language that is known; use lines:A-B")
        return source.lines_of(source.definition(scope.removeprefix("symbol:")))
    raise InvalidRequest(f"no scope '{scope}'; give file, symbol:NAME, lines:A-B or auto")


def named_in(instruction: str, source: Source) -> tuple[int, int] | None:
    """Return the smallest lines that hold every definition that the instruction names; None for the whole file."""
    count = source.text.count("\n")
    names = [
        source.lines_of(d)
        for d in source.definitions
        if d.kind != "module" and _names(instruction, d.name)
    ]
    if not names or count <= MAX_LINES:
        return None
    first, last = min(a for a, _ in names), max(b for _, b in names)
    return (first, last) if last - first <= _MOST * count else None


def _names(instruction: str, name: str) -> bool:
    """Whether an instruction means a symbol, and not the word that it happens to be."""
    word = re.escape(name)
    if re.search(rf"[`'\"]([\w.]*[.:])?{word}(\(\))?[`'\"]|(?<!\w){word}\(", instruction):
        return True
    if not re.search(rf"(?<!\w){word}(?!\w)", instruction):
        return False
    plain = (name.islower() and name.isalpha()) or instruction.lstrip().startswith(name)
    beside = rf"\b(?:{_KINDS})\s+{word}\b|(?<!\w){word}\s+(?:{_KINDS})\b"
    return not plain or re.search(beside, instruction) is not None
