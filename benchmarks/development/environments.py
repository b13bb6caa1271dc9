"""What other engines need: an environment with their packages, and the model in their form. Both are made once."""

import hashlib
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from specedit.engine import children
from specedit.engine.folders import cache_folder

SCRIPTS = Path(__file__).resolve().parent / "engines"
Report = Callable[[str], None]


def environment(form: str, report: Report) -> Path:
    """Return the Python of an engine's environment, made once; ours for what runs in ours.

    Comments in the requirements that begin with "pip" are what is run to install them, {} being the file.
    """
    requirements = SCRIPTS / f"{form}.txt"
    if not requirements.exists():
        return Path(sys.executable)
    pinned = requirements.read_bytes()
    place = cache_folder() / "benchmarks" / f"{form}-{_key(pinned)}"
    python = place / "bin" / "python"
    if not (place / "done").exists():
        report(f"installing what {requirements.name} names into {place}, once")
        children.run(children.python("-m", "venv", "--clear", str(place))).check_returncode()
        pip = [str(python), "-m", "pip", "-q", "--disable-pip-version-check"]
        path = {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
        steps = re.findall(r"^# pip (.+)", pinned.decode(), re.MULTILINE) or ["install -r {}"]
        for step in steps:
            arguments = [word.replace("{}", str(requirements)) for word in step.split()]
            children.run([*pip, *arguments], only=os.environ | path).check_returncode()
        (place / "done").touch()
    return python


def converted(form: str, folder: Path, python: Path, report: Report) -> Path:
    """Return the model in an engine's form, converted once."""
    if form in ("hf", "vllm"):
        return folder
    states = [(path.name, path.stat()) for path in sorted(folder.glob("*.safetensors"))]
    stamps = [(name, state.st_size, state.st_mtime_ns) for name, state in states]
    key = _key(f"{folder}:{stamps}".encode())
    place = cache_folder() / "benchmarks" / f"model-{key}"
    place.mkdir(parents=True, exist_ok=True)
    made = place / ("model.gguf" if form == "gguf" else form)
    if made.exists():
        return made
    report(f"converting the model for {form}, once")
    new = made.with_name(f"new-{made.name}")
    if form == "gguf":
        command = [sys.executable, str(SCRIPTS / "as_gguf.py"), str(folder), str(new)]
    else:
        command = [str(python), "-m", "optimum.commands.optimum_cli", "export", "openvino"]
        command += ["--task", "text-generation-with-past", "--weight-format", "fp32"]
        command += ["--model", str(folder), str(new)]
    children.run(command).check_returncode()
    new.rename(made)
    return made


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
