"""Many clients on one server: is anything lost, wrong or leaked, who waits how long, and what dies with whom?

The server is a process of its own on a private socket. Every edit is one whose result syntax knows, so that each
answer can be compared with it; certificates are checked by the client. Some clients are processes that are killed.
"""

import asyncio
import random
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.server import (
    METRICS_PORT,
    Row,
    killed_server,
    running_server,
    ten_in_a_row,
)
from specedit.editor import plan
from specedit.editor.config import Accept, Config
from specedit.editor.result import EditRequest, EditResult, Settled
from specedit.edits.document import decode_document
from specedit.engine import children
from specedit.engine.errors import SpeceditError
from specedit.service.client import AsyncClient


@dataclass(slots=True)
class _Tally:
    """What became of the requests of one stretch of time."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    first_hunk: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def row(self, seconds: float) -> Row:
        """Return it as figures."""
        done = self.ends["changed"]
        return {
            "seconds": seconds,
            "ends": dict(self.ends),
            "wrong": self.wrong,
            "edits/s": done / seconds,
            "first hunk p50, p95": _percentiles(self.first_hunk),
            "whole p50, p95": _percentiles(self.whole),
        }


def run(
    cases: Sequence[Case],
    *,
    clients: int,
    seconds: float,
    victims: int,
    accept: Accept,
    report: Callable[[str], None],
) -> Row:
    """Return figures of one client, of many, of many while others are killed, and of a server that is killed."""
    requests, config = list(_requests(cases)), Config(accept=accept)
    report(f"{len(requests)} edits, whose results are known")
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/run/s"
        metrics = ("--metrics-port", str(METRICS_PORT))
        with running_server(socket, f"{folder}/log", clients, *metrics) as process:
            alone = asyncio.run(_load(socket, requests, config, 1, seconds / 4))
            report(f"one client: {alone.ends}")
            before = _resources(process.pid)
            began = monotonic()
            with _victims(socket, victims) as killed:
                many = asyncio.run(_load(socket, requests, config, clients, seconds))
            spent = monotonic() - began
            report(f"{clients} clients: {many.ends}; {killed.count} more were killed")
            asyncio.run(_load(socket, requests, config, 1, 1.0))
            after = _resources(process.pid)
            in_a_row = ten_in_a_row(socket, report)
        crash = killed_server(socket, f"{folder}/log", requests)
    return {
        "one client": alone.row(seconds / 4),
        "all clients": many.row(spent) | {"clients": clients, "clients killed": killed.count},
        "server before": before,
        "server after": after,
        "ten edits of one file": in_a_row,
        "server killed": crash,
    }


def _requests(cases: Sequence[Case]) -> Iterator[tuple[EditRequest, str]]:
    """Edits of recorded files with the text that they lead to."""
    for case in cases:
        document = decode_document(case.original.encode())
        for snippet in (None, case.snippet):
            instruction = case.instruction if snippet is None else ""
            request = EditRequest(document, instruction, case.path, snippet=snippet)
            try:
                prediction = plan.make(request).prediction
            except SpeceditError:
                continue
            if prediction is not None and prediction.body != document.body:
                yield request, prediction.body


async def _load(
    socket: str,
    requests: Sequence[tuple[EditRequest, str]],
    config: Config,
    clients: int,
    seconds: float,
) -> _Tally:
    tally, until = _Tally(), monotonic() + seconds
    tasks = []
    for number in range(clients):
        client = AsyncClient(socket, config=config, patience=600)
        tasks.append(_ask_until(until, client, requests, tally, random.Random(number)))
    await asyncio.gather(*tasks)
    return tally


async def _ask_until(
    until: float,
    client: AsyncClient,
    requests: Sequence[tuple[EditRequest, str]],
    tally: _Tally,
    rng: random.Random,
) -> None:
    async with client:
        while monotonic() < until:
            request, expected = rng.choice(requests)
            began, first = perf_counter(), None
            end = "lost"
            try:
                async for event in client.edit(request):
                    if isinstance(event, Settled) and first is None:
                        first = perf_counter() - began
                        tally.first_hunk.append(first)
                    if isinstance(event, EditResult):
                        end = event.status
                        if event.status == "changed" and event.body != expected:
                            tally.wrong.append(request.path)
            except SpeceditError as error:
                end = type(error).__name__
            tally.ends[end] += 1
            tally.whole.append(perf_counter() - began)


@dataclass(slots=True)
class _Killed:
    count: int = 0


@contextmanager
def _victims(socket: str, count: int) -> Iterator[_Killed]:
    """Other clients, each in a process that is killed at a random moment and replaced by the next."""
    killed, stop, rng = _Killed(), threading.Event(), random.Random(7)

    def hunt() -> None:
        while not stop.is_set() and killed.count < count:
            silent = children.Descriptors(stderr=children.DEVNULL)
            process = children.start(children.python("-c", _VICTIM, socket), silent)
            stop.wait(1.0 + rng.random() * 3)
            process.kill()
            process.wait()
            killed.count += 1

    thread = threading.Thread(target=hunt)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


_VICTIM = """
import sys
from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.service.client import Client
source = b"".join(b"def f%d(n):\\n    return fetch(n) + %d\\n\\n\\n" % (i, i) for i in range(60))
with Client(sys.argv[1], config=Config(accept="trust")) as client:
    while True:
        client.apply(EditRequest(decode_document(b"def fetch(n):\\n    return n\\n\\n\\n" + source), "rename fetch to load", "x.py"))
"""


def _resources(pid: int) -> Row:
    """Open files, memory, and what the metrics say is in use."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    address = f"http://127.0.0.1:{METRICS_PORT}/metrics"
    with urllib.request.urlopen(address) as answer:
        metrics = dict(
            line.split(" ") for line in answer.read().decode().splitlines() if line[:1] != "#"
        )
    return {
        "open files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
        "resident MB": int(resident) // 1024,
        "texts in use": metrics["specedit_running"],
        "requests waiting": metrics["specedit_waiting"],
        "cache MB": float(metrics["specedit_cache_bytes"]) / (1 << 20),
    }


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    return median(values), quantiles(values, n=20)[-1]
