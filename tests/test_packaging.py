"""pyproject.toml, the folders and the links in src/specedit say the same; importing is cheap."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests import dependencies_table, operations_table

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]
FOLDERS: dict[str, str] = SETUPTOOLS["package-dir"]


@pytest.mark.parametrize("package", FOLDERS)
def test_package_folder(package: str) -> None:
    folder = ROOT / FOLDERS[package]
    assert (folder / "__init__.py").is_file()
    assert (ROOT / "src" / package.replace(".", "/")).resolve() == folder


def test_there_is_one_version_and_the_changelog_tells_of_it() -> None:
    version = PYPROJECT["project"]["version"]
    extension = json.loads((ROOT / "extensions/vscode/package.json").read_text())
    locked = json.loads((ROOT / "extensions/vscode/package-lock.json").read_text())
    versions = {extension["version"], locked["version"], locked["packages"][""]["version"]}
    assert versions == {version}
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def test_every_folder_is_shipped() -> None:
    shipped = set(SETUPTOOLS["packages"])
    found = set(FOLDERS)
    for package, folder in FOLDERS.items():
        if package != "specedit":
            inner = [
                p.parent.relative_to(ROOT / folder) for p in (ROOT / folder).rglob("*/__init__.py")
            ]
            found |= {".".join((package, *path.parts)) for path in inner if path.parts}
    checkout = "specedit.benchmarks.development"
    assert shipped == {package for package in found if not f"{package}.".startswith(f"{checkout}.")}


def test_what_is_for_checkouts_says_so_elsewhere(tmp_path: Path) -> None:
    for package in SETUPTOOLS["packages"]:
        folder = tmp_path / package.replace(".", "/")
        folder.mkdir()
        room = max((p for p in FOLDERS if f"{package}.".startswith(f"{p}.")), key=len)
        source = (
            ROOT / FOLDERS[room] / package.removeprefix(room).removeprefix(".").replace(".", "/")
        )
        for file in source.glob("*.py"):
            shutil.copy(file, folder)
    command = [sys.executable, "-m", "specedit", "bench", "cluster"]
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "'bench cluster' is no part of an installed specedit" in done.stderr
    help = subprocess.run([*command[:-1], "replay", "--help"], env=env, cwd=tmp_path)
    assert help.returncode == 0
    assert find_spec("specedit.benchmarks.development") is not None  # as here


def test_importing_specedit_loads_nothing_heavy() -> None:
    code = (
        "import sys, specedit, specedit.cli.main; specedit.cli.main.build_parser();"
        "heavy = {'torch', 'transformers', 'tokenizers', 'huggingface_hub'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_rename_from_the_command_line_loads_nothing_for_other_edits(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("def close(): pass\n\nclose()\n")
    code = (
        "import sys; from specedit.cli.main import main;"
        "code = main(['apply', 'file.py', 'rename close to shut', '--accept', 'syntax']);"
        "heavy = {'torch', 'numpy', 'transformers', 'grpc', 'http.client'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else code)"
    )
    env = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state")}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=env)
    assert (tmp_path / "file.py").read_text() == "def shut(): pass\n\nshut()\n"


def test_the_committed_adapter_is_small() -> None:
    assert (ROOT / "models" / "adapter.safetensors").stat().st_size <= 20_000_000


def test_the_committed_block_that_drafts_is_small() -> None:
    assert (ROOT / "models" / "mtp.safetensors").stat().st_size <= 10_000_000


def test_the_documentation_says_what_the_cases_show() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert operations_table.renewed(page) == page, "run `python tests/operations_table.py`"


def test_the_documentation_says_what_comes_along() -> None:
    page = dependencies_table.PAGE.read_text("utf-8")
    assert dependencies_table.renewed(page) == page, "run `python tests/dependencies_table.py`"


def locked() -> dict[str, set[str]]:
    """The packages that tests run with, and their versions: several where Python's decides."""
    found: dict[str, set[str]] = {}
    text = (ROOT / "requirements-dev.lock").read_text()
    for name, version, rest in re.findall(r"^([\w.-]+)==(\S+)(.*(?:\n .*)*)", text, re.MULTILINE):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), f"no hash of {name}"
        found.setdefault(name, set()).add(version)
    return found


def test_what_tests_run_with_is_locked() -> None:
    project, versions = PYPROJECT["project"], locked()
    wanted = map(Requirement, project["dependencies"] + project["optional-dependencies"]["dev"])
    for requirement in wanted:
        if requirement.name != "torch":  # a version of it has builds with and without CUDA
            of_it = versions.get(canonicalize_name(requirement.name), set())
            fits = [version for version in of_it if requirement.specifier.contains(version)]
            assert fits, f"{requirement} is not locked; run `make lock`"


def test_what_is_locked_is_what_users_get() -> None:
    versions = locked()
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        name, _, version = line.partition("==")
        if version and name != "torch":
            assert versions[name] == {version}, f"{line}: run `make lock`"
