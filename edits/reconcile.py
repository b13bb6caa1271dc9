"""The model's answer against the source: the new text, or a precise complaint."""

import re
from collections import Counter

from specedit.edits.language import Language, parse, walk
from specedit.engine.errors import ReconcileError

# What lazy answers write instead of code: a line that is only a comment about omitted text.
_PLACEHOLDER = re.compile(
    r"""^[ \t]*(?:\#|//|/\*|--|;|<!--|%|\{/\*)?[ \t]*
    (?:(?:\.\.\.|…)[ \t]*)?
    \(?(?:(?:rest|remainder)\ of\ (?:the\ )?(?:\w+\ ){0,2}(?:\w+)|(?:existing|remaining|unchanged|previous|other)\ (?:code|content|lines?|methods?|functions?)
    |(?:code|methods?|functions?|everything\ else)\ (?:remains?|unchanged|stays?|as\ before|omitted|here).*)
    (?:\ (?:remains?|is|are|stays?|goes|unchanged|here|the\ same|as\ before|omitted))*\)?
    [ \t]*(?:\.\.\.|…|\.)?[ \t]*(?:\*/\}?|-->)?[ \t]*$""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
# An edit that keeps less of a file than this is taken for an answer that is not the file.
_LEAST_KEPT = 0.25
_FEW_LINES = 4
_CONTROL_TOKEN = re.compile(r"<\|[\w ]+\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]")


def new_body(body: str, answer: str, fence: str, *, complete: bool) -> str:
    """Return the file that `answer` gives for `body`.

    `answer` begins after the opening `fence`, which was given to the model. `complete` says that the model ended it.

    Raises:
        ReconcileError: the answer is not a whole file.
    """
    text, closed = _inside_fence(answer, fence)
    if not complete and not closed:
        raise ReconcileError(
            f"the answer was cut off after {len(text)} characters; raise --max-tokens"
        )
    text = text if text.endswith("\n") or not text else f"{text}\n"
    if not text.strip() and body.strip():
        raise ReconcileError("the model answered with an empty file")
    for pattern, what in ((_PLACEHOLDER, "a placeholder"), (_CONTROL_TOKEN, "a control token")):
        known = {found.strip() for found in pattern.findall(body)}
        for match in pattern.finditer(text):
            if match[0].strip() not in known:
                line = text.count("\n", 0, match.start()) + 1
                raise ReconcileError(f"the answer has {what} on line {line}: {match[0].strip()!r}")
    _check_kept(body, text)
    return text


def ends_inside(answer: str, fence: str) -> bool:
    """Whether the answer has closed its code block, so that nothing after it matters."""
    return _inside_fence(answer, fence)[1] and answer.endswith("\n")


def check_syntax(body: str, text: str, language: Language | None) -> None:
    """Refuse a text that no longer parses where the source did.

    Raises:
        ReconcileError: with the first line that does not parse.
    """
    if language is None or text == body or parse(body, language).root_node.has_error:
        return
    for node in walk(parse(text, language).root_node):
        if node.type == "ERROR" or node.is_missing:
            raise ReconcileError(f"line {node.start_point[0] + 1} of the result does not parse")


def _check_kept(body: str, text: str) -> None:
    """Refuse an answer that is not this file: a remark about the task, or other code."""
    lines = Counter(line.strip() for line in body.splitlines() if line.strip())
    kept = lines & Counter(line.strip() for line in text.splitlines())
    if lines.total() >= _FEW_LINES and kept.total() < _LEAST_KEPT * lines.total():
        raise ReconcileError(
            f"the answer keeps {kept.total()} of the file's {lines.total()} lines: that is no edit of it"
        )


def _inside_fence(answer: str, fence: str) -> tuple[str, bool]:
    """The text before the line that is the closing fence, and whether there is one."""
    again = re.match(rf"{fence}\w*\n", answer)  # a model that opens the block once more
    start = again.end() if again else 0
    match = re.compile(rf"^{fence}[ \t]*$", re.MULTILINE).search(answer, start)
    return (answer[start : match.start()], True) if match else (answer[start:], False)
