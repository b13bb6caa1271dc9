"""How long renames over a workspace take: cold, from the command line to the written files; warm, as an editor asks for them.

A workspace is a copy of so many modules of Python's standard library and, where these are too few, of what is installed beside
it, beginning with the package `email`, whose names are renamed: there and back, so that in the end each byte is as it was.
"""

import os
import shutil
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from specedit.benchmarks.development.server import (
    Row,
    installed_environment,
    processor_seconds,
    running_server,
)
from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine import children
from specedit.engine.errors import InvalidRequest
from specedit.lsp.index import Index
from specedit.service.client import Client

_MAX_BYTES = 10_000_000  # of a file
_FIRST = "email"
_ROUNDS = 5  # of which the median is told


@dataclass(frozen=True, slots=True)
class Subject:
    """What is renamed: by its name in the first file that begins with it, and what it is called in an instruction."""

    kind: str
    path: str
    line: str
    name: str
    owner: str = ""

    @property
    def qualified(self) -> str:
        """Its name with its class."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


SUBJECTS = (
    Subject("function", "email/utils.py", "def parseaddr(", "parseaddr"),
    Subject("class", "email/charset.py", "class Charset:", "Charset"),
    Subject("method", "email/message.py", "    def get_payload(", "get_payload", "Message"),
)
OF_ONE_FILE = Subject("function", "smtplib.py", "def quoteaddr(", "quoteaddr")  # 1,109 lines


def run(sizes: Sequence[int], report: Callable[[str], None]) -> list[Row]:
    """Return a row of seconds for each workspace of so many files, symbol and door, and for one file alone.

    Raises:
        InvalidRequest: fewer files are installed, or an edit did not do what it is for.
    """
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            root = Path(place, str(size))
            fill(root, size)
            before = _digest(root)
            for each in (*cold(root, SUBJECTS), *warm(root, SUBJECTS)):
                rows.append(each)
                report(str(each))
            if _digest(root) != before:
                raise InvalidRequest(f"renames there and back changed the {size} files")
        for each in _one_file(Path(place, "1")):
            rows.append(each)
            report(str(each))
    return rows


def fill(root: Path, size: int) -> None:
    """Copy so many modules to a folder, those whose names are renamed first.

    Raises:
        InvalidRequest: fewer are installed.
    """
    paths = list(_installed())[:size]
    if len(paths) < size:
        raise InvalidRequest(f"{len(paths)} modules are installed, of {size}: give a smaller size")
    for top, path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(top / path, root / path)


def _installed() -> Iterator[tuple[Path, Path]]:
    """Yield folders of modules with the paths in them: the standard library's first; each path once."""
    seen: set[Path] = set()
    for top in (_library(), Path(sysconfig.get_paths()["purelib"])):
        paths = [path.relative_to(top) for path in top.rglob("*.py")]
        for path in sorted(paths, key=lambda p: (p.parts[0] != _FIRST, p)):
            if path not in seen and not {"site-packages", "__pycache__"} & {*path.parts}:
                seen.add(path)
                yield top, path


def _library() -> Path:
    return Path(sysconfig.get_paths()["stdlib"])


def cold(root: Path, subjects: Iterable[Subject], rounds: int = 2) -> Iterator[Row]:
    """Yield what processes take that rename by the command line, there and back in each round."""
    size = len(_stamps(root))
    for subject in subjects:
        new = f"{subject.name}_renamed"
        there = Subject(subject.kind, subject.path, subject.line, new, subject.owner)
        taken = []
        for old, name in ((subject, new), (there, subject.name)) * rounds:
            before = _stamps(root)
            taken.append(_command(root, f"rename {old.qualified} in {old.path} to {name}"))
            changed = sum(stamp != before[path] for path, stamp in _stamps(root).items())
        yield _row(size, "command line", subject.kind, changed, taken)


def _command(root: Path, instruction: str, *files: str) -> tuple[float, float]:
    """Have a process edit, and return the seconds that it took, and those of the processors."""
    command = children.python("-m", "specedit", "apply", *files, instruction, "--accept", "syntax")
    began, used = perf_counter(), _children_seconds()
    pipes = children.Descriptors(stdout=children.PIPE, stderr=children.PIPE)
    environment = installed_environment(f"{root.parent}/compiled")
    done = children.run(command, pipes, folder=root, only=environment)
    if done.returncode:
        raise InvalidRequest(f"'{instruction}' was refused: {done.stderr.decode()}")
    return perf_counter() - began, _children_seconds() - used


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def warm(root: Path, subjects: Iterable[Subject]) -> Iterator[Row]:
    """Yield what the Language Server takes for a rename, at first and on files that it has read; nothing is written.

    Editors ask whether there is something to rename before the user types a name, and it reads meanwhile what it will need.
    """
    size, index = len(_stamps(root)), Index(root, _MAX_BYTES)
    for subject in subjects:
        text = (root / subject.path).read_text("utf-8")
        at = text.index(subject.line) + subject.line.index(subject.name)
        taken = []
        began, used = perf_counter(), process_time()
        index.read_ahead(subject.path, at, {})
        ahead = perf_counter() - began, process_time() - used
        for number in range(1 + _ROUNDS):
            began, used = perf_counter(), process_time()
            made = index.rename(subject.path, at, f"{subject.name}_{number}", {})
            taken.append((perf_counter() - began, process_time() - used))
        changed = sum(each.result.status == "changed" for each in made)
        yield _row(size, "editor, while a name is typed", subject.kind, 0, [ahead])
        yield _row(size, "editor, first", subject.kind, changed, taken[:1])
        yield _row(size, "editor, again", subject.kind, changed, taken[1:])


def _one_file(root: Path) -> Iterator[Row]:
    """One file alone, of some thousand lines: by the command line, and by a server that runs."""
    subject = OF_ONE_FILE
    file = root / subject.path
    file.parent.mkdir(parents=True)
    shutil.copyfile(_library() / subject.path, file)
    text, new = file.read_text("utf-8"), f"{subject.name}_renamed"
    pairs = ((subject.name, new), (new, subject.name)) * 2
    taken = [_command(root, f"rename {old} to {name}", subject.path) for old, name in pairs]
    yield _row(1, "command line", subject.kind, 1, taken)
    taken = []
    with (
        running_server(f"{root.parent}/s", f"{root.parent}/log", 1) as server,
        Client(f"unix:{root.parent}/s", config=Config(accept="syntax")) as client,
    ):
        for number in range(1 + _ROUNDS):
            document = decode_document(f"{text}last = {number}\n".encode())
            request = EditRequest(document, f"rename {subject.name} to {new}", subject.path)
            began, used = perf_counter(), processor_seconds(server.pid)
            list(client.edit(request))
            spent = processor_seconds(server.pid) - used
            taken.append((perf_counter() - began, spent))
    yield _row(1, "running server", subject.kind, 1, taken[1:])


def _row(
    size: int, door: str, kind: str, changed: int, taken: Sequence[tuple[float, float]]
) -> Row:
    return {
        "files": size,
        "door": door,
        "renames a": kind,
        "changed": changed,
        "seconds": round(median(wall for wall, _ in taken), 3),
        "of processors": round(median(used for _, used in taken), 3),
    }


def _stamps(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*.py")}


def _digest(root: Path) -> str:
    whole = sha256()
    for path in sorted(root.rglob("*.py")):
        whole.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return whole.hexdigest()
