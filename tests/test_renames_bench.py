"""What `specedit bench renames` draws, how it applies a server's edits, and what its table says."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from specedit.benchmarks.development.renames.batches import in_batches, merged_edits
from specedit.benchmarks.development.renames.comparison import Comparison
from specedit.benchmarks.development.renames.fetching import kept_folder
from specedit.benchmarks.development.renames.folders import changed_files, copied
from specedit.benchmarks.development.renames.known import KnownProblems
from specedit.benchmarks.development.renames.language_server import edited
from specedit.benchmarks.development.renames.packages import PACKAGES, Package
from specedit.benchmarks.development.renames.rows import outcome, summary
from specedit.benchmarks.development.renames.subjects import draw

CODE = """\
class Door:
    def open(self, key): ...
    def __enter__(self): ...


def shut(door, *rest, hard=False):
    def inner(x): ...


def twice(): ...
def twice(): ...
"""


def test_subjects_are_those_that_a_name_tells_apart(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "doors.py").write_text(CODE)
    package = Package("doors", "1", "PyPI", "python", "lib")
    subjects = draw(package, tmp_path, 20, seed=1)
    assert subjects == draw(package, tmp_path, 20, seed=1)
    assert {s.instruction() for s in subjects} == {
        "rename Door on line 1 to DoorRenamed in lib/doors.py",
        "rename Door.open on line 2 to open_renamed in lib/doors.py",
        "rename the parameter key of Door.open on line 2 to key_renamed in lib/doors.py",
        "rename shut on line 6 to shut_renamed in lib/doors.py",
        "rename the parameter door of shut on line 6 to door_renamed in lib/doors.py",
        "rename the parameter hard of shut on line 6 to hard_renamed in lib/doors.py",
    }
    (method,) = [s for s in subjects if s.kind == "method"]
    assert (method.line, method.utf16_column) == (1, 8)
    assert (
        method.instruction(back=True)
        == "rename Door.open_renamed on line 2 to open in lib/doors.py"
    )


def test_edits_of_a_server_count_in_utf_16() -> None:
    at = {"start": {"line": 1, "character": 3}, "end": {"line": 1, "character": 4}}
    first = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
    edits = [{"range": at, "newText": "new"}, {"range": first, "newText": "b"}]
    assert edited("a\n😀 x\n", edits) == "b\n😀 new\n"


def test_a_copy_has_other_files_and_tells_which(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a\n")
    (tmp_path / "b.py").write_text("b\n")
    with copied(tmp_path, {"a.py": b"other\n"}) as copy:
        assert changed_files(tmp_path, copy) == {"a.py": b"other\n"}
    assert (tmp_path / "a.py").read_text() == "a\n"


def test_what_a_check_told_outlives_the_run(tmp_path: Path) -> None:
    known = KnownProblems(tmp_path / "kept" / "doors.jsonl")
    assert known.get("a") is None
    known.add("a", "")
    known.add("b", "NameError: shut")
    later = KnownProblems(tmp_path / "kept" / "doors.jsonl")
    assert (later.get("a"), later.get("b"), later.get("c")) == ("", "NameError: shut", None)


def test_a_rename_is_right_only_if_it_was_checked_and_undone() -> None:
    def outcome_of(problem: str | None, **about: Any) -> str:
        result = {"refusal": "", "not_undone": "", "left": [], **about}
        return outcome(result, problem)[0]

    assert outcome_of("") == "right"
    assert outcome_of(None) == "unchecked"
    assert outcome_of(None, refusal="which?") == "refused"
    assert outcome_of("", not_undone="a.py") == "wrong"
    assert outcome_of("NameError: shut") == "wrong"
    assert outcome_of("NameError: shut", left=["a.py: line 3"]) == "told"


def test_results_of_an_earlier_run_are_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECEDIT_CACHE", str(tmp_path / "cache"))
    (package,) = [each for each in PACKAGES if each.name == "semver"]  # only we rename Rust
    sources = kept_folder() / f"{package.name}-{package.version}" / package.sources
    sources.mkdir(parents=True)
    (sources / "lib.rs").write_text("fn open() {}\nfn shut() { open() }\n")
    out = tmp_path / "renames.jsonl"
    notes: list[str] = []

    def renamed(each: int) -> list[str]:
        comparison = Comparison(out, ["semver"], [], notes.append)
        comparison.rename(each, seed=1)
        return sorted(r["subject"]["name"] + " " + r["outcome"] for r in comparison.outcomes())

    (first,) = renamed(1)
    assert first.endswith("unchecked")
    kept = out.read_text()
    assert renamed(2) == ["open unchecked", "shut unchecked"]
    assert out.read_text().startswith(kept)
    assert len(notes) == 2  # a rename is noted once
    results = [json.loads(line) for line in out.read_text().splitlines()]
    assert [list(result["edits"]) for result in results] == [["src/lib.rs"], ["src/lib.rs"]]


def test_the_table_says_how_many_of_theirs_we_do() -> None:
    def result(tool: str, line: int, outcome: str) -> dict[str, Any]:
        subject = {"path": "a.py", "line": line, "character": 0}
        about = {"outcome": outcome, "seconds": float(line)}
        return {"package": "doors", "language": "python", "tool": tool, "subject": subject, **about}

    ours = [result("specedit", 1, "right"), result("specedit", 2, "refused")]
    theirs = [result("rope", 1, "right"), result("rope", 2, "right"), result("rope", 3, "wrong")]
    rows = summary(ours + theirs)
    assert [r["p90, s"] for r in rows] == [2.0, 3.0]
    assert [(r["tool"], r["right"], r["refused"], r["wrong"], r["of theirs"]) for r in rows] == [
        ("specedit", 1, 1, 0, ""),
        ("rope", 2, 0, 1, "1 of 2"),
    ]
    assert [r["alone"] for r in rows] == [0, 0]
    by_both = summary([*ours, result("specedit", 3, "told"), result("rope", 1, "wrong"), theirs[2]])
    assert [(r["tool"], r["wrong"], r["told"], r["alone"]) for r in by_both] == [
        ("specedit", 0, 1, 0),
        ("rope", 2, 0, 1),
    ]
    assert [r["of theirs"] for r in summary(theirs)] == ["0 of 2"]


def _some_result(name: str, start: int) -> dict[str, Any]:
    subject = {"name": name, "new": f"{name}_renamed"}
    return {
        "subject": subject,
        "digest": f"{name}{start}",
        "edits": {"a.py": [[start, start, "x"]]},
    }


def test_results_are_checked_together_until_something_goes_wrong() -> None:
    results = [_some_result(name, 10 * at) for at, name in enumerate("abcdefghij")]
    looks: list[str] = []

    def look(batch: Sequence[dict[str, Any]]) -> str:
        looks.append("".join(each["subject"]["name"] for each in batch))
        return "NameError: f" if "f" in looks[-1] else ""

    settled = {each["subject"]["name"]: problem for each, problem in in_batches(results, look)}
    assert settled == {name: "NameError: f" if name == "f" else "" for name in "abcdefghij"}
    assert looks == ["abcdefgh", "abcd", "efgh", "ef", "e", "f", "gh", "ij"]


def test_what_could_hide_another_problem_is_checked_apart() -> None:
    same_name = [_some_result("open", 1), _some_result("open", 50)]
    same_place = [_some_result("shut", 3), _some_result("lock", 3)]
    looks: list[list[str]] = []

    def look(batch: Sequence[dict[str, Any]]) -> str:
        looks.append([each["digest"] for each in batch])
        return ""

    assert len(list(in_batches([*same_name, *same_place], look))) == 4
    assert looks == [["open1", "shut3"], ["open50", "lock3"]]


def test_edits_of_several_results_come_in_the_order_of_their_places() -> None:
    merged = merged_edits([_some_result("shut", 9), _some_result("open", 2)])
    assert merged == {"a.py": [(2, 2, "x"), (9, 9, "x")]}
