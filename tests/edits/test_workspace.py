"""Edits of a whole workspace: one file a case in tests/workspaces/LANGUAGE.

The instruction; `---- PATH` before each file's text; `====` before what is expected: `PATH:LINE: text` for each line that
changes, `PATH:LINE left` for each that is told to be left, `PATH moved to PATH`, or "refused: " and what the refusal must say.
"""

import re
from pathlib import Path

import pytest

from specedit.edits.moves import move_request
from specedit.edits.moves import plan as files_plan
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines
from specedit.edits.workspace import callers, rename
from specedit.edits.workspace.library import Library
from specedit.edits.workspace.listing import list_files, root_of
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.program import Program
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.uses import callers_elsewhere, uses_elsewhere
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

SETTINGS = (
    "go.mod",
    "go.work",
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "tsconfig.json",
)
CASES = sorted((Path(__file__).parent.parent / "workspaces").glob("*/*.txt"))


def workspace_of(texts: dict[str, str]) -> Workspace:
    paths = sorted(path for path in texts if rename.is_known(language_of(path)))
    return Workspace(paths, lambda path: _read(path, texts))


def _read(path: str, texts: dict[str, str]) -> str:
    if path not in texts:
        raise EditRefused(f"cannot open {path}")
    return texts[path]


def told(texts: dict[str, str], instruction: str) -> list[str]:
    lines = []
    for path, made in predicted(texts, instruction).items():
        old, new = texts[path].split("\n"), made.body.split("\n")
        is_renamed = made.origin == "rename"
        assert len(old) == len(new) or not is_renamed
        for _, _, first, last in changed_lines(old, new):
            lines += [f"{path}:{i + 1}: {new[i]}" for i in range(first, last)]
        lines += [f"{path}:{left.line + 1} left" for left in made.left]
        lines += [f"{path} moved to {made.moved_to}"] if made.moved_to else []
    return sorted(set(lines))


def predicted(texts: dict[str, str], instruction: str) -> dict[str, Prediction]:
    if callers.is_recognised(instruction):
        return callers.predict(instruction, workspace_of(texts))
    if not move_request.is_recognised(instruction):
        return rename.predict(instruction, workspace_of(texts))
    moves = move_request.read_moves(instruction, texts)
    assert moves is not None
    return files_plan.predict(moves, workspace_of(texts), texts)


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-2:]))
def test_case(path: Path) -> None:
    given, _, expected = path.read_text("utf-8").partition("====\n")
    instruction, *files = re.split(r"^---- (.+)\n", given, flags=re.MULTILINE)
    texts = dict(zip(files[::2], files[1::2], strict=True))
    for name, text in texts.items():
        language = language_of(name)
        if name.rpartition("/")[2] in SETTINGS:
            continue
        assert language is not None, name
        # Before the preprocessor has run, text of C need not be what its grammar takes.
        assert path.parent.name in ("c", "cpp") or not Source(text, language).root.has_error, name
    if expected.startswith("refused: "):
        with pytest.raises(EditRefused, match=expected.removeprefix("refused: ").strip()):
            predicted(texts, instruction.strip())
        return
    assert told(texts, instruction.strip()) == sorted(expected.splitlines())


NET = "class Client:\n    def close(self): pass\n\ndef make():\n    return Client()\n"
USE = "from net import make\nimport net\n\nmake().close()\nnet.Client().close()\nä = open('x').close()\n"


def test_every_copied_byte_of_a_program_is_found_again() -> None:
    texts = {"net.py": NET, "use.py": USE}
    program = Program(sorted(texts), Library(PythonModules(workspace_of(texts))), "close")
    starts = program.symbols.source.starts_of(["identifier"])
    places = [program.place(start) for start in starts]
    assert [program.find(*place) for place in places] == starts
    nodes = program.symbols.source.nodes_with("close")
    closing = [node.start_byte for node in nodes if node.text == b"close"]
    assert len(closing) == 4
    for path, start in map(program.place, closing):
        assert texts[path].encode()[start : start + 5] == b"close"


def test_a_rename_and_its_inverse_give_the_same_bytes() -> None:
    texts = {"net.py": NET, "use.py": USE}
    for there, back in [
        ("rename Client to Session", "rename Session to Client"),
        ("rename Client.close to shut", "rename Client.shut to close"),
        ("rename make to build", "rename build to make"),
    ]:
        made = rename.predict(there, workspace_of(texts))
        after = texts | {path: each.body for path, each in made.items()}
        assert after != texts
        again = rename.predict(back, workspace_of(after))
        assert after | {path: each.body for path, each in again.items()} == texts


def test_of_a_file_that_cannot_be_parsed_every_place_is_told() -> None:
    texts = {
        "a.ts": "export function make() {}\n",
        "b.ts": "import { make } from './a';\nconst a = { b( { return make(); }\nmake();\n",
        "index.ts": "export * from './b';\nexport * from './a';\n",
        "c.ts": "import { make } from './index';\nmake();\n",
    }
    lines = told(texts, "rename make in a.ts to build")
    assert {line.split(":")[0] + line.split(":")[1].split()[0] for line in lines} >= {
        "b.ts1",
        "b.ts2",
        "b.ts3",
    }
    assert "c.ts:2: build();" in lines


def test_what_a_file_declares_that_cannot_be_parsed_is_followed() -> None:
    texts = {
        # Within a node ERROR that is the whole file.
        "a.ts": "export type Shape = (a: number) => void\nexport type Made<A> = A extends void\n"
        "\t<A, B = C<A>>(\n\t\ta: A,\n\t<B, D extends any[]>(\n\t\tb: (\n",
        "index.ts": "export * from './a';\n",
        "b.ts": "import { Shape } from './index';\nlet s: Shape;\n",
    }
    lines = told(texts, "rename Shape in a.ts to Form")
    assert {"b.ts:1: import { Form } from './index';", "b.ts:2: let s: Form;"} <= {*lines}


def test_an_import_of_what_its_module_does_not_seem_to_have_is_told() -> None:
    texts = {
        "a.py": "def fetch(): ...\n",
        "b.py": "globals().update(vars(__import__('a')))\n",
        "c.py": "from b import fetch\nfetch()\n",
    }
    assert "c.py:1 left" in told(texts, "rename fetch in a.py to load")


def test_no_file_without_the_name_is_parsed() -> None:
    texts = {"net.py": NET, **{f"other{i}.py": "x = 1\n" for i in range(50)}}
    workspace = workspace_of(texts)
    rename.predict("rename make to build", workspace)
    assert workspace.parsed == {"net.py"}


def test_what_version_control_ignores_is_not_listed(tmp_path: Path) -> None:
    files = [
        "a.py",
        "src/b.py",
        "src/gen/c.py",
        "src/gen/keep.py",
        "build/d.py",
        "node_modules/e/e.py",
        ".tox/f.py",
        "env/lib/g.py",
        "env/pyvenv.cfg",
        "notes.txt",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("/a.py\n")
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "src" / ".gitignore").write_text("gen/*\n!gen/keep.py\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "src" / "b.py")
    assert [*list_files(tmp_path, frozenset([".py"]))] == ["src/b.py", "src/gen/keep.py"]
    assert root_of(tmp_path / "src" / "gen") == tmp_path.resolve()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("fetch", {"pkg/__init__.py": (1,), "use.py": (3,)}),
        ("Client.close", {"use.py": (3,)}),
        ("Client", {"use.py": (2, 3)}),
        ("Client.open", {}),
        ("alone", {}),
    ],
)
def test_where_others_use_what_a_file_has(name: str, lines: dict[str, tuple[int, ...]]) -> None:
    texts = {
        "pkg/__init__.py": "from .net import fetch as get\n",
        "pkg/net.py": "class Client:\n    def close(self): ...\n    def open(self): ...\n\n"
        "def fetch(): ...\ndef alone(): ...\n",
        "use.py": "import pkg.net\nfrom pkg.net import Client\nClient().close(pkg.net.fetch())\n",
        "other.py": "def fetch(): ...\ndef alone(): ...\nfetch(alone(open))\n",
    }
    assert uses_elsewhere("pkg/net.py", name, workspace_of(texts)) == lines


def test_where_others_may_use_what_a_file_has() -> None:
    texts = {
        "net.py": "class Client:\n    def close(self): ...\n",
        "use.py": "from net import Client\n\ndef run(thing):\n    thing.close()\n",
    }
    workspace = workspace_of(texts)
    assert uses_elsewhere("net.py", "Client.close", workspace) == {}
    assert callers_elsewhere("net.py", "Client.close", workspace) == {"use.py": (4,)}


def test_where_a_name_comes_from_is_as_if_looked_up_anew() -> None:
    texts = {
        "p/__init__.py": "from .a import *\nfrom .b import one as two\nfrom . import c\n",
        "p/a.py": "from .b import *\nfrom p import two\nthree = 3\n",
        "p/b.py": "from .a import three, one\nfrom .c import *\n",
        "p/c.py": "from .a import *\nfrom p import four\ndef one(): pass\n",
    }

    def modules() -> PythonModules:
        return PythonModules(Workspace(texts, texts.__getitem__))

    names = ["one", "two", "three", "four", "c", "a", "p", "*", ""]
    once = modules()
    for module in (*texts, "", *texts):
        for name in (*names, *reversed(names)):
            assert once.resolve(module, name) == modules().resolve(module, name)
    assert once.resolve("p/__init__.py", "two") == Name("p/c.py", "one")
