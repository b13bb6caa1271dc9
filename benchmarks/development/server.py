"""A server over time: ten edits of one file in a row, and what is left when it is killed."""

import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from specedit.editor.config import Config
from specedit.editor.result import EditRequest, Progress
from specedit.edits.document import decode_document
from specedit.engine import children
from specedit.engine.errors import SpeceditError, Unavailable
from specedit.service.client import Client

METRICS_PORT = 9464
TRUST = Config(accept="trust")
Row = dict[str, object]


def installed_environment(place: str) -> dict[str, str]:
    """Return ours, in which modules are compiled once, to files at `place`, as those of an installed package are."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPYCACHEPREFIX": place}


@contextmanager
def running_server(socket: str, log: str, clients: int, *options: str) -> Iterator[children.Child]:
    """Start `specedit serve` in a process; SIGTERM in the end."""
    command = children.python("-m", "specedit", "serve", "--listen", f"unix:{socket}")
    command += ["--waiting", str(2 * clients), *options]
    with _running(command, log) as process:
        yield process


@contextmanager
def running_http_server(log: str, *options: str) -> Iterator[tuple[children.Child, str]]:
    """Start `specedit serve --http` in a process, and yield it and its address; SIGTERM in the end."""
    command = children.python("-m", "specedit", "serve", "--http", "127.0.0.1:0", "--insecure")
    command += options
    with _running(command, log) as process:
        output = Path(log).read_text()
        yield process, f"http://{output.partition('serving on ')[2].split()[0]}"


@contextmanager
def _running(command: Sequence[str], log: str) -> Iterator[children.Child]:
    with open(log, "ab") as file:
        process = children.start(command, children.Descriptors(stderr=file))
    try:
        while "serving on" not in Path(log).read_text():
            if process.poll() is not None:
                raise Unavailable(Path(log).read_text())
            sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        Path(log).unlink()


def processor_seconds(pid: int) -> float:
    """Return what a process and all that it has started have used of processors: others on the machine change it little."""
    seconds = 0.0
    for each in _with_children(pid):
        with suppress(OSError):  # it has ended, and is counted where it was waited for
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _with_children(int(child))


def ten_in_a_row(socket: str, report: Callable[[str], None]) -> Row:
    """Seconds to the first token of ten edits, one after the other: of one text, and each of what the last one made."""
    lines = ["value = value + one\n"] * 400
    rows: Row = {}
    for name in ("the same text", "each result edited on"):
        seconds = []
        text = "".join(lines if name == "the same text" else ["start = 0\n", *lines[1:]])
        order = random.Random(3).sample(range(400), 10)
        for line in order:
            document = decode_document(text.encode())
            request = EditRequest(document, f"Delete line {line}.", "x.py", scope="file")
            config = Config(accept="exact", max_tokens=1)
            began = perf_counter()
            with Client(socket, config=config) as client:
                for event in client.edit(request):
                    if isinstance(event, Progress) and event.stage == "answer":
                        seconds.append(perf_counter() - began)
                        break
            if name != "the same text":
                changed = text.splitlines(keepends=True)
                changed[line] = "value = value + two\n"
                text = "".join(changed)
        rows[name] = {
            "first": seconds[0],
            "others, of the first": [round(s / seconds[0], 3) for s in seconds[1:]],
            "median": median(seconds[1:]) / seconds[0],
        }
        report(f"ten edits, {name}: {rows[name]}")
    return rows


def killed_server(socket: str, log: str, requests: Sequence[tuple[EditRequest, str]]) -> Row:
    """Kill a server in the middle of an edit: what its client sees, and whether asking again helps."""
    request, expected = max(requests, key=lambda pair: len(pair[1]))
    with Client(socket, config=TRUST, patience=0) as client:
        with running_server(socket, log, 1) as server:
            events = client.edit(request)
            next(events)
            server.kill()
            try:
                seen = [type(event).__name__ for event in events][-1]
            except SpeceditError as error:
                seen = f"{type(error).__name__}: {error}"
        with running_server(socket, log, 1):
            again = client.apply(request)
    return {"client saw": seen, "asked again": again.status, "right": again.body == expected}
