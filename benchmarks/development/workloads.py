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
# The small model soon repeats itself when it chooses greedily; this it answers and ends.
_NOTHING = "Explain how a sailing boat can move against the wind."


@dataclass(frozen=True, slots=True)
class Workload:
    """A prompt in tokens. `lines`, `source`: of the file in it."""

    name: str
    lines: int
    prompt: list[int]
    source: list[int]


def workloads(tokenizer: Tokenizer, lines: Sequence[int]) -> Iterator[Workload]:
    """Yield every workload on a file of `lines[0]` lines, and copies of the others, as far as they fit the context twice."""
    for count in lines:
        body = _file(count)
        for name, instruction in islice(_instructions(body), 1 if count != lines[0] else None):
            built = prompts.build(instruction, body, "module.py", tokenizer)
            if len(built.token_ids) + len(built.source_ids) < _CONTEXT:
                source = [*built.source_ids, *built.closing_ids]
                yield Workload(f"{name}, {count} lines", count, list(built.token_ids), source)
    chat = tokenizer.encode_markup(tokenizer.chat(_NOTHING))
    yield Workload("free text", 0, list(chat), [])


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
