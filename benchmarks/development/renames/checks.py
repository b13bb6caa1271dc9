"""Does a package still do what it did? Its modules load, its tests pass, compilers say of it what they said before."""

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from specedit.benchmarks.development.environments import Report
from specedit.benchmarks.development.renames import fetching
from specedit.benchmarks.development.renames.folders import copied
from specedit.benchmarks.development.renames.known import KnownProblems
from specedit.benchmarks.development.renames.packages import Package
from specedit.engine import children

_SECONDS = 1800  # a machine may do other things meanwhile
_SLOWEST = 0.3  # seconds of a test that is run once a rename

# The output of a command in a folder, with its exit status.
Look = Callable[[Path], tuple[int, str]]


class Check:
    """One package as it was, and whether it is so with other files.

    A look is the same if its status is and its lines are, in any order. A problem of the last look, the tests, is seen twice: on
    a machine that does other things meanwhile, one may run out of time.
    """

    def __init__(self, package: Package, folder: Path, report: Report) -> None:
        self._folder = folder
        with copied(folder) as copy:
            self._looks = _LOOKS[package.language](package, copy, report)
            self._before = [_seen(look, copy) for look in self._looks]

    def problem(self, files: Mapping[str, bytes], *, times: int = 2) -> str:
        """Return what goes wrong with these files in place of the package's own; "" if nothing does.

        `times`: how often the tests are to fail.
        """
        last = len(self._looks) - 1
        with copied(self._folder, files) as copy:
            problems = ((number, self._problem(number, copy)) for number in range(last + 1))
            number, problem = next(((n, each) for n, each in problems if each), (0, ""))
        for _ in range(times - 1 if problem and number == last else 0):
            with copied(self._folder, files) as copy:
                problem = problem and self._problem(last, copy)
        return problem

    def _problem(self, number: int, copy: Path) -> str:
        """What one look at a copy sees that was not so before."""
        status, lines = self._before[number]
        new_status, new_lines = _seen(self._looks[number], copy)
        if new_status == status and new_lines == lines:
            return ""
        news = sorted((new_lines - lines).elements())
        return "; ".join(news[-4:]) or f"status {new_status}, no longer {status}"


def known_problems(package: Package) -> KnownProblems:
    """Return what these very checks have told of a package so far, in earlier runs too."""
    return KnownProblems(_known_folder() / f"{package.name}-{package.version}.jsonl")


def _known_folder() -> Path:
    """Where problems are kept that these very checks have told."""
    checks = Path(__file__).read_bytes() + (fetching.scripts() / "renames.txt").read_bytes()
    return fetching.kept_folder() / f"checked-{sha256(checks).hexdigest()[:12]}"


def _seen(look: Look, folder: Path) -> tuple[int, Counter[str]]:
    try:
        status, output = look(folder)
    except children.TimedOut:
        return 124, Counter(["it took too long"])
    return status, Counter(output.replace(str(folder), "").splitlines())


def _python(package: Package, folder: Path, report: Report) -> list[Look]:
    python = str(fetching.python(report))
    name = package.sources.rpartition("/")[2]

    def load(copy: Path) -> tuple[int, str]:
        script = str(fetching.scripts() / "load_modules.py")
        return _output([python, script, name], copy, _paths(copy), stderr=True)

    options = (*_PYTEST, *_without_plugins(folder))
    left_out = _left_out(package, [python, *options], folder, report)
    deselected = [f"--deselect={test}" for test in left_out]

    def test(copy: Path) -> tuple[int, str]:
        command = [python, *options, "-x", *deselected, "tests"]
        status, output = _output(command, copy, _paths(copy))
        lines = output.splitlines()
        told = [line for line in lines if line.startswith(("FAILED", "ERROR", "E  "))]
        return status, "" if status == 0 else "\n".join(told or lines[-5:])

    def names(copy: Path) -> tuple[int, str]:
        """What a type checker says of names, attributes and arguments, by file and rule: other places are other columns."""
        command = [str(Path(python).with_name("basedpyright")), "--outputjson"]
        _status, output = _output([*command, "--pythonpath", python, package.sources], copy)
        errors = json.loads(output)["generalDiagnostics"]
        lines = [f"{each['file']}: {each['rule']}" for each in errors if each.get("rule") in _RULES]
        return 0, "\n".join(lines)

    return [load, names, test]


# What a name that was left behind leads to; others, as of methods that override, are opinions.
_RULES = (
    "reportAttributeAccessIssue",
    "reportCallIssue",
    "reportUndefinedVariable",
    "reportMissingImports",
    "reportRedeclaration",
)
_PLUGINS = ("httpbin", "trio")
_PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "--hypothesis-seed=0")


def _without_plugins(folder: Path) -> list[str]:
    """The options that leave out plugins which the tests do not use: they use click, flask and attrs themselves."""
    texts = [path.read_text(encoding="utf-8") for path in (folder / "tests").rglob("*.py")]
    unused = [each for each in _PLUGINS if not any(each in text for text in texts)]
    return [option for each in unused for option in ("-p", f"no:{each}")]


def _left_out(package: Package, pytest: Sequence[str], folder: Path, report: Report) -> list[str]:
    """The tests that are not run after each rename: the same in later runs."""
    kept = _known_folder() / f"{package.name}-{package.version}.tests.json"
    if not kept.exists():
        report(
            f"running the tests of {package.name} once, to leave out those that fail or are slow"
        )
        left_out = _failing_or_slow(pytest, folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(left_out))
    return list(json.loads(kept.read_text()))


def _failing_or_slow(pytest: Sequence[str], folder: Path) -> list[str]:
    """The tests of a package that do not pass here as it is, and those that take long."""
    slow: dict[str, bool] = {}
    with tempfile.TemporaryDirectory() as outside:
        log = Path(outside) / "log"
        _output([*pytest, f"--report-log={log}", "tests"], folder, _paths(folder))
        for line in log.read_text().splitlines():
            event = json.loads(line)
            is_bad = event.get("outcome") == "failed" or event.get("duration", 0) > _SLOWEST
            if event.get("nodeid") and is_bad:
                slow[event["nodeid"]] = True
    return sorted(slow)


def _paths(copy: Path) -> dict[str, str]:
    path = os.pathsep.join([str(copy / "src"), str(copy)])
    return {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": ""}


def _javascript(package: Package, folder: Path, report: Report) -> list[Look]:
    def load(copy: Path) -> tuple[int, str]:
        script = str(fetching.scripts() / "load_modules.mjs")
        return _output(["node", script, str(copy / package.sources)], copy, stderr=True)

    return [load, *_typescript(package, folder, report)]


def _typescript(package: Package, folder: Path, report: Report) -> list[Look]:
    tools = fetching.node_tools(report)

    def compile_(copy: Path) -> tuple[int, str]:
        """The errors by file and number: their texts may be cut at another place."""
        command = ["node", str(tools / "typescript/bin/tsc"), "--noEmit", "-p", "."]
        status, output = _output(command, copy)
        errors = re.findall(r"^(\S+)\(\d+,\d+\): error (TS\d+)", output, re.MULTILINE)
        return status, "\n".join(f"{path}: {number}" for path, number in errors)

    return [compile_]


def _go(package: Package, folder: Path, report: Report) -> list[Look]:
    def vet(copy: Path) -> tuple[int, str]:
        status, output = _output(["go", "vet", "./..."], copy, stderr=True)
        return status, re.sub(r":\d+:\d+:", ":", output)

    def test(copy: Path) -> tuple[int, str]:
        return _output(["go", "test", "-vet=off", "./..."], copy)[0], ""

    return [vet, test]


def _rust(package: Package, folder: Path, report: Report) -> list[Look]:
    def test(copy: Path) -> tuple[int, str]:
        target = f"--target-dir={folder.parent / 'target'}"
        status, output = _output(["cargo", "test", "--offline", "-q", target], copy, stderr=True)
        errors = [line for line in output.splitlines() if line.startswith("error")]
        return status, "\n".join(errors)

    return [test]


_LOOKS: dict[str, Callable[[Package, Path, Report], list[Look]]] = {
    "python": _python,
    "javascript": _javascript,
    "typescript": _typescript,
    "go": _go,
    "rust": _rust,
}


def _output(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    stderr: bool = False,
) -> tuple[int, str]:
    pipes = children.Descriptors(
        stdout=children.PIPE, stderr=children.PIPE if stderr else children.DEVNULL
    )
    only = os.environ | (variables or {})
    done = children.run(command, pipes, folder=folder, only=only, timeout=_SECONDS)
    text = (done.stdout + (done.stderr or b"")).decode("utf-8", "replace")
    return done.returncode, text
