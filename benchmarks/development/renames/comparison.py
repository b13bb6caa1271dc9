"""Every tool on the same symbols of the same packages, each result checked in the same way; one row for each.

First all tools rename, symbol by symbol, so that they meet the same load of the machine; then the results are checked,
equal ones once, several together. Both go on where an earlier run was ended.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from specedit.benchmarks.development.environments import Report
from specedit.benchmarks.development.renames import fetching
from specedit.benchmarks.development.renames.batches import (
    Edits,
    Result,
    in_batches,
    merged_edits,
)
from specedit.benchmarks.development.renames.checks import Check, known_problems
from specedit.benchmarks.development.renames.folders import copied
from specedit.benchmarks.development.renames.packages import PACKAGES, Package
from specedit.benchmarks.development.renames.projects import add_project, tools_of
from specedit.benchmarks.development.renames.rows import key, outcome, summary
from specedit.benchmarks.development.renames.subjects import Subject, draw
from specedit.benchmarks.development.renames.tools import Renamed
from specedit.edits.text import minimal_edits


class Comparison:
    """The results in a file, a line of JSON each; `names` and `tools` limit what is renamed, and by what.

    `warm`: ours without a process for each rename.
    """

    def __init__(
        self,
        out: Path,
        names: Sequence[str],
        tools: Sequence[str],
        report: Report,
        *,
        warm: bool = False,
    ) -> None:
        self._out, self._tools, self._report, self._warm = out, tools, report, warm
        self._packages = [each for each in PACKAGES if not names or each.name in names]
        lines = out.read_text().splitlines() if out.exists() else []
        self._results: list[Result] = [json.loads(line) for line in lines]

    def rename(self, each: int, seed: int) -> None:
        """Have every tool rename `each` symbols of a package; those that the file has are not renamed again."""
        with self._out.open("a") as file:
            for package in self._packages:
                for result in self._renames(package, each, seed):
                    print(json.dumps(result), file=file, flush=True)
                    self._results.append(result)

    def check(self) -> None:
        """Look at every result that was not looked at yet; first at those that not all tools give."""
        for package in self._packages:
            known = known_problems(package)
            results = [r for r in self._results if r["package"] == package.name and r["edits"]]
            results = [r for r in results if known.get(r["digest"]) is None]
            if not results:
                continue
            with copied(fetching.fetch(package, self._report)) as folder:
                add_project(package, folder)
                check = Check(package, folder, self._report)
                once = {result["digest"]: result for result in results}
                waiting = sorted(once.values(), key=self._num_equal)

                def look(batch: Sequence[Result], check: Check = check, at: Path = folder) -> str:
                    files = _files(merged_edits(batch), at)
                    return check.problem(files, times=2 if len(batch) == 1 else 1)

                for result, problem in in_batches(waiting, look):
                    known.add(result["digest"], problem)
                    self._report(f"{_about(result)}: {problem or 'nothing goes wrong'}"[:300])

    def rows(self) -> list[dict[str, Any]]:
        """Return the table."""
        return summary(self.outcomes())

    def outcomes(self) -> list[Result]:
        """Return the results of the packages, each with its outcome and why it is so."""
        every = []
        for package in self._packages:
            known = known_problems(package)
            for result in self._results:
                if result["package"] == package.name:
                    name, why = outcome(result, known.get(result["digest"]))
                    every.append({**result, "outcome": name, "why": why})
        return every

    def _num_equal(self, result: Result) -> int:
        return sum(each["digest"] == result["digest"] for each in self._results)

    def _renames(self, package: Package, each: int, seed: int) -> Iterator[Result]:
        tools = tools_of(package.language, warm=self._warm)
        names = [name for name in tools if not self._tools or name in self._tools]
        with copied(fetching.fetch(package, self._report)) as folder:
            add_project(package, folder)
            known = {key(result) for result in self._results}
            tasks = [
                (name, subject)
                for name, subject in _tasks(names, draw(package, folder, each, seed))
                if key(_start(package, name, subject)) not in known
            ]
            used = {name for name, _ in tasks}
            renamers = {name: tools[name](package, folder, self._report) for name in used}
            try:
                for name, subject in tasks:
                    renamed = renamers[name].rename(subject)
                    result = _start(package, name, subject) | _result(renamed, folder)
                    told = renamed.refusal or f"{len(renamed.files)} files"
                    self._report(f"{_about(result)}: {told}"[:300])
                    yield result
            finally:
                for renamer in renamers.values():
                    renamer.close()


def _tasks(names: Sequence[str], subjects: Sequence[Subject]) -> Iterator[tuple[str, Subject]]:
    for number, subject in enumerate(subjects):
        turn = number % len(names)  # none is always the one that finds the files in memory
        for name in (*names[turn:], *names[:turn]):
            yield name, subject


def _about(result: Result) -> str:
    subject = Subject(**result["subject"])
    return f"{result['package']}: {result['tool']}: {subject.instruction()}"


def _start(package: Package, tool: str, subject: Subject) -> Result:
    """What a result tells of what is renamed, and by what."""
    about = {"package": package.name, "language": package.language, "tool": tool}
    return {**about, "subject": asdict(subject)}


def _result(renamed: Renamed, folder: Path) -> Result:
    edits = {path: _edits(folder / path, data) for path, data in sorted(renamed.files.items())}
    return {
        "seconds": renamed.seconds,
        "refusal": renamed.refusal,
        "left": renamed.left,
        "not_undone": renamed.not_undone,
        "edits": edits,
        "digest": sha256(json.dumps(edits).encode()).hexdigest()[:16] if edits else "",
    }


def _edits(path: Path, data: bytes) -> list[tuple[int, int, str]]:
    """What changes in a file, in characters."""
    before = path.read_bytes().decode("utf-8")
    return [(e.start, e.end, e.new_text) for e in minimal_edits(before, data.decode("utf-8"))]


def _files(every: Mapping[str, Edits], folder: Path) -> dict[str, bytes]:
    """The files of a package as they are with these edits."""
    files = {}
    for path, edits in every.items():
        text = (folder / path).read_bytes().decode("utf-8")
        for start, end, new in reversed(edits):
            text = text[:start] + new + text[end:]
        files[path] = text.encode("utf-8")
    return files
