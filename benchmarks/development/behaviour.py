"""Does an edited file do what it should? Cases that come with tests, which are run.

The code is a model's and nobody has read it: it runs in a folder of its own, for a short time, with little memory,
nothing of the environment and, where the system lets us, no network.
"""

import sys
import tempfile
from functools import cache
from pathlib import Path
from shutil import which

from specedit.benchmarks.cases import Case
from specedit.engine import children

_SECONDS = 20
_BYTES = 4 << 30  # of address space; node alone reserves more than one
_NODE = (
    'const assert = require("assert");\n'
    'console.assert = (c) => { if (!c) throw new Error("assertion") };\n'
)
_PASSED = "passed"  # the file that is there when the tests have come to their end
# Language → name of the file, what it begins and ends with, and what runs it.
_RUN = {
    "python": ("case.py", "", f"open({_PASSED!r}, 'w').close()", (sys.executable, "-I")),
    "javascript": (
        "case.js",
        _NODE,
        f"require('fs').writeFileSync({_PASSED!r}, '')",
        ("node", "--jitless"),
    ),
}


def can_run(case: Case) -> bool:
    """Whether a case has tests, in a language that can be run here."""
    return bool(case.tests) and case.language in _RUN and bool(which(_RUN[case.language][3][0]))


def passes(case: Case, text: str) -> bool:
    """Whether `text`, in place of the case's file, passes the case's tests."""
    name, before, after, command = _RUN[case.language]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(f"{before}{text}\n\n{case.tests}\n\n{after}\n")
        try:
            done = children.run(
                [
                    *_limited(),
                    *_without_network(),
                    which(command[0]) or command[0],
                    *command[1:],
                    name,
                ],
                children.Descriptors(stdout=children.DEVNULL, stderr=children.DEVNULL),
                folder=Path(folder),
                only={"PATH": "/usr/bin:/bin", "HOME": folder},
                timeout=_SECONDS,
            )
        except children.TimedOut:
            return False
        return done.returncode == 0 and (Path(folder) / _PASSED).exists()


@cache
def _without_network() -> tuple[str, ...]:
    command = ("/usr/bin/unshare", "-rn")
    works = which(command[0]) and not children.run([*command, "true"]).returncode
    return command if works else ()


def _limited() -> tuple[str, ...]:
    """What runs the command that follows with limits; `ulimit -f` counts 512 bytes, `-v` 1,024."""
    limits = f"ulimit -t {_SECONDS} && ulimit -f {(1 << 20) // 512} && ulimit -v {_BYTES // 1024}"
    return ("/bin/sh", "-c", f'{limits} && exec "$@"', "sh")
