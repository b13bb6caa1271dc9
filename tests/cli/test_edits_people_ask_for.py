"""Forty-four edits that people ask for, over a small repository and modules of the standard library, with no model.

Each is right on disk byte for byte, or refused with a reason where that is right. What is expected is said as what
stands for what in the files as they were.
"""

import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from specedit.cli.main import main
from specedit.models import store

REFUSED = 3
Swaps = tuple[tuple[str, str], ...]

REPOSITORY = {
    "courier/__init__.py": """\
\"\"\"Letters over a wire.\"\"\"

from ._client import *
from ._models import Envelope, Status
from ._text import to_text

__all__ = ["Client", "Envelope", "Status", "open_client", "to_text"]
""",
    "courier/_client.py": """\
import json
import os
import re
from contextlib import contextmanager
from typing import Iterator, List, Optional

from . import _text
from ._models import Envelope, Status

__all__ = ["Client", "open_client"]

MAX_TRIES = 3
PATTERN = re.compile(r"\\d+")


class Client:
    def __init__(self, base: str, timeout: float = 30.0) -> None:
        self.base = base
        self.timeout = timeout

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def send(self, letter: Envelope, retries: int = MAX_TRIES) -> Status:
        for attempt in range(retries):
            if not letter.is_empty():
                return self._post(letter)
        return Status.LOST

    def _post(self, letter: Envelope) -> Status:
        body = json.dumps(letter.as_dict())
        print("sending %s to %s" % (_text.to_text(letter.body), self.base))
        return Status.SENT if body else Status.LOST

    def close(self) -> None: ...


@contextmanager
def open_client(base: str) -> Iterator[Client]:
    client = Client(base)
    try:
        yield client
    finally:
        client.close()


def first_number(text: str) -> Optional[int]:
    found = PATTERN.search(text)
    return int(found[0]) if found is not None else None


def names_of(letters: List[Envelope]) -> List[str]:
    names = [letter.to for letter in letters]
    return names
""",
    "courier/_models.py": """\
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    SENT = "sent"
    LOST = "lost"


@dataclass
class Envelope:
    to: str
    body: str

    def is_empty(self) -> bool:
        return not self.body

    def as_dict(self) -> dict[str, str]:
        return {"to": self.to, "body": self.body}

    def unused(self) -> None: ...
""",
    "courier/_text.py": """\
def to_text(value, encoding="utf-8"):
    if isinstance(value, bytes):
        return value.decode(encoding)
    return str(value)


def shorten(text, width):
    return text[:width]


def _never_called():
    return None
""",
    "run.py": """\
import courier
from courier import Client, Envelope, Status, open_client
from courier._text import shorten


def main(argv):
    with Client("wire:1", timeout=5) as client:
        status = client.send(Envelope("ann", body="hello"), retries=2)
    with open_client("wire:2") as other:
        other.send(Envelope(to="bob", body=courier.to_text(b"hi", encoding="ascii")))
    shown = shorten(text=status.value, width=3)
    print(shown)
    return 0 if status is Status.SENT else 1


def fetch(url):
    page = url.upper()
    return page


def fetch_all(urls):
    return [fetch(url) for url in urls]
""",
    "web/post.ts": """\
export interface Options {
  retries?: number;
  method: string;
}

export const defaults: Options = { retries: 2, method: "get" };

export function normalize(options: Options, strict = false): Options {
  if (strict && options.retries === undefined) {
    throw new Error("retries");
  }
  return { ...defaults, ...options };
}

export default class Poster {
  constructor(private readonly options: Options) {}

  post(path: string): string {
    return `${this.options.method} ${path}`;
  }
}
""",
    "web/index.ts": """\
import Poster, { defaults, normalize, type Options } from "./post";

export { normalize } from "./post";

export function make(options: Options): Poster {
  return new Poster(normalize(options, true));
}

console.log(make(defaults).post("/"), defaults.retries);
""",
    "settings.json": '{\n  "server": {"port": 8080, "host": "localhost"},\n  "debug": false\n}\n',
    "notes.txt": "TODO: colour\nkeep this\nDEBUG=1\n",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What is typed behind `specedit apply`; then each file's texts with what is to stand for them, or the reason of a refusal."""

    typed: tuple[str, ...]
    files: dict[str, Swaps] = field(default_factory=dict)
    refusal: str = ""


def done(*typed: str, **files: Swaps) -> Edit:
    """An edit with the files that change, by the short names below."""
    return Edit(typed, {FILES[name]: swaps for name, swaps in files.items()})


def refused(*typed: str, because: str) -> Edit:
    return Edit(typed, refusal=because)


FILES = {
    "init": "courier/__init__.py",
    "client": "courier/_client.py",
    "models": "courier/_models.py",
    "text": "courier/_text.py",
    "run": "run.py",
    "post": "web/post.ts",
    "index": "web/index.ts",
    "settings": "settings.json",
    "notes": "notes.txt",
}

EDITS = (
    done(
        "rename to_text to stringify",
        init=(("import to_text", "import stringify"), ('"to_text"', '"stringify"')),
        client=(("_text.to_text", "_text.stringify"),),
        text=(("def to_text", "def stringify"),),
        run=(("courier.to_text", "courier.stringify"),),
    ),
    done(
        "can you rename `Envelope` to `Letter`, please?",
        init=(("Envelope", "Letter"),),
        client=(("Envelope", "Letter"),),
        models=(("class Envelope", "class Letter"),),
        run=(("Envelope", "Letter"),),
    ),
    done(
        "rename Client to Session",
        init=(('"Client"', '"Session"'),),
        client=(("Client", "Session"),),
        run=(("Client", "Session"),),
    ),
    done(
        "rename the method is_empty of Envelope to has_no_body",
        models=(("is_empty", "has_no_body"),),
        client=(("is_empty", "has_no_body"),),
    ),
    done(
        "rename Client.send to deliver",
        client=(("def send(", "def deliver("),),
        run=(("client.send", "client.deliver"), ("other.send", "other.deliver")),
    ),
    done(
        "rename the parameter retries of Client.send to tries",
        client=(("retries", "tries"),),
        run=(("retries=2", "tries=2"),),
    ),
    done(
        "rename the parameter width of shorten in courier/_text.py to length",
        text=(("width", "length"),),
        run=(("width=3", "length=3"),),
    ),
    done(
        "rename the field body of Envelope to content",
        models=(("body: str", "content: str"), ("self.body", "self.content")),
        client=(("letter.body", "letter.content"),),
        run=(("body=", "content="),),
    ),
    done(
        "rename Status.LOST to MISSING",
        models=(("LOST =", "MISSING ="),),
        client=(("Status.LOST", "Status.MISSING"),),
    ),
    done("run.py", "rename page to text in fetch", run=(("page", "text"),)),
    done(
        "run.py",
        "rename fetch to load and fetch_all to load_all",
        run=(("def fetch(", "def load("), ("fetch_all", "load_all"), ("[fetch(", "[load(")),
    ),
    refused("rename shorten to to_text", because="'to_text' is already used"),
    refused("rename shorten to class", because="'class' is not a python name"),
    refused("rename shortn to cut", because="shorten"),
    done(
        "rename normalize to merged",
        post=(("function normalize", "function merged"),),
        index=(
            ("{ defaults, normalize,", "{ defaults, merged,"),
            ("{ normalize }", "{ merged }"),
            ("(normalize(", "(merged("),
        ),
    ),
    done(
        "rename the interface Options to Settings",
        post=(("Options", "Settings"),),
        index=(("Options", "Settings"),),
    ),
    done(
        "rename Poster.post to send",
        post=(("post(path", "send(path"),),
        index=((".post(", ".send("),),
    ),
    done(
        "rename the field retries of Options to tries",
        post=(
            ("retries?", "tries?"),
            ("{ retries: 2", "{ tries: 2"),
            ("options.retries", "options.tries"),
        ),
        index=(("defaults.retries", "defaults.tries"),),
    ),
    done(
        "courier/_text.py",
        "delete the function _never_called",
        text=(("\n\ndef _never_called():\n    return None\n", ""),),
    ),
    refused("courier/_text.py", "delete the function shorten", because="run.py"),
    done("courier/_client.py", "set MAX_TRIES to 5", client=(("MAX_TRIES = 3", "MAX_TRIES = 5"),)),
    done(
        "courier/_models.py",
        "remove the method unused of Envelope",
        models=(("\n    def unused(self) -> None: ...\n", ""),),
    ),
    done("courier/_client.py", "remove unused imports", client=(("import os\n", ""),)),
    refused("courier/_client.py", "remove the unused import re", because="line 13"),
    done(
        "courier/_client.py",
        "change the default of timeout in Client.__init__ from 30.0 to 60.0",
        client=(("timeout: float = 30.0", "timeout: float = 60.0"),),
    ),
    done(
        "courier/_text.py",
        "change default of encoding in to_text to ascii",
        text=(('encoding="utf-8"', 'encoding="ascii"'),),
    ),
    refused(
        "courier/_text.py",
        "change the default of encoding in to_text from latin-1 to ascii",
        because="utf-8",
    ),
    done(
        "courier/_text.py",
        "add a parameter errors='strict' to to_text",
        text=(('encoding="utf-8")', "encoding=\"utf-8\", errors='strict')"),),
    ),
    done(
        "courier/_text.py",
        "annotate the parameter width of shorten as int",
        text=(("(text, width)", "(text, width: int)"),),
    ),
    done(
        "courier/_client.py",
        "convert Optional[X] to X | None",
        client=(
            ("-> Optional[int]", "-> int | None"),
            ("Iterator, List, Optional", "Iterator, List"),
        ),
    ),
    done(
        "courier/_client.py",
        "convert % formatting to f-strings",
        client=(
            (
                '"sending %s to %s" % (_text.to_text(letter.body), self.base)',
                'f"sending {_text.to_text(letter.body)} to {self.base}"',
            ),
        ),
    ),
    done(
        "courier/_client.py",
        "inline the variable names in names_of",
        client=(
            (
                "    names = [letter.to for letter in letters]\n    return names\n",
                "    return [letter.to for letter in letters]\n",
            ),
        ),
    ),
    done(
        "courier/_models.py",
        'add the member HELD = "held" to the enum Status',
        models=(('LOST = "lost"\n', 'LOST = "lost"\n    HELD = "held"\n'),),
    ),
    done(
        "courier/_models.py",
        "add the field urgent: bool = False to Envelope",
        models=(("    body: str\n", "    body: str\n    urgent: bool = False\n"),),
    ),
    refused(
        "run.py", "make fetch async", because="line 22 calls 'fetch' outside of an async function"
    ),
    done(
        "settings.json", "change the port of server from 8080 to 9090", settings=(("8080", "9090"),)
    ),
    done("notes.txt", 'replace "colour" with "color"', notes=(("colour", "color"),)),
    refused("run.py", "make it nicer", because="no operation understands"),
)

# Instruction, module, and what stands for what, as regular expressions: releases of Python differ in the rest.
LIBRARY: tuple[tuple[str, str, Swaps], ...] = (
    (
        "textwrap.py",
        "rename dedent to unindent",
        ((r"(?<=def )dedent\b|(?<=')dedent(?=')|(?<=print\()dedent\b", "unindent"),),
    ),
    (
        "shlex.py",
        "rename the parameter posix of split to strict",
        ((r"(def split\(.*)posix", r"\1strict"), (r"posix=posix", "posix=strict")),
    ),
    ("colorsys.py", "rename _v to _channel", ((r"\b_v\b", "_channel"),)),
    ("queue.py", "rename Queue._qsize to _length", ((r"\b_qsize\b", "_length"),)),
    (
        "getopt.py",
        "rename short_has_arg to takes_argument",
        ((r"\bshort_has_arg\b", "takes_argument"),),
    ),
    (
        "bisect.py",
        "change the default of lo in insort_right from 0 to 1",
        ((r"(def insort_right\(a, x, lo=)0", r"\g<1>1"),),
    ),
)


@pytest.fixture
def repository(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    def fail(*_: object) -> None:
        raise AssertionError("no model is needed for this")

    monkeypatch.setattr(store, "resolve", fail)
    (workspace / ".git").mkdir()
    for name, text in REPOSITORY.items():
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(text)
    yield workspace


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.typed[-1])
def test_over_a_repository(
    edit: Edit, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["apply", *edit.typed, "--accept", "syntax"])
    told = capsys.readouterr().err
    expected = dict(REPOSITORY)
    for name, swaps in edit.files.items():
        for old, new in swaps:
            assert old in expected[name], f"nothing to do in {name}: {old}"
            expected[name] = expected[name].replace(old, new)
    assert {name: (repository / name).read_text() for name in REPOSITORY} == expected, told
    assert (status, edit.refusal in told) == (REFUSED if edit.refusal else 0, True), told


@pytest.mark.parametrize(
    ("module", "instruction", "swaps"), LIBRARY, ids=[each[1] for each in LIBRARY]
)
def test_in_the_standard_library(
    module: str, instruction: str, swaps: Swaps, repository: Path
) -> None:
    source = Path(sysconfig.get_paths()["stdlib"], module).read_text()
    (repository / module).write_text(source)
    assert main(["apply", module, instruction, "--accept", "syntax"]) == 0
    for old, new in swaps:
        source = re.sub(old, new, source)
    assert (repository / module).read_text() == source


def test_there_are_as_many_as_it_says() -> None:
    assert len(EDITS) + len(LIBRARY) == 44
