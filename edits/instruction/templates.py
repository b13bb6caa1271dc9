"""Templates of whole instructions, for those whose parts are free text: lines, and the values of keys."""

import re
from functools import cache

from specedit.edits.instruction.sentence import plain

REMOVE = r"(?:remove|delete|drop|erase|get rid of|take out)"
ADD = r"(?:add|insert)"
_CODE = r"(?:`(?P<{0}_quoted>[^`]+)`|(?P<{0}_bare>.+?))"


@cache
def phrase(template: str) -> re.Pattern[str]:
    """Return a pattern for a whole instruction.

    `<x:code>` stands for any text, in backticks or not, `<x:(...)>` for what is in the parentheses; the rest is a regular
    expression in which a space is any white space, ` ?` also none.
    """
    text = template.replace(" ?", r"\s*").replace(" ", r"\s+")
    text = re.sub(r"<(\w+):\((.+?)\)>", r"(?P<\1>\2)", text)
    text = re.sub(r"<(\w+):code>", lambda m: _CODE.format(m[1]), text)
    return re.compile(rf"\s*(?:{text})", re.IGNORECASE | re.DOTALL)


def read(instruction: str, *templates: str) -> dict[str, str] | None:
    """Return what stands in the places of the first template that the instruction follows, or None."""
    instruction = plain(instruction)
    for template in templates:
        match = phrase(template).fullmatch(instruction)
        if match:
            groups = match.groupdict()
            return {
                key.removesuffix("_quoted").removesuffix("_bare"): value.strip()
                for key, value in groups.items()
                if value is not None
            }
    return None
