"""What the scripts beside it share: jobs come as lines of JSON on stdin, what they took goes to stdout as lines of JSON.

Each engine runs in an environment of its own, so this is the standard library only.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO


@dataclass
class Answer:
    """A greedy answer: its tokens, or its text where an engine gives no tokens; and the seconds until the first was there.

    `first_tokens`: how many came at that moment. `model_seconds`: time in the model's passes, where that is known.
    """

    output: list[int] | str
    first: float
    first_tokens: int = 1
    model_seconds: float = 0.0


# The answer to `prompt`, of at most `max_tokens`. `setting` is the engine's own, see the driver; in it, `source` are the
# tokens of the file that is edited.
Generate = Callable[[list[int], int, dict[str, Any]], Answer]


def serve(generate: Generate, version: str) -> None:
    """Answer jobs until stdin ends."""
    with _answers() as out:
        print(json.dumps({"version": version}), file=out, flush=True)
        warm = []
        for line in sys.stdin:
            job = json.loads(line)
            prompt, setting = job["prompt"], job["setting"] | {"source": job["source"]}
            if job["setting"] not in warm:
                warm.append(job["setting"])
                generate(prompt[:64], 4, setting)
            began = time.perf_counter()
            answer = generate(prompt, job["max_tokens"], setting)
            report = vars(answer) | {"seconds": time.perf_counter() - began}
            print(json.dumps(report), file=out, flush=True)


@contextmanager
def _answers() -> Iterator[TextIO]:
    """Stdout for answers alone: libraries print there too."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    yield out
