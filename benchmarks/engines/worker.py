"""What the scripts beside it share: jobs come as lines of JSON on stdin, what they took goes to stdout as lines of JSON.

Each engine runs in an environment of its own, so this is the standard library only.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

# The tokens of a greedy answer to `prompt`, at most `max_tokens`, or their text where an engine gives no tokens.
# `setting` is the engine's own, see the driver; in it, `source` are the tokens of the file that is edited.
Generate = Callable[[list[int], int, dict[str, Any]], list[int] | str]


def serve(generate: Generate, version: str) -> None:
    """Answer jobs until stdin ends. The time of one token is prefill; that of the others is decoding."""
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
            generate(prompt, 1, setting)
            first = time.perf_counter()
            output = generate(prompt, job["max_tokens"], setting)
            done = time.perf_counter()
            answer = {"first": first - began, "seconds": done - first, "output": output}
            print(json.dumps(answer), file=out, flush=True)


@contextmanager
def _answers() -> Iterator[TextIO]:
    """Stdout for answers alone: libraries print there too."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    yield out
