"""What learned drafts are measured on: text with nothing to copy, code written after code, and edited copies."""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.benchmarks.development.workloads import edits_of
from specedit.engine.copy_source import CopySource
from specedit.engine.tokenizer import Tokenizer

_PARSER = """def parse_duration(text):
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    total = 0
    number = ""
    for char in text:
        if char.isdigit():
            number += char
        elif char in units:
            if not number:
                raise ValueError(f"no number before {char!r} in {text!r}")
            total += int(number) * units[char]
            number = ""
        else:
            raise ValueError(f"unexpected {char!r} in {text!r}")
    if number:
        raise ValueError(f"no unit after {number!r} in {text!r}")
    return total
"""
_QUEUE = """func (q *Queue) Push(item Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	q.items = append(q.items, item)
	q.cond.Signal()
	return nil
}
"""
_STORIES = (
    "Write a story about a lighthouse keeper who finds a letter.",
    "Describe a walk through a city at night.",
)
_PROSE = (
    "Explain how bread is made, for somebody who has never eaten any.",
    "How does a refrigerator keep food cold?",
)
_DOCUMENTED = (
    f"Write a docstring for this function.\n\n```python\n{_PARSER}```",
    f"Document this function.\n\n```go\n{_QUEUE}```",
)
_TESTED = (
    f"Write unit tests for this function.\n\n```python\n{_PARSER}```",
    f"Write tests for the code below.\n\n```go\n{_QUEUE}```",
)
_CONTINUED = (f"{_PARSER}\n\ndef format_duration(seconds):\n", f"{_QUEUE}\nfunc (q *Queue) Pop() (")


@dataclass(frozen=True, slots=True)
class Text:
    """A prompt of some `kind`, in tokens, and how it is answered; `source` and `copy_source`: what the answer is an edited copy of.

    `most_tokens`: of an answer, where it is a given text's.
    """

    kind: str
    prompt: list[int]
    temperature: float = 0.0
    source: tuple[int, ...] = ()
    copy_source: CopySource | None = None
    most_tokens: int | None = None


def texts(tokenizer: Tokenizer, lines: int) -> Iterator[Text]:
    """Yield all of them; edited copies are of a file of so many `lines`."""
    answered = {
        "stories": _STORIES,
        "prose": _PROSE,
        "documentation": _DOCUMENTED,
        "tests": _TESTED,
    }
    for temperature in (0.0, 1.0):
        for kind, messages in answered.items():
            for message in messages:
                prompt = list(tokenizer.encode_markup(tokenizer.chat(message)))
                yield Text(f"{kind}, temperature {temperature:g}", prompt, temperature)
        for code in _CONTINUED:
            prompt = list(tokenizer.encode(code))
            yield Text(f"code continued, temperature {temperature:g}", prompt, temperature)
    yield from edited(tokenizer, lines)


def edited(tokenizer: Tokenizer, lines: int) -> Iterator[Text]:
    """Yield a verbatim copy of a file of so many `lines`, and an edit of it in ten places."""
    for kind, built in edits_of(lines, tokenizer, ("verbatim copy", "ten hunks")):
        source = (*built.source_ids, *built.closing_ids)
        yield Text(
            kind,
            list(built.token_ids),
            source=source,
            copy_source=built.copy_source,
            most_tokens=len(source) + 64,
        )
