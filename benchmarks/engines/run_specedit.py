"""specedit, plain and speculative. Settings: `drafter`."""

import sys
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import worker

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import GenerateRequest, Span
from specedit.engine import calibration
from specedit.engine.hf_tokenizer import HfTokenizer
from specedit.engine.load import open_target

folder, dtype = Path(sys.argv[1]), sys.argv[2]
target, tokenizer = open_target(folder, "embedded", dtype), HfTokenizer(folder)
cost = calibration.measured(target)


@cache
def editor(drafter: str) -> Editor:
    return Editor(target, tokenizer, Config(drafter=drafter), cost)


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    request = GenerateRequest(tuple(prompt), source=tuple(setting["source"]), max_tokens=max_tokens)
    began = time.perf_counter()
    answer = worker.Answer([], 0.0)
    for event in editor(setting["drafter"]).generate(request):
        if isinstance(event, Span):
            if not answer.output:
                answer.first = time.perf_counter() - began
                answer.first_tokens = len(event.token_ids)
            answer.output += event.token_ids
    return answer


worker.serve(generate, version("specedit"))
