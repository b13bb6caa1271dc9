"""pyproject.toml, the folders and the links in src/specedit say the same; importing is cheap."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.operations_table import renewed

ROOT = Path(__file__).parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
FOLDERS: dict[str, str] = SETUPTOOLS["package-dir"]


@pytest.mark.parametrize("package", FOLDERS)
def test_package_folder(package: str) -> None:
    folder = ROOT / FOLDERS[package]
    assert (folder / "__init__.py").is_file()
    assert (ROOT / "src" / package.replace(".", "/")).resolve() == folder


def test_every_folder_is_shipped() -> None:
    shipped = set(SETUPTOOLS["packages"])
    found = set(FOLDERS)
    for package, folder in FOLDERS.items():
        if package != "specedit":
            found |= {f"{package}.{p.parent.name}" for p in (ROOT / folder).glob("*/__init__.py")}
    assert shipped == found


def test_importing_specedit_loads_nothing_heavy() -> None:
    code = (
        "import sys, specedit, specedit.cli.main; specedit.cli.main.build_parser();"
        "heavy = {'torch', 'transformers', 'tokenizers', 'huggingface_hub'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_committed_adapter_is_small() -> None:
    assert (ROOT / "editor" / "adapter.safetensors").stat().st_size <= 20_000_000


def test_the_documentation_says_what_the_cases_show() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert renewed(page) == page, "run `python tests/operations_table.py`"
