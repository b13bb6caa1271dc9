"""The words of a request to rename: names, quoted or not, and the rest."""

import re
from dataclasses import dataclass

NAME = r"[#~$@]?[^\W\d][\w$]*"


PATH = rf"{NAME}(?:(?:\.|::|->|\#){NAME})*"


TOKEN = re.compile(
    rf"""(?P<tick>[`'"]|\u201c|\u2018|«) (?P<quoted>'?{PATH}|[^\s`'"\u201d\u2019»]+?) (?:\(\))? (?(tick)[`'"\u201d\u2019»])
    | (?P<owner>{PATH})['\u2019]s(?=\s)
    | (?P<lifetime>'{NAME})
    | (?P<arrow>->|=>|→|⇒|➜)
    | (?P<adjective>[a-z]+-[a-z]+)(?=\s)
    | (?P<word>[^\s`'"\u201c\u201d\u2018\u2019«»,;()]+?) (?:\(\))? (?=[.!?:]*(?:[\s`'"\u201c\u201d\u2018\u2019«»,;()]|$))
    | (?P<mark>\S)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class RenameToken:
    text: str
    is_quoted: bool = False
    is_possessive: bool = False

    @property
    def word(self) -> str:
        """What may be a word of the sentence; "" for what can only be a name, as `A`."""
        if self.text == "The":
            return "the"
        return "" if self.is_quoted or self.text != self.text.lower() else self.text


def token(match: re.Match[str]) -> RenameToken:
    if match["quoted"]:
        return RenameToken(match["quoted"].removesuffix("()"), is_quoted=True)
    if match["owner"]:
        return RenameToken(match["owner"], is_possessive=True)
    return RenameToken(match[0].removesuffix("()"))
