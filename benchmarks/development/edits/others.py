"""What people rename and patch with instead: refactorings, language servers, a structural search, and patch commands."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import perf_counter

from specedit.benchmarks.development.edits.requests import Request
from specedit.benchmarks.development.edits.ways import Command, Outcome, Start, Way
from specedit.benchmarks.development.environments import SCRIPTS, Report, environment
from specedit.benchmarks.development.renames.language_server import LanguageServer
from specedit.benchmarks.development.renames.projects import PYRIGHT_SETTINGS
from specedit.benchmarks.development.renames.tools import Renamer, ScriptedRenamer


class Renaming:
    """A tool that renames in a folder, open for one rename (`cold`), or for all (`warm`)."""

    def __init__(
        self, name: str, start: Start, folder: Path, open_one: Callable[[Path], Renamer]
    ) -> None:
        self.name, self.start = name, start
        self._folder, self._open_one = folder, open_one
        self._numbers = count()
        self._open: Renamer | None = None
        folder.mkdir(parents=True)

    def takes(self, request: Request) -> bool:
        """Return whether it is a rename."""
        return request.subject is not None

    def edit(self, request: Request) -> Outcome:
        """Rename in a file that it has not seen, and write the file; warm, the file is open before."""
        assert request.subject is not None
        path = f"module_{next(self._numbers)}.py"
        file = self._folder / path
        file.write_text(request.text, "utf-8")
        began = perf_counter()
        tool = self._open or self._open_one(self._folder)
        renamed = tool.rename(replace(request.subject, path=path))
        for each, data in renamed.files.items():
            (self._folder / each).write_bytes(data)
        seconds = perf_counter() - began
        if self.start == "warm":
            self._open, seconds = tool, renamed.seconds
        else:
            tool.close()
        text = file.read_text("utf-8")
        file.write_text("")  # rope looks at it again
        return Outcome(text, seconds, renamed.refusal)

    def close(self) -> None:
        """End the tool."""
        if self._open is not None:
            self._open.close()


class AstGrep(Command):
    """`ast-grep`, which rewrites what has the form of the name, whosoever it is."""

    def __init__(self, program: Path, folder: Path) -> None:
        super().__init__("ast-grep", folder)
        self._program = program

    def takes(self, request: Request) -> bool:
        """Return whether it is a rename."""
        return request.subject is not None

    def words(self, request: Request) -> Sequence[str]:
        """Return the command."""
        assert request.subject is not None
        names = ["-p", request.subject.name, "-r", request.subject.new]
        return [str(self._program), "run", *names, "-l", "py", "-U", "module.py"]


class Patching(Command):
    """A command that applies a patch."""

    def __init__(self, name: str, words: Sequence[str], folder: Path) -> None:
        super().__init__(name, folder)
        self._words = words

    def takes(self, request: Request) -> bool:
        """Return whether it is a patch."""
        return request.patch is not None

    def words(self, request: Request) -> Sequence[str]:
        """Return the command."""
        return self._words


def others(place: Path, report: Report) -> Iterator[Way]:
    """Yield every tool that can be had here."""
    python = environment("edits", report)
    tools: dict[str, Callable[[Path], Renamer]] = {
        "rope": lambda folder: ScriptedRenamer(folder, python, SCRIPTS / "run_rope.py"),
        "jedi": lambda folder: ScriptedRenamer(folder, python, SCRIPTS / "run_jedi.py"),
        "basedpyright": lambda folder: LanguageServer(
            [str(python.parent / "basedpyright-langserver"), "--stdio"],
            folder,
            "python",
            PYRIGHT_SETTINGS,
        ),
    }
    starts: tuple[Start, ...] = ("cold", "warm")
    for name, open_one in tools.items():
        for start in starts:
            yield Renaming(name, start, place / f"{name}-{start}", open_one)
    yield AstGrep(python.parent / "ast-grep", place / "ast-grep")
    script = [str(python), str(SCRIPTS / "run_whatthepatch.py")]
    yield Patching("whatthepatch", [*script, "update.patch", "module.py"], place / "whatthepatch")
    for name, words in {
        "git apply": ["git", "apply", "update.patch"],
        "patch": ["patch", "--quiet", "-p1", "-i", "update.patch"],
    }.items():
        if shutil.which(words[0]):
            yield Patching(name, words, place / words[0])
        else:
            report(f"{words[0]} is not installed")
