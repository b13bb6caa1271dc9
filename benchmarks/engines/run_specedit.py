"""specedit, plain and speculative. Settings: `drafter`."""

import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import worker

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import GenerateRequest, Span
from specedit.engine.hf_tokenizer import HfTokenizer
from specedit.engine.load import open_target

folder, dtype = Path(sys.argv[1]), sys.argv[2]
target, tokenizer = open_target(folder, "embedded", dtype), HfTokenizer(folder)


@cache
def editor(drafter: str) -> Editor:
    return Editor(target, tokenizer, Config(drafter=drafter))


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> list[int]:
    request = GenerateRequest(tuple(prompt), source=tuple(setting["source"]), max_tokens=max_tokens)
    events = editor(setting["drafter"]).generate(request)
    return [token for event in events if isinstance(event, Span) for token in event.token_ids]


worker.serve(generate, version("specedit"))
