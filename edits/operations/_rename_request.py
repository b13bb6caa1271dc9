"""Reads what a rename asks for.

"rename get_tree to fetch_tree", "rename the method `close` of class Door to `shut`, including comments", "rename
Door.close to shut and Door.open to unlock", "the method close should be called shut", "close → shut". What plainly
asks for a rename is read in full or refused; what does not is no rename.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from specedit.edits.language import words
from specedit.edits.operations._rename_nouns import ADJECTIVES, NOUNS, SCOPES
from specedit.engine.errors import EditRefused

UNDERSTOOD = (
    '"rename fetch to load", "rename the method close of Door to shut", "rename Door.close to shut", '
    '"rename the parameter x of f to y", "rename x on line 12 to y", "rename a to b and c to d"'
)


@dataclass(frozen=True, slots=True)
class Request:
    """One rename. `noun` is what the symbol was called, `owner` what it is said to belong to, `line` where it stands.

    `is_local` is True or False where the instruction says so. `every` means all symbols of the name, `everywhere` all
    places of it, whatever they mean; the rest say which texts are looked through besides the code.
    """

    old: str
    new: str
    noun: str = ""
    owner: str = ""
    line: int | None = None
    is_local: bool | None = None
    every: bool = False
    everywhere: bool = False
    comments: bool = False
    docstrings: bool = False
    strings: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_quoted: bool = False
    is_possessive: bool = False

    @property
    def word(self) -> str:
        """What may be a word of the sentence; "" for what can only be a name, as `A`."""
        if self.text == "The":
            return "the"
        return "" if self.is_quoted or self.text != self.text.lower() else self.text


_NAME = r"[#~$@]?[^\W\d][\w$]*"
_PATH = rf"{_NAME}(?:(?:\.|::|->|\#){_NAME})*"
_TOKEN = re.compile(
    rf"""(?P<tick>[`'"]|\u201c|\u2018|«) (?P<quoted>'?{_PATH}|[^\s`'"\u201d\u2019»]+?) (?:\(\))? (?(tick)[`'"\u201d\u2019»])
    | (?P<owner>{_PATH})['\u2019]s(?=\s)
    | (?P<lifetime>'{_NAME})
    | (?P<arrow>->|=>|→|⇒|➜)
    | (?P<adjective>[a-z]+-[a-z]+)(?=\s)
    | (?P<word>[^\s`'"\u201c\u201d\u2018\u2019«»,;()]+?) (?:\(\))? (?=[.!?:]*(?:[\s`'"\u201c\u201d\u2018\u2019«»,;()]|$))
    | (?P<mark>\S)""",
    re.VERBOSE,
)
_POLITE = re.compile(
    r"\s*(?:(?:please|kindly|now|can you|could you|would you|will you|you should|i want (?:you )?to|i would like (?:you )?to"
    r"|i'd like (?:you )?to|i need (?:you )?to|we need to|we should|let's|let us)\b[\s,]*)*",
    re.IGNORECASE,
)
_WHAT, _NEW = r"(?P<what>.+?)", r"(?P<new>[`'\"]?[^\s`'\",;]+[`'\"]?)"
_LAST = r"(?P<what>[^.,;!?]+)"
_TO = r"(?:to|into|as|->|=>|→)"
# Other ways to ask for a rename. A word behind "be called" that is no name tells how often or when to call it.
_OTHER_WORDS = tuple(
    re.compile(rf"{form}(?P<tail>.*)", re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?:change|update|edit|modify)\s+(?:all\s+)?(?:the\s+)?(?:names?|uses|occurrences|references|identifier)\s+(?:of|for)\s+{_WHAT}\s+{_TO}\s+(?:be\s+)?{_NEW}",
        rf"(?:change|update)\s+{_WHAT}(?:'s|\u2019s)\s+name\s+{_TO}\s+{_NEW}",
        rf"(?:change|update)\s+{_WHAT}\s+to\s+be\s+(?:called|named)\s+{_NEW}",
        rf"{_WHAT}\s+(?:should|must|shall|ought\s+to|needs\s+to|has\s+to)\s+be\s+(?:named|renamed(?:\s+{_TO})?)\s+{_NEW}",
        rf"{_WHAT}\s+(?:should|must|shall|ought\s+to|needs\s+to|has\s+to)\s+be\s+called\s+(?!(?:once|twice|first|last|only|before|after|again|with|when|whenever|from|in|by|on|at|if|for|every|each|directly|to)\b|\w+ly\b){_NEW}",
        rf"(?:call|name)\s+(?:it|this|that)\s+{_NEW}\s+(?:instead\s+of|rather\s+than|not)\s+{_LAST}",
        rf"(?:call|name)\s+{_WHAT}\s+{_NEW}\s+instead",
        rf"use\s+the\s+name\s+{_NEW}\s+(?:instead\s+of|rather\s+than|for)\s+{_LAST}",
        rf"give\s+{_WHAT}\s+(?:the|a)\s+(?:new\s+)?name\s+{_NEW}",
        rf"(?P<what>[`'\"]?{_PATH}(?:\(\))?[`'\"]?)\s*(?:->|=>|→)\s*{_NEW}",
    )
)
_VERB = re.compile(r"(?:re-?name|renaming|renamed|renames)\b:?\s*", re.IGNORECASE)
_CONNECTORS = ("to", "into", "as", "with", "->", "=>", "→", "⇒", "➜")
_PLACES = ("in", "of", "inside", "within", "from", "on", "at", "for", "line")
_HERE = (
    "this",
    "file",
    "all",
    "code",
    "module",
    "whole",
    "entire",
    "comments",
    "strings",
    "docstrings",
    "codebase",
    "project",
)
_USES = ("use", "uses", "usages", "occurrences", "instances", "references")
_STYLES = (
    "snake_case",
    "camelcase",
    "pascalcase",
    "kebab-case",
    "lowercase",
    "uppercase",
    "snake",
    "camel",
    "something",
    "better",
    "clearer",
)
# Every word that may follow the names without changing what is asked. Anything else: not for us to guess.
_REST = words(
    ", . ; ! ? ( ) everywhere throughout across in inside the this whole entire file module code please and or also too all its of "
    "use uses usages usage call calls caller callers occurrence occurrences reference references accordingly including include "
    "with update any every comment comments string strings docstring docstrings text source well as thanks thank you both "
    "where wherever it is used to match only here"
)


def read(instruction: str) -> tuple[Request, ...] | None:
    """Return the renames that an instruction asks for; None if it asks for none.

    Raises:
        EditRefused: it asks for one, but not all of it is understood.
    """
    text = instruction[_POLITE.match(instruction).end() :].strip()  # type: ignore[union-attr]
    verb = _VERB.match(text)
    if verb is not None:
        return _Reader(text[verb.end() :], text).renames()
    for form in _OTHER_WORDS:
        match = form.fullmatch(text)
        if match is not None and _is_short(match["what"]):
            return _Reader(f"{match['what']} to {match['new']} {match['tail']}", text).renames()
    return None


def _is_short(what: str) -> bool:
    """Whether words can be what a symbol is called: a name with nouns, and no sentence."""
    return len(what.split()) <= 8 and re.search(r"[.,;:!?]\s", what) is None


class _Reader:
    """Reads the words behind the verb."""

    def __init__(self, text: str, whole: str) -> None:
        self._whole = whole.strip()
        self._tokens = [_token(match) for match in _TOKEN.finditer(text) if match[0] != ":"]
        self._at = 0

    def renames(self) -> tuple[Request, ...]:
        """Read all of it."""
        found = [self._clause()]
        while self._next_clause():
            found.append(self._clause())
        rest = [t.text.lower() for t in self._tokens[self._at :] if not t.is_quoted]
        unknown = [
            t.text for t in self._tokens[self._at :] if t.is_quoted or t.text.lower() not in _REST
        ]
        if unknown:
            raise self._refusal(f"what {' '.join(unknown[:8])!r} asks for")
        return tuple(_with_texts(request, rest) for request in found)

    def _refusal(self, what: str) -> EditRefused:
        return EditRefused(
            f"{self._whole[:120]!r} asks for a rename, but {what} is not understood; understood are {UNDERSTOOD}"
        )

    def _word(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].word if at < len(self._tokens) else ""

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_clause(self) -> bool:
        """Whether another rename follows; goes to its first word."""
        at = self._at
        while self._word() in (",", ";", ".", "and", "then", "also"):
            self._at += 1
        rest = self._tokens[self._at :]
        verb = bool(rest) and _VERB.fullmatch(rest[0].text) is not None
        if at < self._at and (verb or any(t.word in _CONNECTORS for t in rest[:8])):
            limit = next((i for i, t in enumerate(rest) if t.word in _CONNECTORS), 0)
            if verb or not all(t.text.lower() in _REST for t in rest[:limit]):
                self._at += verb
                return True
        self._at = at
        return False

    def _clause(self) -> Request:
        request = Request("", "")
        request = self._adjectives(request)
        request = self._noun(request)
        if self._at >= len(self._tokens):
            raise self._refusal("which symbol it means")
        if self._tokens[self._at].is_possessive:
            request = replace(request, owner=self._take().text)
            request = self._noun(self._adjectives(request))
        old = self._take().text if self._at < len(self._tokens) else ""
        request = replace(request, old=old)
        request = self._places(self._noun_behind(request))
        if self._word() not in _CONNECTORS:
            raise self._refusal("what the new name is")
        self._at += 1
        if self._word() == "be" and self._at + 1 < len(self._tokens) and self._word(1) not in _REST:
            self._at += 1
        if self._at >= len(self._tokens):
            raise self._refusal("what the new name is")
        request = replace(request, new=self._take().text)
        return self._checked(self._places(request))

    def _adjectives(self, request: Request) -> Request:
        while self._at < len(self._tokens):
            word = self._word()
            if word in _USES and self._word(1) == "of":
                self._at += 2
                continue
            compound = f"{word}-{self._word(1)}" in NOUNS and self._follows_more(1)
            if compound or not self._follows_more():
                return request
            if word in ("all", "every", "each", "any"):
                request = replace(request, every=True)
            elif word in SCOPES and request.is_local is None:
                request = replace(request, is_local=SCOPES[word])
            elif word not in ("the", "a", "an", "our", "my", "this", "of") and not (
                word in ADJECTIVES and (self._word(1) in NOUNS or word not in NOUNS)
            ):
                return request
            self._at += 1
        return request

    def _noun(self, request: Request) -> Request:
        if not self._follows_more():
            return request
        for length in (2, 1):
            noun = "-".join(self._word(i) for i in range(length))
            if noun in NOUNS and self._follows_more(length - 1):
                self._at += length
                if noun == "local":
                    request = replace(request, is_local=True)
                if self._word() in ("called", "named"):
                    self._at += 1
                return replace(request, noun=noun)
        return request

    def _follows_more(self, ahead: int = 0) -> bool:
        """Whether the word at hand is not the name itself: a name stands before `to` or a place."""
        after = self._at + ahead + 1
        return after < len(self._tokens) and self._tokens[after].word not in (
            *_CONNECTORS,
            *_PLACES,
            ",",
        )

    def _noun_behind(self, request: Request) -> Request:
        for length in (2, 1):
            noun = "-".join(self._word(i) for i in range(length))
            if noun in NOUNS:
                self._at += length
                return request if request.noun else replace(request, noun=noun)
        return request

    def _places(self, request: Request) -> Request:
        while self._word() in _PLACES:
            at = self._at
            if self._word() != "line":
                self._at += 1
            if self._word() in ("the", "line") and self._word(1) in ("line",):
                self._at += 1
            if self._word() == "line" and self._word(1).isdigit():
                request = replace(request, line=int(self._word(1)))
                self._at += 2
                continue
            while self._word() in ("the", "a", "an", "enclosing"):
                self._at += 1
            if self._word() in _HERE or self._at >= len(self._tokens):
                self._at = at
                return request
            if self._is_noun_of_place():
                self._at += 1
            owner = self._take().text
            request = replace(request, owner=f"{owner}.{request.owner}" if request.owner else owner)
            if self._word() in NOUNS:
                self._at += 1
        return request

    def _is_noun_of_place(self) -> bool:
        """Whether the word at hand says what the place is, as in `in class Door`, and is not its name."""
        following = self._tokens[self._at + 1 : self._at + 2]
        ends = (*_CONNECTORS, *_PLACES, ",", "and", ".")
        return self._word() in NOUNS and any(t.is_quoted or t.word not in ends for t in following)

    def _checked(self, request: Request) -> Request:
        path = re.split(r"\.|::|->|(?<=.)#", request.old)
        if not all(re.fullmatch(rf"'?{_NAME}", part) for part in path):
            raise self._refusal(f"{request.old!r} as a name")
        owners = [".".join(path[:-1]), request.owner]
        owner = ".".join(part for part in reversed(owners) if part)
        new = re.split(r"\.|::", request.new)
        if len(new) > 1 and new[:-1] == path[:-1]:
            request = replace(request, new=new[-1])
        if request.new.lower() in _STYLES:
            raise self._refusal(f"{request.new!r} as a name")
        if path[-1].startswith("'"):  # a lifetime or label of Rust
            noun = request.noun or "lifetime"
            return replace(
                request, old=path[-1][1:], new=request.new.removeprefix("'"), noun=noun, owner=owner
            )
        return replace(request, old=path[-1], owner=owner)


def _token(match: re.Match[str]) -> _Token:
    if match["quoted"]:
        return _Token(match["quoted"].removesuffix("()"), is_quoted=True)
    if match["owner"]:
        return _Token(match["owner"], is_possessive=True)
    return _Token(match[0].removesuffix("()"))


def _with_texts(request: Request, rest: Sequence[str]) -> Request:
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
