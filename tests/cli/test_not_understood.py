"""What is refused without a model: nothing is loaded, nothing is fetched."""

import json
from pathlib import Path

import pytest

from specedit.cli.main import main
from specedit.models import store

SOURCE = "def fetch(url):\n    return open(url).read()\n\n\nprint(fetch('a'))\n"


@pytest.fixture
def page(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fail(*_: object) -> None:
        raise AssertionError("no model is needed for this")

    monkeypatch.setattr(store, "resolve", fail)
    path = workspace / "page.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.parametrize("accept", ["auto", "exact", "trust"])
def test_an_instruction_that_nothing_understands(
    accept: str, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "page.py", "tidy up a bit", "--accept", accept]) == 3
    shown = capsys.readouterr()
    assert "no operation understands 'tidy up a bit'" in shown.err
    assert "--snippet" in shown.err and "tokens" not in shown.err
    assert page.read_text() == SOURCE


def test_in_json(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "page.py", "tidy up a bit", "--json", "--quiet"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["written"], told["hunks"]) == ("refused", False, [])


def test_a_model_says_in_its_config_whether_it_writes(tmp_path: Path) -> None:
    assert not store.can_write("embedded") and not store.can_write("embedded-base")
    assert store.can_write("some/model") and store.can_write(str(tmp_path))
    config = tmp_path / "config.json"
    config.write_text("{}")
    assert store.can_write(str(tmp_path))
    config.write_text('{"specedit_writes": false}')
    assert not store.can_write(str(tmp_path))
