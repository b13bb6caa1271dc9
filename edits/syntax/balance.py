"""Whether an edit leaves a bracket or an `end` without its other half, where no grammar tells.

What is a string and what a comment is not known for sure, so the text is read in several ways. Only a text that was
balanced says anything, and only if it is balanced in no reading of those in which it was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from specedit.edits.syntax.language import Language
from specedit.edits.text import indent_of

# A page or a source that is made of another one: its own syntax shows only when it is.
TEMPLATE = re.compile(r"<%|\{%|<\?(?!xml)")
_OPENERS = {")": "(", "]": "[", "}": "{"}
# What is not closed goes on to the end of the text: to look for its end again and again would take too long.
_STRINGS = (r'"(?:\\.|[^"\\\n])*"', r"'(?:\\.|[^'\\\n])*'", r"`(?:\\.|[^`\\])*(?:`|\Z)")
_COMMENTS = (
    r"#[^\n]*",
    r"//[^\n]*|/\*.*?(?:\*/|\Z)",
    r"(?:#|//)[^\n]*|/\*.*?(?:\*/|\Z)",
    r"--[^\n]*",
    r";[^\n]*",
    r"%[^\n]*",
    r"<!--.*?(?:-->|\Z)",
)
_KINDS = r"if|unless|for|while|do|function|sub|procedure|loop|case|select|class|module|record|type|with|try"
_END = re.compile(
    rf"(?:end|fi|done|esac)\b\s*(?:$|[;,.)\]}}#]|--|//|(?:{_KINDS})\b)|end(?:{_KINDS}|foreach|switch|macro)\b",
    re.IGNORECASE,
)
_MIDDLE = re.compile(
    r"(?:else|elsif|elseif|elif|when|in|rescue|ensure|catch|finally|after|case|then|until)\b",
    re.IGNORECASE,
)


def lost_balance(before: str, after: str, language: Language | None) -> str | None:
    """Return what an edit leaves unbalanced that was balanced before, or None.

    Without a language only braces count: of prose nobody knows whether a parenthesis is one.
    """
    brackets = "{}" if language is None else "{}[]()"
    problem = _lost_bracket(before, after, brackets, tuple(_readings(language)))
    is_template = TEMPLATE.search(before) or TEMPLATE.search(after)
    if problem is None and not is_template and (language is None or language.closer == "end"):
        problem = _lost_end(before, after)
    return problem


def _readings(language: Language | None) -> Iterator[re.Pattern[str]]:
    """Yield what to pass over, from the most to nothing: comments of some kind and strings, or not."""
    comments: tuple[str, ...] = _COMMENTS
    if language is not None and language.line_comment:
        closed = rf"{re.escape(language.line_comment)}.*?(?:{re.escape(language.comment_end)}|\Z)"
        own = closed if language.comment_end else re.escape(language.line_comment) + r"[^\n]*"
        comments = (rf"{own}|/\*.*?(?:\*/|\Z)",)
    for comment, strings in product((*comments, ""), ("|".join(_STRINGS), "")):
        skipped = "|".join(filter(None, (strings, comment)))
        yield re.compile(skipped or r"(?!)", re.DOTALL)


def _lost_bracket(
    before: str, after: str, brackets: str, readings: Iterable[re.Pattern[str]]
) -> str | None:
    if "".join(c for c in before if c in brackets) == "".join(c for c in after if c in brackets):
        return None
    problem = None
    for skipped in readings:
        old = list(_brackets(before, skipped, brackets))
        if not old or _unmatched(old, before) is not None:
            continue  # without any, they may mean nothing here
        unmatched = _unmatched(_brackets(after, skipped, brackets), after)
        if unmatched is None:
            return None
        if problem is None:
            offset, bracket = unmatched
            line = after.count("\n", 0, offset) + 1
            problem = f"line {line} of the result has a {bracket!r} without its other half"
    return problem


def _brackets(text: str, skipped: re.Pattern[str], brackets: str) -> Iterator[tuple[int, str]]:
    either = re.compile(rf"({skipped.pattern})|[{re.escape(brackets)}]", re.DOTALL)
    return ((m.start(), m[0]) for m in either.finditer(text) if m[1] is None)


def _unmatched(brackets: Iterable[tuple[int, str]], text: str) -> tuple[int, str] | None:
    """Return a bracket that lacks its other half: of opening ones that which another's, further out, has closed."""
    stack: list[tuple[int, str]] = []
    robbed: tuple[int, str] | None = None
    for offset, bracket in brackets:
        if bracket not in _OPENERS:
            stack.append((offset, bracket))
        elif stack and stack[-1][1] == _OPENERS[bracket]:
            opener = stack.pop()
            if robbed is None and _is_further_out(text, offset, opener[0]):
                robbed = opener
        else:
            return offset, bracket
    return (robbed or stack[-1]) if stack else None


def _is_further_out(text: str, offset: int, opener: int) -> bool:
    """Whether a closing bracket begins a line that is indented less than that of an opening one."""
    line, other = (text[text.rfind("\n", 0, at) + 1 : at + 1] for at in (offset, opener))
    return not line[:-1].strip() and len(indent_of(line)) < len(indent_of(other))


def _lost_end(before: str, after: str) -> str | None:
    """Say which line lacks its `end`: what began like it has always had one, at its own indentation."""
    closed, never, surplus = _ends(before)
    always = closed.keys() - never.keys()
    if not always or surplus:
        return None
    _, unclosed, surplus = _ends(after)
    for word in always & unclosed.keys():
        return f"line {unclosed[word]} of the result, {word!r}, has no end"
    return f"line {surplus[0]} of the result ends nothing" if surplus else None


def _ends(text: str) -> tuple[dict[str, int], dict[str, int], list[int]]:
    """Return first words of lines whose block has an `end`, of those that have none, and lines of surplus `end`s.

    Words go with the number of a line. A block is what is indented further than the line above it.
    """
    closed: dict[str, int] = {}
    unclosed: dict[str, int] = {}
    surplus: list[int] = []
    around: list[_Block] = []
    for number, line in enumerate(text.split("\n"), 1):
        code = line.strip()
        if not code:
            continue
        width = len(indent_of(line).expandtabs(4))
        while around and around[-1].width > width:
            _leave(around.pop(), unclosed)
        beside = around[-1] if around and around[-1].width == width else None
        if beside is None and around:
            around[-1] = replace(around[-1], is_block=True)
        if _END.match(code):
            if beside is None:
                surplus.append(number)
            else:
                closed.setdefault(around.pop().word, number)
        elif beside is None or not _MIDDLE.match(code):
            if beside is not None:
                _leave(around.pop(), unclosed)
            around.append(_Block(width, re.split(r"\W", code, maxsplit=1)[0], number))
    for block in around:
        _leave(block, unclosed)
    return closed, unclosed, surplus


@dataclass(frozen=True, slots=True)
class _Block:
    """A line that may begin a block; it does if the next one is indented further."""

    width: int
    word: str
    line: int
    is_block: bool = False


def _leave(block: _Block, unclosed: dict[str, int]) -> None:
    if block.is_block:
        unclosed.setdefault(block.word, block.line)
