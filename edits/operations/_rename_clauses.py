"""Reads the words behind the verb of a rename: what it renames, where, to what, and in which texts."""

import re
from dataclasses import replace

from specedit.edits.operations._rename_forms import VERB
from specedit.edits.operations._rename_nouns import ADJECTIVES, NOUNS, SCOPES
from specedit.edits.operations._rename_path import with_path, with_texts
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_vocabulary import (
    CONNECTORS,
    HERE,
    PLACES,
    REST,
    USES,
)
from specedit.edits.operations._rename_words import TOKEN, RenameToken, token
from specedit.edits.text import whole_number
from specedit.engine.errors import EditRefused

UNDERSTOOD = (
    '"rename fetch to load", "rename the method close of Door to shut", "rename Door.close to shut", '
    '"rename the parameter x of f to y", "rename x on line 12 to y", "rename a to b and c to d"'
)


_ARTICLES = ("the", "a", "an", "our", "my", "this")
_LINE = ("line", "lines")
_NUMBERS = re.compile(r"(\d+)(?:[-\u2013](\d+))?")


class ClauseReader:
    """Reads the words behind the verb."""

    def __init__(self, text: str, whole: str) -> None:
        self._whole = whole.strip()
        self._tokens = [token(match) for match in TOKEN.finditer(text) if match[0] != ":"]
        self._at = 0

    def renames(self) -> tuple[Request, ...]:
        """Read all of it."""
        requests = [self._clause()]
        while self._next_clause():
            requests.append(self._clause())
        rest = [t.text.lower() for t in self._tokens[self._at :] if not t.is_quoted]
        unknown = [
            t.text for t in self._tokens[self._at :] if t.is_quoted or t.text.lower() not in REST
        ]
        if unknown:
            raise self._refusal(f"what {' '.join(unknown[:8])!r} asks for")
        return tuple(with_texts(request, rest) for request in requests)

    def _refusal(self, what: str) -> EditRefused:
        return EditRefused(
            f"{self._whole[:120]!r} asks for a rename that is not understood in full: {what}; understood are {UNDERSTOOD}"
        )

    def _word(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].word if at < len(self._tokens) else ""

    def _take(self) -> RenameToken:
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_clause(self) -> bool:
        """Whether another rename follows; goes to its first word."""
        at = self._at
        while self._word() in (",", ";", ".", "and", "then", "also"):
            self._at += 1
        rest = self._tokens[self._at :]
        verb = bool(rest) and VERB.fullmatch(rest[0].text) is not None
        if at < self._at and (verb or any(t.word in CONNECTORS for t in rest[:8])):
            limit = next((i for i, t in enumerate(rest) if t.word in CONNECTORS), 0)
            if verb or not all(t.text.lower() in REST for t in rest[:limit]):
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
        if self._word() not in CONNECTORS:
            raise self._refusal("what the new name is")
        self._at += 1
        if self._word() == "be" and self._at + 1 < len(self._tokens) and self._word(1) not in REST:
            self._at += 1
        if self._at >= len(self._tokens):
            raise self._refusal("what the new name is")
        self._at += self._repeats(request.noun)
        request = replace(request, new=self._take().text)
        return with_path(self._everywhere_in(self._places(request)), self._refusal)

    def _everywhere_in(self, request: Request) -> Request:
        """Read "everywhere in f", which is all of the code in f."""
        at = self._at
        if self._word() in ("everywhere", "throughout") and self._word(1) in PLACES:
            self._at += 1
            within = self._places(request)
            if within != request:
                return within
        self._at = at
        return request

    def _repeats(self, noun: str) -> bool:
        """Whether the noun of the old name stands before the new one, too: "rename struct a to struct b"."""
        behind = self._tokens[self._at + 1 : self._at + 2]
        ends = (*CONNECTORS, *PLACES, *REST)
        return bool(noun) and self._word() == noun and any(t.word not in ends for t in behind)

    def _adjectives(self, request: Request) -> Request:
        while self._at < len(self._tokens):
            word = self._word()
            if word in USES and self._word(1) == "of":
                self._at += 2
                continue
            compound = f"{word}-{self._word(1)}" in NOUNS and self._follows_more(1)
            before_noun = word and self._word(1) in NOUNS and self._follows_more(1)
            is_owner = self._tokens[self._at].is_possessive
            if compound or is_owner or not self._follows_more():
                return request
            if word in ("all", "every", "each", "any"):
                request = replace(request, every=True)
            elif word in SCOPES and request.is_local is None:
                request = replace(request, is_local=SCOPES[word])
            elif (
                word not in (*_ARTICLES, "of")
                and not before_noun
                and not (word in ADJECTIVES and word not in NOUNS)
            ):
                return request
            elif before_noun and word not in (*ADJECTIVES, *_ARTICLES, "of"):
                request = replace(
                    request, owner=self._tokens[self._at].text
                )  # "the fetch parameter"
            if word in ("static", "instance"):
                request = replace(request, is_static=word == "static")
            self._at += 1
        return request

    def _noun(self, request: Request) -> Request:
        if not self._follows_more():
            return request
        for length in (2, 1):
            noun = "-".join(self._word(i) for i in range(length))
            is_name = not NOUNS.get(noun, ("",)) and bool(NOUNS.get(self._word(1)))
            is_name = is_name and self._word(2) in CONNECTORS  # "the name property to"
            if noun in NOUNS and self._follows_more(length - 1) and not is_name:
                self._at += length
                if noun == "local":
                    request = replace(request, is_local=True)
                if self._word() in ("called", "named"):
                    self._at += 1
                return replace(request, noun=noun)
        return request

    def _follows_more(self, ahead: int = 0) -> bool:
        """Whether the word at hand is not the name itself: a name stands before `to` or a place."""
        after = ahead + 1
        if self._at + after >= len(self._tokens):
            return False
        is_place = self._word(after) in PLACES and not self._is_name_of_place(after)
        return not is_place and self._word(after) not in (*CONNECTORS, ",")

    def _is_name_of_place(self, ahead: int) -> bool:
        """Whether a word as `of` is a name there, since what follows it opens a place or the new name."""
        following, behind = self._word(ahead + 1), self._word(ahead + 2)
        if following in _LINE:
            return not behind[:1].isdigit()
        if following in NOUNS and behind in CONNECTORS and ahead == self._article():
            return True  # as in "the on method to"
        return following in (*CONNECTORS, *PLACES)

    def _article(self) -> int:
        """How many words at hand are an article before the name."""
        return int(self._word() in _ARTICLES)

    def _noun_behind(self, request: Request) -> Request:
        for length in (2, 1):
            noun = "-".join(self._word(i) for i in range(length))
            if noun in NOUNS:
                self._at += length
                return request if request.noun else replace(request, noun=noun)
        return request

    def _places(self, request: Request) -> Request:
        while self._word() in PLACES and self._names_place():
            at = self._at
            if self._word() not in _LINE:
                self._at += 1
            if self._word() in ("the", *_LINE) and self._word(1) in _LINE:
                self._at += 1
            if self._word() in _LINE and (lines := self._lines()) is not None:
                request = replace(request, line=lines[0], last_line=lines[1])
                continue
            while self._word() in ("the", "a", "an", "enclosing") and self._follows_more():
                self._at += 1
            if self._word() in HERE or self._at >= len(self._tokens):
                self._at = at
                return request
            noun = self._take().word if self._is_noun_of_place() else ""
            owner = self._take().text
            if self._word() in NOUNS:
                noun = self._take().word
            if request.owner:
                owner = f"{owner}.{request.owner}"
            elif noun in ("function", "method"):  # one may be called as the other is
                request = replace(request, owner_noun=noun)
            request = replace(request, owner=owner)
        return request

    def _names_place(self) -> bool:
        """Whether the word at hand opens a place: `line` does before its number only."""
        return self._word() not in _LINE or self._word(1)[:1].isdecimal()

    def _lines(self) -> tuple[int, int | None] | None:
        """The numbers of a line, or of the first and the last of several."""
        given = _NUMBERS.fullmatch(self._word(1))
        if given is None:
            return None
        self._at += 2
        first, last = whole_number(given[1]), given[2]
        is_range = self._word() in ("to", "and", "through", "until", "-")
        if last is None and is_range and self._word(1).isdecimal():
            last = self._word(1)
            self._at += 2
        return first, whole_number(last) if last is not None else None

    def _is_noun_of_place(self) -> bool:
        """Whether the word at hand says what the place is, as in `in class Door`, and is not its name."""
        following = self._tokens[self._at + 1 : self._at + 2]
        ends = (*CONNECTORS, *PLACES, ",", "and", ".")
        if self._word(1) in NOUNS and (not self._word(2) or self._word(2) in ends):
            return False  # "in the name setter"
        return self._word() in NOUNS and any(t.is_quoted or t.word not in ends for t in following)
