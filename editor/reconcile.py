"""The model's answer against the source: the new text, or a precise complaint."""

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from specedit.editor.prompt import Prompt
from specedit.engine.errors import ReconcileError
from specedit.engine.step import Step
from specedit.engine.tokenizer import Tokenizer

# An edit that keeps less of a file than this is taken for an answer that is not the file.
_LEAST_KEPT = 0.25
_FEW_LINES = 4
_ALIKE = 0.7  # of their words; two functions of one language share 0.2 in the median and 0.64 at most, of 3,522 pairs
_WORD = re.compile(r"\w+|[^\w\s]")


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
    _check_kept(body, text)
    return text


def has_closed(prompt: Prompt, output: Sequence[int], step: Step, tokenizer: Tokenizer) -> bool:
    """Whether the last step of an answer has closed its block; only one that may have is worth decoding the text for."""
    near_fence = {*prompt.closing_ids} & {*output[-len(step.token_ids) - 4 :]}
    return bool(near_fence) and ends_inside(tokenizer.decode(output), prompt.fence)


def ends_inside(answer: str, fence: str) -> bool:
    """Whether the answer has closed its code block, so that nothing after it matters."""
    return _inside_fence(answer, fence)[1] and answer.endswith("\n")


def _check_kept(body: str, text: str) -> None:
    """Refuse an answer that is not this file: a remark about the task, or other code."""
    lines = Counter(line.strip() for line in body.splitlines() if line.strip())
    kept = lines & Counter(line.strip() for line in text.splitlines())
    if lines.total() < _FEW_LINES or kept.total() >= _LEAST_KEPT * lines.total():
        return
    # A rename may change every line of a short text, but few of its words.
    if Indel.normalized_similarity(_WORD.findall(body), _WORD.findall(text)) < _ALIKE:
        raise ReconcileError(
            f"the answer keeps {kept.total()} of the file's {lines.total()} lines: that is no edit of it"
        )


def _inside_fence(answer: str, fence: str) -> tuple[str, bool]:
    """The text before the line that is the closing fence, and whether there is one."""
    again = re.match(rf"{fence}\w*\n", answer)  # a model that opens the block once more
    start = again.end() if again else 0
    match = re.compile(rf"^{fence}[ \t]*$", re.MULTILINE).search(answer, start)
    return (answer[start : match.start()], True) if match else (answer[start:], False)
