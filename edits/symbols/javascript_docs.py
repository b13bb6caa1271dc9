"""JavaScript and TypeScript: the places of a name in the types and links of JSDoc comments.

`@param {Door} door`, `@returns {Promise<Door[]>}`, `{@link Door.open}`: TypeScript reads the types of JavaScript there, and
editors follow the links.
"""

import re
from collections.abc import Iterator

from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

_TYPE = re.compile(r"@[a-z]+\s*(?=\{)")
_LINK = re.compile(r"\{@link(?:code|plain)?\s+")
_SPACES = ("value", "type")


def places_in_docs(name: str, comment: Node) -> Iterator[Place]:
    """Yield the places of a name in the types and links of a comment; none unless it is documentation."""
    text = text_of(comment)
    if not text.startswith("/**") or re.search(
        rf"@template\b[^\n]*(?<!\w){re.escape(name)}\b", text
    ):
        return
    # What follows a dot is a member; what a colon follows, a key.
    word = re.compile(rf"(?<![\w$.'\"/#]){re.escape(name)}(?![\w$'\"]|\s*\??:)")
    starts = [
        match.start() for start, end in _types(text) for match in word.finditer(text, start, end)
    ]
    starts += [link.end() for link in _LINK.finditer(text) if word.match(text, link.end())]
    for at in sorted(starts):
        start = comment.start_byte + len(text[:at].encode("utf-8"))
        yield Place(comment, start, start + len(name.encode("utf-8")), spaces=_SPACES)


def _types(text: str) -> Iterator[tuple[int, int]]:
    """Where the types stand that tags give, without their braces."""
    for tag in _TYPE.finditer(text):
        depth = 0
        for at in range(tag.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                yield tag.end() + 1, at
                break
