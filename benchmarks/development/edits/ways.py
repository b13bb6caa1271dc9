"""What makes an edit: a command or a server that runs, ours or another's, behind one protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal, Protocol

from specedit.benchmarks.development.edits.requests import Request
from specedit.benchmarks.development.server import installed_environment
from specedit.editor.config import Accept, Config
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine import children
from specedit.engine.errors import SpeceditError
from specedit.service.client import Client

Start = Literal["cold", "warm"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, in `seconds`; `note`: why it is not what was asked for, where a tool says so."""

    text: str
    seconds: float
    note: str = ""


class Way(Protocol):
    """A tool, begun for each edit (`cold`) or once (`warm`)."""

    name: str
    start: Start

    def takes(self, request: Request) -> bool:
        """Return whether it is made for such edits."""

    def edit(self, request: Request) -> Outcome:
        """Make one."""

    def close(self) -> None:
        """End what it has begun."""


class Command:
    """A command that changes a file in a folder, in which a request's patch and snippet lie too."""

    start: Start = "cold"

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self._folder = name, folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def takes(self, request: Request) -> bool:
        """Return whether it is made for such edits."""
        raise NotImplementedError

    def words(self, request: Request) -> Sequence[str]:
        """Return the command for a request."""
        raise NotImplementedError

    def edit(self, request: Request) -> Outcome:
        """Run it on a file of its own."""
        file = self._folder / "module.py"
        file.write_text(request.text, "utf-8")
        for name, content in (("update.patch", request.patch), ("snippet.py", request.snippet)):
            (self._folder / name).write_text(content or "", "utf-8")
        words = self.words(request)
        only = installed_environment(str(self._folder.parent / "compiled"))
        only |= {"SPECEDIT_STATE": str(self._folder.parent / "state")}
        pipes = children.Descriptors(stdout=children.DEVNULL, stderr=children.PIPE)
        began = perf_counter()
        done = children.run(words, pipes, folder=self._folder, only=only)
        seconds = perf_counter() - began
        note = done.stderr.decode(errors="replace").strip() if done.returncode else ""
        return Outcome(file.read_text("utf-8"), seconds, note)

    def close(self) -> None:
        """It has ended."""


class SpeceditCommand(Command):
    """`specedit apply`."""

    def __init__(self, accept: Accept, folder: Path) -> None:
        super().__init__(f"specedit, {accept}", folder)
        self._accept = accept

    def takes(self, request: Request) -> bool:
        """Return True: it is made for all of them."""
        return True

    def words(self, request: Request) -> Sequence[str]:
        """Return the command."""
        update = ["--snippet", "snippet.py"] if request.snippet is not None else []
        update += ["--patch", "update.patch"] if request.patch is not None else []
        words = ["-m", "specedit", "apply", "module.py"]
        words += [request.instruction] if request.instruction else []
        return children.python(*words, *update, "--accept", self._accept, "--quiet")


class SpeceditServer:
    """A server of ours that runs, and a client that writes the file."""

    start: Start = "warm"

    def __init__(self, accept: Accept, address: str, folder: Path) -> None:
        self.name = f"specedit, {accept}"
        self._client = Client(address, config=Config(accept=accept))
        self._file = folder / "module.py"
        folder.mkdir(parents=True, exist_ok=True)

    def takes(self, request: Request) -> bool:
        """Return True: it is made for all of them."""
        return True

    def edit(self, request: Request) -> Outcome:
        """Ask for it, and write the file."""
        self._file.write_text(request.text, "utf-8")
        began = perf_counter()
        document = decode_document(self._file.read_bytes())
        asked = EditRequest(
            document, request.instruction, "module.py", request.snippet, request.patch
        )
        try:
            result = self._client.apply(asked)
        except SpeceditError as error:
            return Outcome(request.text, perf_counter() - began, str(error))
        self._file.write_bytes(result.data)
        seconds = perf_counter() - began
        return Outcome(self._file.read_text("utf-8"), seconds, result.reason)

    def close(self) -> None:
        """End the connection."""
        self._client.close()
