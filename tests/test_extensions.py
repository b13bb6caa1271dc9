"""What the editors' extensions say of the program is what the program does."""

import json
from pathlib import Path
from typing import get_args

from specedit.editor.config import Accept, Config
from specedit.editor.settings import NAMES, Verify

ROOT = Path(__file__).parent.parent / "extensions"


def test_vs_code_offers_the_acceptances_there_are() -> None:
    package = json.loads((ROOT / "vscode" / "package.json").read_text("utf-8"))
    setting = package["contributes"]["configuration"]["properties"]["specedit.accept"]
    assert set(setting["enum"]) == set(get_args(Accept))
    assert len(setting["markdownEnumDescriptions"]) == len(setting["enum"])
    assert setting["default"] == Config().accept


def test_vs_code_offers_the_times_at_which_a_model_is_asked() -> None:
    package = json.loads((ROOT / "vscode" / "package.json").read_text("utf-8"))
    setting = package["contributes"]["configuration"]["properties"]["specedit.verify"]
    assert set(setting["enum"]) == set(get_args(Verify))
    assert len(setting["markdownEnumDescriptions"]) == len(setting["enum"])
    assert setting["default"] == NAMES["verify"].default


def test_nobody_is_sent_to_a_package_index_that_has_no_specedit() -> None:
    for path in (*ROOT.glob("vscode/*.*"), *ROOT.glob("vscode/src/*"), *ROOT.glob("nvim/**/*.lua")):
        if path.suffix != ".vsix":  # built here
            assert "pip install specedit" not in path.read_text("utf-8"), path
