"""What a request to rename says by its names and by the words behind it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_vocabulary import STYLES
from specedit.edits.operations._rename_words import NAME
from specedit.engine.errors import EditRefused


def with_path(request: Request, refusal: Callable[[str], EditRefused]) -> Request:
    """Return a request with the owner that stands before the old name, as in `Door.close`.

    Raises:
        EditRefused: it is no name; by `refusal`.
    """
    path = re.split(r"\.|::|->|(?<=.)#", request.old)
    if not all(re.fullmatch(rf"'?{NAME}", part) for part in path):
        raise refusal(f"{request.old!r} as a name")
    if len(path) == 2 and path[0] in ("self", "this", "cls"):  # as the text reaches its members
        request = replace(request, new=re.sub(r"^\w+\.", "", request.new))
        request = replace(request, noun=request.noun or "attribute")
        path = path[1:]
    owners = [".".join(path[:-1]), request.owner]
    owner = ".".join(part for part in reversed(owners) if part)
    new = re.split(r"\.|::", request.new)
    if len(new) > 1 and new[:-1] == path[:-1]:
        request = replace(request, new=new[-1])
    if request.new.lower() in STYLES:
        raise refusal(f"{request.new!r} as a name")
    if path[-1].startswith("'"):  # a lifetime or label of Rust
        noun = request.noun or "lifetime"
        return replace(
            request, old=path[-1][1:], new=request.new.removeprefix("'"), noun=noun, owner=owner
        )
    return replace(request, old=path[-1], owner=owner)


def with_texts(request: Request, rest: Sequence[str]) -> Request:
    """Return a request with the texts that words behind it name."""
    words = set(rest)
    strings = bool(words & {"string", "strings", "text"})
    comments = bool(words & {"comment", "comments", "text"})
    docstrings = strings or bool(words & {"docstring", "docstrings"})
    everywhere = "everywhere" in words
    if everywhere and not (strings or comments or docstrings):
        comments = strings = docstrings = "code" not in words
    return replace(
        request, everywhere=everywhere, comments=comments, docstrings=docstrings, strings=strings
    )
