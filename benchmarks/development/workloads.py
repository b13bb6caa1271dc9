"""Prompts to compare engines on: files of the standard library to copy and to edit, and a story."""

import argparse
import difflib
import inspect
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from specedit.editor import prompt as prompts
from specedit.engine.tokenizer import Tokenizer

_CONTEXT = 8192
# The small model soon repeats itself when it chooses greedily. Of its first 64 tokens about these no 8 come twice.
_NOTHING_TOKENS = 64
_NOTHING = (
    "Why is the sky blue?",
    "How does a bicycle stay upright?",
    "Describe a walk through a city at night.",
    "Tell me what a lighthouse keeper does all day.",
    "How do bees find their way home?",
    "How does a refrigerator keep food cold?",
    "Write about a river from its spring to the sea.",
    "Why does ice float on water?",
    "How does soap clean a plate?",
    "Why do cats purr?",
    "How do birds know where to fly in winter?",
)


@dataclass(frozen=True, slots=True)
class Workload:
    """A prompt in tokens. `lines`, `source`: of the file in it.

    `others` are asked one after the other when it is asked again, so that no engine can repeat what it wrote before;
    `most_tokens`: of an answer, where it must not be longer.
    """

    name: str
    lines: int
    prompt: list[int]
    source: list[int]
    others: tuple[list[int], ...] = ()
    most_tokens: int | None = None

    def asked(self, turn: int) -> list[int]:
        """Return the prompt of a turn; the first is 0."""
        prompts = (self.prompt, *self.others)
        return prompts[turn % len(prompts)]


def workloads(tokenizer: Tokenizer, lines: Sequence[int]) -> Iterator[Workload]:
    """Yield every workload on a file of `lines[0]` lines, and copies of the others, as far as they fit the context twice."""
    for count in lines:
        body = _file(count)
        for name, instruction in islice(_instructions(body), 1 if count != lines[0] else None):
            built = prompts.build(instruction, body, "module.py", tokenizer)
            if len(built.token_ids) + len(built.source_ids) < _CONTEXT:
                source = [*built.source_ids, *built.closing_ids]
                yield Workload(f"{name}, {count} lines", count, list(built.token_ids), source)
    first, *others = (list(tokenizer.encode_markup(tokenizer.chat(text))) for text in _NOTHING)
    yield Workload("free text", 0, first, [], tuple(others), _NOTHING_TOKENS)


def edits_of(
    lines: int, tokenizer: Tokenizer, names: Sequence[str]
) -> Iterator[tuple[str, prompts.Prompt]]:
    """Yield the prompts of edits of a file of so many lines, by the names that they have above."""
    body = _file(lines)
    for name, instruction in _instructions(body):
        if name in names:
            yield f"{name}, {lines} lines", prompts.build(instruction, body, "module.py", tokenizer)


def _file(lines: int) -> str:
    short = inspect.getsource(shlex).splitlines(keepends=True)
    source = short if lines <= len(short) else inspect.getsource(argparse).splitlines(keepends=True)
    return "".join(source[:lines])


def _instructions(body: str) -> Iterator[tuple[str, str]]:
    yield "verbatim copy", prompts.LEAVE_ALONE
    yield "rename in many places", "Rename every `self` to `this`."
    yield "one hunk", prompts.with_update("", _diff(body, 1))
    yield "ten hunks", prompts.with_update("", _diff(body, 10))


def _diff(body: str, hunks: int) -> str:
    """A diff that negates a condition in so many places, or in as many as there are, spread over the file."""
    old = body.splitlines(keepends=True)
    places = [i for i, line in enumerate(old) if re.match(r"\s+(if|while) .+:\n", line)]
    new = list(old)
    for place in islice(places, 0, None, max(1, len(places) // hunks)):
        new[place] = re.sub(r"(if|while) (.+):\n", r"\1 not (\2):\n", old[place])
    return "".join(islice(difflib.unified_diff(old, new, n=1), 2, None))
