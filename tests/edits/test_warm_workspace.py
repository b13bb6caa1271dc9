"""A workspace that is kept from one edit to the next plans what a new one of the same files does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import language_of, named
from specedit.edits.syntax.nodes import enclosing
from specedit.edits.syntax.source import Source
from specedit.edits.workspace import rename
from specedit.edits.workspace.library import library_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

FOLLOWED = ("python", "javascript", "typescript")  # through the imports of modules
CASES = [
    path
    for language in FOLLOWED
    for path in sorted((Path(__file__).parent.parent / "workspaces" / language).glob("*.txt"))
]
# Two packages with a class of one name, a method that a function shares its name with, and keywords.
FILES = {
    "net/__init__.py": "from net.client import Client\nfrom net.pool import Pool as Pooled\n",
    "net/client.py": (
        "import net.base as base\n\n\nclass Client(base.Door):\n    def close(self, wait=1):\n        return wait\n\n"
        "    def twin(self) -> 'Client':\n        self.other = Client()\n        return self.other\n"
    ),
    "net/base.py": "class Door:\n    def close(self, wait=2):\n        return wait\n",
    "net/pool.py": (
        "from .client import Client\n\n\nclass Pool:\n    def __init__(self):\n        self.all = []\n\n"
        "    def add(self):\n        self.all.append(Client())\n\n    def first(self):\n        return self.all[0]\n"
    ),
    "other.py": "class Client:\n    def close(self, wait=3):\n        return wait\n\n\ndef close(wait):\n    return wait\n",
    "use.py": (
        "import other\nfrom net import Client, Pooled\n\n\ndef go(given: 'Client', it):\n    given.close(wait=1)\n"
        "    given.twin().other.close()\n    other.Client().close(wait=3)\n    other.close(wait=4)\n"
        "    Pooled().first().close()\n    it.close()\n"
    ),
}
RENAMES = (
    ("rename Door.close to shut", "net/base.py"),
    ("rename Client.close to shut", "other.py"),
    ("rename Client.twin to copy", "net/client.py"),
    ("rename the parameter wait of close to seconds", "other.py"),
    ("rename Client to Session", "other.py"),
    ("rename Pool.first to any", "net/pool.py"),
)


def workspace_of(texts: dict[str, str]) -> Workspace:
    return Workspace(_known(texts), lambda path: _read(path, texts))


def renewed(workspace: Workspace, texts: dict[str, str], *changed: str) -> Workspace:
    return workspace.renewed(_known(texts), lambda path: _read(path, texts), set(changed))


def _known(texts: dict[str, str]) -> list[str]:
    return sorted(path for path in texts if rename.is_known(language_of(path)))


def _read(path: str, texts: dict[str, str]) -> str:
    if path not in texts:
        raise EditRefused(f"cannot open {path}")
    return texts[path]


def outcome(
    instruction: str, workspace: Workspace, file: str | None = None
) -> dict[str, Prediction] | str:
    try:
        return rename.predict(instruction, workspace, file)
    except EditRefused as refusal:
        return f"{type(refusal).__name__}: {refusal}"


def other_texts(text: str) -> Iterator[str]:
    """Yield what a file may have been before: of other names, without its first line, of more lines, or nothing."""
    yield text.replace("close", "end").replace("Client", "Call")
    yield text.partition("\n")[2]
    yield text + "\n\n" + text.partition("\n")[0] + "\n"
    yield ""


@pytest.mark.parametrize("name", FILES)
def test_whatever_a_file_was_before_is_forgotten(name: str) -> None:
    cold = {ask: outcome(*ask[:1], workspace_of(FILES), ask[1]) for ask in RENAMES}
    assert sum(isinstance(made, dict) for made in cold.values()) >= 5
    for before in other_texts(FILES[name]):
        texts = FILES | {name: before}
        workspace = workspace_of(texts)
        for instruction, file in RENAMES:
            outcome(instruction, workspace, file)
        workspace = renewed(workspace, FILES, name)
        for ask in RENAMES:
            assert outcome(ask[0], workspace, ask[1]) == cold[ask], (before, ask)


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-2:]))
def test_cases_are_planned_alike_after_each_file_has_changed(path: Path) -> None:
    given, _, _ = path.read_text("utf-8").partition("====\n")
    instruction, *files = re.split(r"^---- (.+)\n", given, flags=re.MULTILINE)
    texts = dict(zip(files[::2], files[1::2], strict=True))
    cold = outcome(instruction.strip(), workspace_of(texts))
    for name in texts:
        for before in (texts[name].partition("\n")[2], texts[name] + "\n"):
            workspace = workspace_of(texts | {name: before})
            outcome(instruction.strip(), workspace)
            workspace = renewed(workspace, texts, name)
            assert outcome(instruction.strip(), workspace) == cold, (name, before)


def test_files_that_come_and_go_are_followed() -> None:
    cold = outcome(*RENAMES[0][:1], workspace_of(FILES), RENAMES[0][1])
    for name in FILES.keys() - {"net/base.py"}:
        fewer = {path: text for path, text in FILES.items() if path != name}
        workspace = workspace_of(fewer)
        without = outcome(RENAMES[0][0], workspace, RENAMES[0][1])
        workspace = renewed(workspace, FILES)
        assert outcome(RENAMES[0][0], workspace, RENAMES[0][1]) == cold
        workspace = renewed(workspace, fewer)
        assert outcome(RENAMES[0][0], workspace, RENAMES[0][1]) == without


def test_settings_that_change_are_read_again() -> None:
    texts = {
        "lib/door.py": "class Door:\n    def close(self): pass\n",
        "use.py": "from shop.lib.door import Door\n\nDoor().close()\n",
        "pyproject.toml": "[project]\nname = 'other'\n",
    }
    ours = texts | {"pyproject.toml": "[project]\nname = 'shop'\n"}
    workspace = workspace_of(texts)
    before = outcome("rename Door.close to shut", workspace)
    workspace = renewed(workspace, ours)
    after = outcome("rename Door.close to shut", workspace)
    assert before == outcome("rename Door.close to shut", workspace_of(texts))
    assert after == outcome("rename Door.close to shut", workspace_of(ours)) != before


def test_a_module_is_written_again_only_where_the_kept_name_stands_in_it() -> None:
    library = library_of(named("python"), workspace_of(FILES))
    paths = sorted(FILES)
    parts = library.parts(paths, "twin", named("python"))
    assert library.parts(paths, "first", named("python")) == parts
    others = library.parts(paths, "close", named("python"))  # a function of other.py, too
    anew = [a.path for a, b in zip(parts, others, strict=True) if a is not b]
    assert anew == ["other.py", "use.py"]
    assert library.parts(paths, "twin", named("python")) == parts


def test_nodes_inside_of_others_are_those_of_all() -> None:
    text = "def f(a: 'A', b: list['B[C]'] = 'no') -> 'D':\n    x: 'E' = 'no'\n    return 'no'\n# ä\ny: \"F\"\n"
    for source in (Source(text, named("python")), Source(text, named("python"), base=1 << 32)):
        naive = [
            node
            for node in source.nodes
            if node.type == "string_content" and enclosing(node, ["type"])
        ]
        assert [source.code(node) for node in naive] == ["A", "B[C]", "D", "E", "F"]
        assert [*source.nodes_within(["string_content"], ["type"])] == naive
