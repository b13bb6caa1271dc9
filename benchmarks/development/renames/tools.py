"""What renames: specedit as a command, and the others behind the same protocol."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from specedit.benchmarks.development.renames.folders import changed_files, copied
from specedit.benchmarks.development.renames.subjects import Subject
from specedit.editor.workspace import WorkspaceEditor
from specedit.engine import children
from specedit.engine.errors import EditRefused

_SECONDS = 1800  # a machine may do other things meanwhile


@dataclass(frozen=True, slots=True)
class Renamed:
    """What became of the files that changed, in `seconds`; or why nothing did. `left`: places that a tool told it has left."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    refusal: str = ""
    seconds: float = 0.0
    left: tuple[str, ...] = ()
    not_undone: str = ""  # what the inverse rename did not give back, where it was tried


class Renamer(Protocol):
    """A tool that has one package open."""

    def rename(self, subject: Subject) -> Renamed:
        """Return what it makes of a subject's new name; nothing is written where the package is."""

    def close(self) -> None:
        """End its process."""


class Specedit:
    """`specedit apply --accept syntax` over the workspace, from the start of its process to the written files; and back again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rename(self, subject: Subject) -> Renamed:
        """Return what the command makes of it, and whether the inverse gives the files back."""
        with copied(self._folder) as copy:
            began = time.perf_counter()
            results = _apply(subject.instruction(), copy)
            seconds = time.perf_counter() - began
            refusals = [f"{each['path']}: {each['reason']}" for each in results if each["reason"]]
            if not any(each["written"] for each in results):
                return Renamed(refusal="; ".join(refusals) or "nothing changed", seconds=seconds)
            files = changed_files(self._folder, copy)
            left = tuple(f"{each['path']}: {r}" for each in results for r in each["remarks"])
            back = _apply(subject.instruction(back=True), copy)
            wrong = sorted(changed_files(self._folder, copy))
            reasons = [each["reason"] for each in back if each["reason"]]
            return Renamed(files, "", seconds, left, "; ".join([*wrong, *reasons]) if wrong else "")

    def close(self) -> None:
        """It has none."""


class Warm:
    """What `specedit apply` calls, in this process and with the package read once: for results, not for times."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._editor = WorkspaceEditor(folder)

    def rename(self, subject: Subject) -> Renamed:
        """Return what it makes of the files, and whether the inverse gives them back."""
        began = time.perf_counter()
        try:
            results = self._editor.edit(subject.instruction(), may_move=True)
        except EditRefused as refusal:
            return Renamed(refusal=str(refusal), seconds=time.perf_counter() - began)
        seconds = time.perf_counter() - began
        files = {each.path: each.result.data for each in results if each.result.hunks}
        left = tuple(f"{each.path}: {r}" for each in results for r in each.result.remarks)
        if not files:
            return Renamed(refusal="nothing changed", seconds=seconds)
        return Renamed(files, "", seconds, left, self._not_undone(subject, files))

    def _not_undone(self, subject: Subject, files: Mapping[str, bytes]) -> str:
        with copied(self._folder, files) as copy:
            try:
                results = WorkspaceEditor(copy).edit(subject.instruction(back=True), may_move=True)
            except EditRefused as refusal:
                return str(refusal)
            after = dict(files) | {each.path: each.result.data for each in results}
            before = {path: (self._folder / path).read_bytes() for path in after}
            return "; ".join(sorted(path for path in after if after[path] != before[path]))

    def close(self) -> None:
        """It has no process."""


def _apply(instruction: str, folder: Path) -> list[dict[str, Any]]:
    """What `specedit apply` tells of each file."""
    command = children.python("-m", "specedit", "apply", instruction, "--accept", "syntax")
    only = os.environ | {"SPECEDIT_STATE": str(folder.parent / "state")}
    pipes = children.Descriptors(stdout=children.PIPE, stderr=children.PIPE)
    done = children.run([*command, "--json"], pipes, folder=folder, only=only, timeout=_SECONDS)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if not results:
        return [
            {"path": "workspace", "written": False, "reason": done.stderr.decode(), "remarks": []}
        ]
    return results


class ScriptedRenamer:
    """A refactoring of Python, as rope's: a script in a process of its environment that has the package open as a project."""

    def __init__(self, folder: Path, python: Path, script: Path) -> None:
        pipes = children.Descriptors(stdin=children.PIPE, stdout=children.PIPE)
        command = [str(python), str(script), str(folder)]
        self._process = children.start(command, pipes, folder=folder)

    def rename(self, subject: Subject) -> Renamed:
        """Return what it makes of a subject; the time is that of the refactoring alone."""
        job = {
            "path": subject.path,
            "line": subject.line,
            "character": subject.character,
            "new": subject.new,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        files = {path: text.encode("utf-8") for path, text in answer["files"].items()}
        refusal = answer["refusal"] or ("" if files else "nothing changed")
        return Renamed(files, refusal, answer["seconds"])

    def close(self) -> None:
        """End its process."""
        self._process.kill()
        self._process.wait()
