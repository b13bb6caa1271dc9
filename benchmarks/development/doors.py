"""The HTTP door: edits a second, and how long one takes, for files of some lengths and for one client and several.

The server is a process of its own. The file is a module of Python's standard library, cut where a method ends; each edit adds a
line to one of its methods, so that every answer can be compared with the text that it must be.
"""

import ast
import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import monotonic, perf_counter

import httpx2

from specedit.benchmarks.development.edits.requests import definitions, module_text
from specedit.benchmarks.development.server import Row, processor_seconds, running_http_server
from specedit.engine.tokenizer import Tokenizer
from specedit.service.limits import Limits

_LINE = "specedit_was_here = 1\n"
_CONTEXT = 3  # lines around it that a search/replace block shows
_EDITS = 24  # of a file, at most
_WARM_UP = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of asking: the model, and what goes beside it; whether as a snippet or as a search/replace block."""

    name: str
    model: str
    accept: str | None
    is_snippet: bool


UNJUDGED = (
    Kind("search/replace block", "specedit-apply-syntax", None, is_snippet=False),
    Kind("snippet, unjudged", "specedit-apply-syntax", "trust", is_snippet=True),
)
JUDGED = (Kind("snippet, judged", "specedit-apply", None, is_snippet=True),)


@dataclass(frozen=True, slots=True)
class _Edit:
    update: str
    expected: str


def run(
    tokenizer: Tokenizer,
    kinds: Sequence[Kind],
    *,
    lines: Sequence[int],
    clients: Sequence[int],
    seconds: float,
    report: Callable[[str], None],
) -> list[Row]:
    """Return a row of figures for each kind, length and number of clients, each measured for so many seconds."""
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_http_server(f"{folder}/log") as (process, url),
    ):
        for length in lines:
            text = module_text(length)
            tokens = len(tokenizer.encode(text))
            for kind in kinds:
                edits = list(_edits(text, kind))
                for count in clients:
                    load = _Load(url, text, edits, kind)
                    asyncio.run(load.run(count, seconds, process.pid))
                    rows.append({"edit": kind.name, **load.row(tokens), "clients": count})
                    report(str(rows[-1]))
    return rows


class _Load:
    """Clients that ask for one edit after the other."""

    def __init__(self, url: str, text: str, edits: Sequence[_Edit], kind: Kind) -> None:
        self._url, self._text, self._edits, self._kind = url, text, edits, kind
        self._took: list[float] = []
        self._ends: Counter[str] = Counter()
        self._spent = self._processor = 0.0

    async def run(self, clients: int, seconds: float, server: int) -> None:
        """Ask for so many seconds, once the server is warm."""
        async with httpx2.AsyncClient(timeout=Limits().seconds, trust_env=False) as client:
            for number in range(_WARM_UP):
                await self._ask(client, number)
            self._took.clear()
            self._ends.clear()
            began, processor = monotonic(), processor_seconds(server)

            async def ask(number: int) -> None:
                while not self._took or monotonic() - began < seconds:
                    await self._ask(client, number)
                    number += clients

            await asyncio.gather(*map(ask, range(clients)))
            self._spent = monotonic() - began
            self._processor = processor_seconds(server) - processor

    def row(self, tokens: int) -> Row:
        """Return the figures. `tokens`: of the file."""
        done = len(self._took)
        last = quantiles(self._took, n=20)[-1] if done > 1 else self._took[0]
        return {
            "lines": self._text.count("\n"),
            "edits/s": round(done / self._spent, 2),
            "median ms": round(1000 * median(self._took), 1),
            "95% ms": round(1000 * last, 1),
            "processor ms": round(1000 * self._processor / done, 1),
            "tokens/s": round(done * tokens / self._spent),
            "refused": self._ends["refused"],
            "wrong": self._ends["wrong"],
            "of": done,
        }

    async def _ask(self, client: httpx2.AsyncClient, number: int) -> None:
        edit = self._edits[number % len(self._edits)]
        kind = self._kind
        content = (
            "<instruction>I add a line</instruction>\n"
            f"<code>{self._text}</code>\n<update>{edit.update}</update>"
        )
        extension = {"path": "module.py", **({"accept": kind.accept} if kind.accept else {})}
        message = {"role": "user", "content": content}
        body = {"model": kind.model, "messages": [message], "specedit": extension}
        began = perf_counter()
        answer = await client.post(f"{self._url}/v1/chat/completions", json=body)
        self._took.append(perf_counter() - began)
        if answer.status_code != httpx2.codes.OK:
            self._ends["refused"] += 1
        elif answer.json()["choices"][0]["message"]["content"] != edit.expected:
            self._ends["wrong"] += 1


def _edits(text: str, kind: Kind) -> Iterator[_Edit]:
    """Edits that add a line before the last statement of a function, spread over the file."""
    rows = text.splitlines(keepends=True)
    functions = [
        node
        for node in definitions(text)
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1
    ]
    for node in functions[:: max(1, len(functions) // _EDITS)]:
        at, end = node.body[-1].lineno - 1, node.end_lineno or 0
        added = " " * node.body[-1].col_offset + _LINE
        expected = "".join([*rows[:at], added, *rows[at:]])
        if kind.is_snippet:
            mark = " " * node.col_offset + "# ... existing code ...\n"
            shown = [*rows[node.lineno - 1 : at], added, *rows[at:end]]
            yield _Edit(f"{mark}{''.join(shown)}{mark}", expected)
        else:
            above, below = rows[max(0, at - _CONTEXT) : at], rows[at : at + _CONTEXT]
            old, new = "".join([*above, *below]), "".join([*above, added, *below])
            if text.count(old) == 1:
                block = f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE"
                yield _Edit(block, expected)
