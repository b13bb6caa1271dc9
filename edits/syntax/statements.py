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


_DECLARED = re.compile(  # a property of C#, a field without a value
    r"\s*(?!(?:delete|goto|package|namespace|else|new|export|typedef|import|using|break|continue)\b)"
    r"(?:[\w$<>\[\],.?:]+\s+[*&]*)+(?P<name>[A-Za-z_]\w*)\s*(?:;$|\{\s*(?:(?:private|protected|internal)\s+)?(?:get|set|init)\b)"
)


_ARM = re.compile(
    r"case\b.*:|case\b.*[>{]$|when\b|default\s*:|(?!(?:else|try|finally|except|do):)[\w.-]+:$"
)
_PATTERN = re.compile(r"'[^']*'|\"[^\"]*\"|[\w:|.& ]+(?:\([\w, .&]*\))?")


def is_arm(line: str) -> bool:
    """Return whether a line begins an arm of a `switch`, `when` or `match`, or a key that others stand below: a label tells which."""
    text = line.strip()
    pattern, arrow, _ = text.replace(" -> ", " => ").partition("=> ")
    pattern = " ".join(pattern.partition(" if ")[0].split())
    return bool(_ARM.match(text) or (arrow and _PATTERN.fullmatch(pattern)))


def is_jump(line: str) -> bool:
    """Whether nothing that follows a line in its block is run."""
    return bool(_JUMP.match(line))


def is_comment(line: str) -> bool:
    """Whether a line is a comment in some language."""
    return bool(_COMMENT.match(line))


def key_of(line: str) -> str | None:
    """Return the name that a line gives a value or a type, None if it does neither."""
    match = None if _STATEMENT.match(line) else _KEY.match(line) or _DECLARED.match(line)
    return match["name"].strip("\"'") if match else None
