"""The words, names and quoted parts of an instruction."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import overload

_NAME = r"[A-Za-z_$][\w$]*(?:(?:\.|::|\#)[A-Za-z_$][\w$]*)*"
_TOKEN = re.compile(
    rf"""(?P<quoted>`[^`\n]+`|"[^"\n]*"|(?<![\w)])'[^'\n]*'(?!\w))(?:\(\))?
    | (?P<owner>`?{_NAME}(?:\(\))?`?)['\u2019]s(?=\s)
    | [,;:.!?](?=\s|$)
    | [^\s`=]+?(?=[,;:.!?]*(?:[\s`=]|$))
    | =>?|\S""",
    re.VERBOSE,
)
_IS_NAME = re.compile(rf"([`'\"]?)({_NAME})(?:\(\))?\1(?:\(\))?")


@dataclass(frozen=True, slots=True)
class Token:
    """One part of an instruction, and where it begins and ends there."""

    text: str
    start: int
    end: int
    is_quoted: bool = False
    is_owner: bool = False  # written with 's behind it, which the text is without

    @property
    def word(self) -> str:
        """What may be a word of the sentence, in lower case; "" for what is quoted, or a name by its capitals."""
        plain = self.text[1:] == self.text[1:].lower() and not self.is_quoted
        return self.text.lower() if plain and not self.is_owner else ""

    @property
    def name(self) -> str:
        """The name that is written, without its quotes and parentheses; "" if it is none."""
        match = _IS_NAME.fullmatch(self.text)
        return match[2] if match else ""


@dataclass(frozen=True)
class Phrase:
    """Some tokens that follow each other."""

    text: str
    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> "Phrase": ...
    def __getitem__(self, at: int | slice) -> "Token | Phrase":
        return Phrase(self.text, self.tokens[at]) if isinstance(at, slice) else self.tokens[at]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the tokens, "" for what is no word."""
        return tuple(token.word for token in self.tokens)

    @property
    def code(self) -> str:
        """The text as it is written; what is wholly in backticks without them."""
        if not self.tokens:
            return ""
        text = self.text[self.tokens[0].start : self.tokens[-1].end]
        is_ticked = len(self.tokens) == 1 and text[0] == text[-1] == "`"
        return text[1:-1].strip() if is_ticked else text

    def begins(self, words: tuple[str, ...]) -> bool:
        """Whether the first tokens are these words."""
        return self.words[: len(words)] == words


def phrase(text: str) -> Phrase:
    """Return a text as tokens."""
    tokens = (
        Token(m["owner"] or m[0], m.start(), m.end(), bool(m["quoted"]), bool(m["owner"]))
        for m in _TOKEN.finditer(text)
    )
    return Phrase(text, tuple(tokens))
