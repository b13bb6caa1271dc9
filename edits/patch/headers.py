"""The headers of a diff that say more of a file than its lines: made, removed, moved, executable, binary."""

import re
from collections.abc import Sequence

from specedit.edits.patch.names import plain
from specedit.edits.patch.sections import FilePatch

_EXTENDED = {
    "new file mode": "adds",
    "deleted file mode": "deletes",
    "rename from": "renames",
    "rename to": "renames",
    "copy from": "copies",
    "copy to": "copies",
    "Binary files": "binary",
    "GIT binary patch": "binary",
    "*** Move to:": "renames",
    "old mode": "mode",
    "new mode": "mode",
}
_SPECIAL = ("120000", "160000")  # the modes of links and of submodules
# What GNU diff writes with -N for a file that is not there: the beginning of time, in any time zone.
_NEVER = re.compile(r".*\t(?:1970-01-01|1969-12-31) \d\d:\d\d:\d\d")
_EMPTY = {"--- ": re.compile(r"@@ -0,0 "), "+++ ": re.compile(r"@@ -\S+ \+0,0 ")}
_BINARY = re.compile(r"Binary files (.+) and (.+) differ")
_TWO_QUOTED = re.compile(r'("(?:\\.|[^"\\])*"|\S+) ("(?:\\.|[^"\\])*"|\S+)')


def extend(section: FilePatch, line: str) -> bool:
    """Take up what a line says of a part's file, and return whether it is such a line."""
    if line.startswith("index ") and line.rstrip().endswith(_SPECIAL):
        section.kinds.add("special")
        return True
    start = next(filter(line.startswith, _EXTENDED), None)
    if start is None:
        return False
    section.kinds.add(_EXTENDED[start])
    value = line[len(start) :].strip()
    if start in ("rename from", "copy from"):
        section.moved_from = _unquoted(value)
    elif start in ("rename to", "copy to"):
        section.moved_to = _unquoted(value)
        section.names.append(section.moved_to)
    elif start == "*** Move to:":
        section.moved_to = value
    elif start in ("new file mode", "new mode"):
        section.mode = value
    if start.endswith("mode") and value in _SPECIAL:
        section.kinds.add("special")
    return True


def is_binary(line: str) -> bool:
    """Whether a line says that two files are binary, and differ."""
    return bool(_BINARY.fullmatch(line.rstrip()))


def names_of(line: str) -> list[str]:
    """Return the names in git's first line of a part, or in subversion's, without `a/` and `b/`."""
    if binary := _BINARY.fullmatch(line.rstrip()):
        return [plain(name) for name in binary.groups() if name != "/dev/null"]
    text = line.partition(" ")[2].removeprefix("--git ")
    if line.startswith("diff") and '"' in text and (two := _TWO_QUOTED.fullmatch(text.strip())):
        return [plain(name) for name in two.groups()]
    for space in re.finditer(" ", text):
        one, other = text[: space.start()], text[space.end() :].rstrip()
        if one == other:  # git was told to write no prefix
            return [one, other]
        if plain(one) == plain(other) and one[1:2] == other[1:2] == "/":
            return [plain(one), plain(other)]
    return list(map(plain, re.split(r" (?=b/)", text)))


def is_of_nothing(line: str, following: Sequence[str]) -> bool:
    """Whether a `---` or `+++` line is of a file that is not there, though it names it: by its time, and an empty range."""
    head = next((row for row in following if row.startswith("@@")), "")
    return bool(_NEVER.match(line) and _EMPTY[line[:4]].match(head))


def _unquoted(name: str) -> str:
    """A name that has no prefix."""
    return plain(f'"x/{name[1:]}')[2:] if name.startswith('"') else name


def is_in_v4a(lines: Sequence[str], at: int) -> bool:
    """Return whether a line, before row `at`, is one of a `*** Begin Patch`'s file, and no prose behind it."""
    for row in range(at - 1, -1, -1):
        if lines[row].startswith("*** Update File:"):
            return True
        if lines[row] == "*** End Patch":
            return False
        if lines[row].startswith(("```", "~~~")) and "*** End Patch" not in lines[at:]:
            return False
    return False
