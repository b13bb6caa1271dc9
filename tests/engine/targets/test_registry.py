"""A target is one file, of ours or of an installed package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit.cli.main import main
from specedit.engine.errors import InvalidRequest
from specedit.engine.plugins import installed
from specedit.engine.targets import registry

MODULE = '''
"""Agrees with every draft but for one word."""

from specedit.engine.target import Choices, LocalTarget


class Agreeable(LocalTarget):
    dtype, near_tie, rollback_limit = "none", 0.0, 1 << 30
    max_length, vocab_size, stop_ids = 8192, 1 << 20, frozenset({2})

    def __init__(self, context):
        self.name, self.tokenizer = f"agreeable {context.name}", context.tokenizer

    def open(self, prompt=()):
        return Sequence(self.tokenizer)


class Sequence:
    nbytes, rollback_limit = 0, 1 << 30

    def __init__(self, tokenizer, text=()):
        self.tokenizer, self.text = tokenizer, list(text)

    @property
    def length(self):
        return len(self.text)

    def prefill(self, token_ids):
        self.text += token_ids

    def forward(self, last, draft, sampling, *, margins=False, logit_bias=()):
        self.start, self.draft = self.length, draft.token_ids
        self.text += [last, *draft.token_ids]
        ratios = [float("forbidden" not in self.tokenizer.decode([t])) for t in self.draft]
        chosen = [token if ratio else 0 for token, ratio in zip(self.draft, ratios)]
        return Choices((*chosen, 2), tuple(ratios), (1.0,) * (1 + len(draft)))

    def keep(self, nodes):
        self.text[self.start + 1 :] = [self.draft[node] for node in nodes]

    def rollback(self, length):
        del self.text[length:]

    def fork(self, length):
        return Sequence(self.tokenizer, self.text[:length])

    def close(self):
        pass


def target(context):
    return Agreeable(context)
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package of one module; this process has looked for packages before."""
    (tmp_path / "agreeable_target.py").write_text(MODULE)
    about = tmp_path / "agreeable-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: agreeable\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[specedit.targets]\nagreeable = agreeable_target:target\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    installed.cache_clear()
    yield
    installed.cache_clear()


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("new", "status"), [("load", 0), ("forbidden", 3)])
def test_a_target_of_another_package_judges_an_edit(
    new: str,
    status: int,
    embedded_folder: Path,
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = workspace / "page.py"
    page.write_text("def fetch(url):\n    return url\n\n\nprint(fetch(1))\n")
    before = page.read_text()
    command = ["apply", str(page), f"rename fetch to {new}", "--accept", "guided"]
    command += ["--engine", "agreeable", "--model", str(embedded_folder)]
    assert main(command) == status
    said = capsys.readouterr()
    assert page.read_text() == (before if status else before.replace("fetch", new))
    assert status == 0 or "syntax and model disagree on line 1" in said.out + said.err


@pytest.mark.usefixtures("package")
def test_what_is_installed_is_listed_after_ours() -> None:
    ours = ("auto", "local", "llama", "llama-server", "vllm", "remote-verify", "openai")
    assert registry.names() == (*ours, "agreeable")


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(
        InvalidRequest, match=r"no engine 'vlm'; known: auto, local, llama, llama-server, vllm"
    ):
        registry.load("vlm")


@pytest.mark.parametrize("name", sorted(registry.NEED_URL))
def test_an_engine_elsewhere_needs_an_address(name: str, workspace: Path) -> None:
    (workspace / "a.py").write_text("x = 1\n")
    assert main(["apply", "a.py", "rename x to y", "--engine", name]) == 2
