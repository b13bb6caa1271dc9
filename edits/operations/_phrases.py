"""How instructions are read: phrases with places for names and code."""

import re
from functools import cache

from specedit.edits.operations._rename_forms import POLITE
from specedit.edits.syntax.language import Language, parse

# Verbs that mean the same, for templates.
REMOVE = r"(?:remove|delete|drop|erase|get rid of|take out)"
ADD = r"(?:add|insert)"
MOVE = r"(?:move|put|place|shift)"
CHANGE = r"(?:change|set|update|modify|increase|decrease|raise|lower|bump)"
SWAP = r"(?:swap|exchange|switch|(?:swap|switch|reverse) the order of)"
# Before a name that stands where an adjective could, as in "the strict parameter".
_NO_NAMES = (
    "an?|the|this|that|these|those|its?|every|everything|each|all|any|anything|some|one|another|new|missing|unused|unnecessary"
    "|redundant|dead|obsolete|deprecated|whole|entire|old|first|last|second|other|same|only|next|previous|above|below|following"
    "|wrong|right"
)
NO_ARTICLE = rf"(?!(?-i:{_NO_NAMES})\b)"
WRAP = r"(?:wrap|surround|enclose|put|nest)"
_NAME = r"[`'\"]?(?P<{0}>[A-Za-z_$][\w$]*(?:(?:\.|::|\#)[A-Za-z_$][\w$]*)*)(?:\(\))?[`'\"]?"
_CODE = r"(?:`(?P<{0}_quoted>[^`]+)`|(?P<{0}_bare>.+?))"
_END = r"(?:\s+(?:in|of)\s+(?:this|the)\s+(?:file|module))?(?:,?\s+(?:please|pls|thanks|thank you))*\s*[.!]?\s*"


@cache
def phrase(template: str) -> re.Pattern[str]:
    """Return a pattern for a whole instruction.

    `<x>` stands for a name, `<x:code>` for any text, in backticks or not, `<x:(...)>` for what is in the parentheses; the
    rest is a regular expression in which a space is any white space, ` ?` also none. "please" behind it and a full stop do
    not matter.
    """
    text = template.replace(" ?", r"\s*").replace(" ", r"\s+")
    text = re.sub(r"<(\w+):\((.+?)\)>", r"(?P<\1>\2)", text)
    text = re.sub(r"(?<!\?P)<(\w+)>", lambda m: _NAME.format(m[1]), text)
    text = re.sub(r"<(\w+):code>", lambda m: _CODE.format(m[1]), text)
    return re.compile(rf"\s*(?:{text}){_END}", re.IGNORECASE | re.DOTALL)


def plain(instruction: str) -> str:
    """Return an instruction without the courtesy before it, and without the mark of a question that it is then."""
    polite = POLITE.match(instruction)
    rest = instruction[polite.end() if polite else 0 :].strip()
    asks = polite is not None and re.search(r"\b(?:can|could|would|will) you\b", polite[0], re.I)
    return rest.removesuffix("?").rstrip() if asks else rest


def is_code(template: str, code: str, language: Language) -> bool:
    """Whether `code` makes sense in the place of {} in `template`: words about code do not."""
    return not parse(template.format(code), language).has_error


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
