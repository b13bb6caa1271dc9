"""specedit, plain and speculative. Settings: `drafter`."""

import sys
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import worker

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import GenerateRequest, Span
from specedit.engine import calibration
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.load import open_target


class Timed:
    """A target, or a sequence of one, that adds up the seconds of its passes."""

    seconds = 0.0

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def open(self, prompt: list[int]) -> "Timed":
        return Timed(self._inner.open(prompt))

    def prefill(self, *arguments: Any) -> None:
        self._pass(self._inner.prefill, *arguments)

    def forward(self, *arguments: Any, **options: Any) -> Any:
        return self._pass(self._inner.forward, *arguments, **options)

    def _pass(self, run: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        result = run(*arguments, **options)
        Timed.seconds += time.perf_counter() - began
        return result


folder, dtype = Path(sys.argv[1]), sys.argv[2]
target, tokenizer = open_target(folder, "embedded", dtype), HfTokenizer(folder)
cost = calibration.measured(target)


@cache
def editor(drafter: str) -> Editor:
    return Editor(Timed(target), tokenizer, Config(drafter=drafter), cost)


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    request = GenerateRequest(tuple(prompt), source=tuple(setting["source"]), max_tokens=max_tokens)
    began = time.perf_counter()
    answer, Timed.seconds = worker.Answer([], 0.0), 0.0
    for event in editor(setting["drafter"]).generate(request):
        if isinstance(event, Span):
            if not answer.output:
                answer.first = time.perf_counter() - began
                answer.first_tokens = len(event.token_ids)
            answer.output += event.token_ids
    answer.model_seconds = Timed.seconds
    return answer


worker.serve(generate, version("specedit"))
