"""How instructions are read: phrases with places for names and code."""

import re
from functools import cache

from specedit.edits.language import Language, parse

_NAME = r"[`'\"]?(?P<{0}>[A-Za-z_$][\w$]*(?:(?:\.|::|\#)[A-Za-z_$][\w$]*)*)(?:\(\))?[`'\"]?"
_CODE = r"(?:`(?P<{0}_quoted>[^`]+)`|(?P<{0}_bare>.+?))"
_END = r"(?:\s+(?:in|of)\s+(?:this|the)\s+(?:file|module))?(?:,?\s+please)?\s*[.!]?\s*"


@cache
def phrase(template: str) -> re.Pattern[str]:
    """Return a pattern for a whole instruction.

    `<x>` stands for a name, `<x:code>` for any text, in backticks or not, `<x:(...)>` for what is in the parentheses; the
    rest is a regular expression in which a space is any white space, ` ?` also none. "please" and a full stop do not matter.
    """
    text = template.replace(" ?", r"\s*").replace(" ", r"\s+")
    text = re.sub(r"<(\w+):\((.+?)\)>", r"(?P<\1>\2)", text)
    text = re.sub(r"(?<!\?P)<(\w+)>", lambda m: _NAME.format(m[1]), text)
    text = re.sub(r"<(\w+):code>", lambda m: _CODE.format(m[1]), text)
    return re.compile(rf"\s*(?:please\s+)?(?:{text}){_END}", re.IGNORECASE | re.DOTALL)


def is_code(template: str, code: str, language: Language) -> bool:
    """Whether `code` makes sense in the place of {} in `template`: words about code do not."""
    return not parse(template.format(code), language).has_error


def read(instruction: str, *templates: str) -> dict[str, str] | None:
    """Return what stands in the places of the first template that the instruction follows, or None."""
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
