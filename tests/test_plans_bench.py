"""What `specedit bench plans` measures: renames that are really made, there and back."""

from pathlib import Path

import pytest

from specedit.benchmarks.development import plans
from specedit.engine.errors import InvalidRequest

_IN_EDITORS = ("while a name is typed", "first", "again")


def test_renames_over_a_small_workspace_are_made_and_timed(tmp_path: Path) -> None:
    root, first = tmp_path / "here", plans.SUBJECTS[0]
    plans.fill(root, 30)
    before = {path: path.read_bytes() for path in root.rglob("*.py")}
    rows = [*plans.warm(root, plans.SUBJECTS), *plans.cold(root, [first], rounds=1)]
    assert [(row["door"], row["renames a"]) for row in rows] == [
        *((f"editor, {n}", s.kind) for s in plans.SUBJECTS for n in _IN_EDITORS),
        ("command line", first.kind),
    ]
    ahead = [row for row in rows if row["door"] == f"editor, {_IN_EDITORS[0]}"]
    assert all(bool(row["changed"]) is (row not in ahead) for row in rows)
    assert all(row["seconds"] and row["files"] == 30 for row in rows)
    assert {path: path.read_bytes() for path in root.rglob("*.py")} == before


def test_more_files_than_there_are_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="modules are installed, of 10000000"):
        plans.run([10_000_000], lambda note: None)
