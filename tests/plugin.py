"""A package of one file, as if somebody had installed it."""

import os
import subprocess
import sys
from pathlib import Path


def installed(folder: Path, group: str, name: str, code: str, target: str) -> dict[str, str]:
    """The environment of processes in which `name` is of a group of entry points, defined by `code`."""
    (folder / f"their_{name}.py").write_text(code)
    metadata = folder / f"their_{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: their_{name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{name} = their_{name}{target}\n")
    return os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}


def specedit(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specedit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)
