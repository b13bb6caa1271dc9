"""What a line of code does, by its form: in any language."""

import re

_JUMP = re.compile(r"\s*(?:return|raise|throw|break|continue)\b")
_COMMENT = re.compile(r"\s*(?:#(?=\s|#|$)|//|--|/\*|\*|;|<!--|\(\*)")
_STATEMENT = re.compile(
    r"\s*(?:if|elif|else|for|while|return|raise|throw|with|try|except|catch|switch|case|match|assert|await|yield|not|import|from|use)\b"
)
_KEY = re.compile(
    r"\s*(?:[\w$<>\[\], ?*&.]*[\s*&])??(?P<name>[\w$.\"'\-\[\]]+)\s*[?!]?(?::[^=]*?)?(?:=(?![=>])|:=|[-+*/|&]=|:(?=\s|$))"
)


def is_jump(line: str) -> bool:
    """Whether nothing that follows a line in its block is run."""
    return bool(_JUMP.match(line))


def is_comment(line: str) -> bool:
    """Whether a line is a comment in some language."""
    return bool(_COMMENT.match(line))


def key_of(line: str) -> str | None:
    """Return the name that a line gives a value or a type, None if it does neither."""
    match = None if _STATEMENT.match(line) else _KEY.match(line)
    return match["name"].strip("\"'") if match else None
