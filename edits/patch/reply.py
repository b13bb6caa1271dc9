"""What a chat model replies when it is asked for an edit of one file: the edit, without thinking, fences and chatter.

It is not trusted. What cannot be told apart from chatter, or is for another file, is refused, not left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath

from specedit.edits.patch import answers, names, reading, search_replace
from specedit.edits.syntax.languages import language_of
from specedit.edits.text import with_line_feeds
from specedit.engine.errors import EditRefused

_THINKING = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_BLOCK = re.compile(r"^<{5,9} ?(?:SEARCH|ORIGINAL)\b", re.MULTILINE)
_BLOCK_END = re.compile(r">{5,9}")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})(.*)")
_INNER_FENCE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reply:
    """The edit in a reply: a patch in one of its forms, or else a snippet in a fence of its own, or all of the file in one.

    With a snippet and a whole file, which of the two is meant is not clear.
    """

    patch: str | None = None
    snippet: str | None = None
    whole: str | None = None


def read(reply: str, path: str, lines: Sequence[str]) -> Reply:
    """Return the edit of the file `path`, which has these lines.

    Raises:
        EditRefused: there is none, or more than one, or it is for another file, or it is damaged.
    """
    text = _THINKING.sub("", with_line_feeds(reply), count=1)
    sections = reading.sections_of(text, lines)
    for section in sections:
        _check_names([name for name in section.names if names.is_name(name)], path)
    for name in _names_beside(text):
        _check_names([name], path)
    if not sections:
        fence = _only_fence(text, path)
        if not _has_most(fence, lines):
            return Reply(snippet=_fenced(fence.text))
        ends_alike = _ends(fence.text.split("\n")) == _ends(lines)
        return Reply(snippet=None if ends_alike else _fenced(fence.text), whole=fence.text)
    fences = answers.fences_beside_blocks(text)
    stray = [f for f in fences if _BLOCK.search(text) or not reading.sections_of(f.text, lines)]
    if stray:
        raise EditRefused(
            f"there is code beside the blocks, on line {stray[0].line} of the answer: put all of the edit into the blocks, "
            "and write no other code"
        )
    return Reply(patch=text)


def _only_fence(text: str, path: str) -> answers.Fenced:
    fences = answers.fences_beside_blocks(text)
    if len(fences) != 1:
        number = f"{len(fences)} code blocks" if fences else "no edit"
        raise EditRefused(f"there is {number} in the answer; write one edit, in the form asked for")
    fence = fences[0]
    _check_names([fence.name] if fence.name else [], path)
    return fence


def _fenced(code: str) -> str:
    """The code in a fence for which none inside is taken."""
    inner = max((match[1] for match in _INNER_FENCE.finditer(code)), default="``", key=len)
    return f"{inner}`\n{code}{inner}`\n"


def _has_most(fence: answers.Fenced, lines: Sequence[str]) -> bool:
    """Whether a fence shows most of the file, and has no marker: it may be all of it, and what it lacks be meant to go.

    As a snippet it would keep definitions that it does not show; as a file the gate asks for them.
    """
    file, shown = (Counter(filter(str.strip, text)) for text in (lines, fence.text.split("\n")))
    return not fence.leaves_out and 2 * (file & shown).total() > file.total()


def _ends(lines: Sequence[str]) -> tuple[str, str]:
    """The first line and the last one."""
    filled = [line for line in lines if line.strip()]
    return filled[0], filled[-1]


def _names_beside(text: str) -> Iterator[str]:
    """The files that lines of their own name beside blocks, however far above them, and those at the beginnings of fences."""
    has_blocks, is_block = bool(_BLOCK.search(text)), False
    for line in text.split("\n"):
        if is_block or _BLOCK.match(line):
            is_block = not _BLOCK_END.match(line)
        elif fence := _FENCE.match(line):
            yield from search_replace.file_names(fence[1])
        elif has_blocks:
            given = search_replace.names_in(line)
            if len(given) == 1 and ("/" in given[0] or language_of(given[0]) is not None):
                yield given[0]


def _check_names(given: Sequence[str], path: str) -> None:
    """Refuse what names another file; the folders may be left out, or be some above those of `path`."""
    if given and not any(_is_same(name, path) for name in given):
        raise EditRefused(f"the answer edits '{given[-1]}', and only '{path}' is to be edited")


def _is_same(name: str, path: str) -> bool:
    one, other = (
        PurePosixPath(each.replace("\\", "/")).parts[::-1] for each in (names.plain(name), path)
    )
    same = [*takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))]
    return len(same) == min(len(one), len(other)) > 0
