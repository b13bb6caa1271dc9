"""Updates that are patches: what a client sends as a snippet is what its own model wrote, in any form."""

import re

_BEGIN = re.compile(
    r"\s*(?:(?:`{3,}\w*|[\w./+-]+)\n){0,2}"  # a fence, the file's name
    r"(?P<mark><{5,9} ?SEARCH\b|\*\*\* Begin Patch|diff --git |--- \S[^\n]*\n\+\+\+ |@@ )"
)
_FILE = re.compile(
    r"^(?:\+\+\+ (?:b/)?|\*\*\* Update File: )([^\t\n]+)"
    r"|^([\w./+-]+)\n(?:`{3,}\w*\n)?<{5,9} ?SEARCH\b",
    re.MULTILINE,
)


def is_patch(update: str, code: str) -> bool:
    """Return whether an update begins as a patch does, and the file itself has no such text, as one that holds patches."""
    begin = _BEGIN.match(update)
    return begin is not None and begin["mark"] not in code


def file_of(patch: str) -> str:
    """Return the name of the one file that a patch says it is for, "" if it names none, or several."""
    names = {"".join(name).strip() for name in _FILE.findall(patch)}
    return names.pop() if len(names) == 1 else ""
