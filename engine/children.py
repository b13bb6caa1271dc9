"""Starting other processes: whatever specedit starts is started here.

A folder that is open in an editor may hold a `queue.py` or a `pip.py`, and no child may run it. So a child of ours

- finds modules as `python -P` does: neither in the current folder nor beside a script, and its own children inherit that;
- runs in the root folder, unless it is told another one: nobody's workspace;
- inherits the descriptors that it is given, and no other;
- gets the user's environment, but for what would load code from wherever it runs: see `environment`.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Child = subprocess.Popen[bytes]
Failed = subprocess.CalledProcessError
TimedOut = subprocess.TimeoutExpired
DEVNULL, PIPE = subprocess.DEVNULL, subprocess.PIPE
NEUTRAL = Path("/")

SAFE_PATH = {"PYTHONSAFEPATH": "1"}
# Lists of folders and files that code is loaded from. A part that is not absolute, an empty one included, means whatever
# folder a process happens to run in.
_CODE_PATHS = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONUSERBASE",
    "PYTHONSTARTUP",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_INSERT_LIBRARIES",
)
_OUR_FOLDERS = ("SPECEDIT_CACHE", "SPECEDIT_STATE")


@dataclass(frozen=True, slots=True)
class Descriptors:
    """What a child inherits: files, `PIPE`, or None for what we have ourselves; `others` keep their numbers."""

    stdin: int | None = DEVNULL
    stdout: int | IO[bytes] | None = None
    stderr: int | IO[bytes] | None = None
    others: tuple[int, ...] = ()


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python, which finds no module in the current folder."""
    return [sys.executable, "-P", *arguments]


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what a child gets of an environment, ours by default.

    Search paths lose the parts that are not absolute, as `.` and the empty part that `PYTHONPATH=:/lib` has. Where one of them
    was where this package came from, as with `PYTHONPATH=src`, its absolute path stays in its place. Our own folders, which
    may be relative, become absolute.
    """
    whole = dict(os.environ if given is None else given)
    for name in whole.keys() & _CODE_PATHS:
        parts = [_absolute(name, part) for part in whole[name].split(os.pathsep)]
        whole[name] = os.pathsep.join(part for part in parts if part)
        if not whole[name]:
            del whole[name]
    for name in whole.keys() & _OUR_FOLDERS:
        whole[name] = os.path.abspath(whole[name])
    return whole | SAFE_PATH


def _absolute(name: str, part: str) -> str | None:
    if os.path.isabs(part) or (name in ("LD_PRELOAD", "LD_AUDIT") and "/" not in part):
        return part  # the loader looks for a bare name in the system's folders
    if name == "PYTHONPATH" and Path(part).absolute() == _package_parent():
        return str(_package_parent())
    return None


def _package_parent() -> Path:
    """The folder that `specedit` was imported from."""
    return Path(sys.modules["specedit"].__path__[0]).parent


def import_path() -> list[Path]:
    """Return where modules come from, without the current folder."""
    here = Path.cwd()
    return [Path(entry) for entry in sys.path if os.path.isabs(entry) and Path(entry) != here]


def start(
    command: Sequence[str],
    descriptors: Descriptors = Descriptors(),
    *,
    folder: Path = NEUTRAL,
    only: Mapping[str, str] | None = None,
    new_session: bool = False,
) -> Child:
    """Start a process. `only`: its whole environment, in place of ours; `new_session`: it outlives our terminal."""
    return subprocess.Popen(
        command,
        stdin=descriptors.stdin,
        stdout=descriptors.stdout,
        stderr=descriptors.stderr,
        pass_fds=descriptors.others,
        cwd=folder,
        env=environment(only),
        start_new_session=new_session,
    )


def run(
    command: Sequence[str],
    descriptors: Descriptors = Descriptors(),
    *,
    folder: Path = NEUTRAL,
    only: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a process to its end, and return what it wrote to pipes.

    Raises:
        TimedOut: it took more than `timeout` seconds, and was killed.
    """
    with start(command, descriptors, folder=folder, only=only) as child:
        try:
            output, errors = child.communicate(timeout=timeout)
        except BaseException:
            child.kill()
            raise
    return subprocess.CompletedProcess(command, child.returncode, output, errors)
