"""Recorded edits, read from a JSON Lines file: one case a line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specedit.engine.errors import InvalidRequest

_FIELDS = ("id", "path", "language", "instruction", "original", "expected")


@dataclass(frozen=True, slots=True)
class Case:
    """A file, an instruction, and the file as it was edited.

    `snippet` is the edit as a lazy snippet, `reproducible` whether a line aligner alone makes the edit of it; `tests` is
    code that fails, after the file's own, where the edit is not right.
    """

    id: str
    path: str
    language: str
    instruction: str
    original: str
    expected: str
    snippet: str | None = None
    reproducible: bool = False
    tests: str | None = None

    @property
    def family(self) -> str:
        """The part of the id before the first slash."""
        return self.id.partition("/")[0]


def load(path: Path, *, family: str | None = None, language: str | None = None) -> list[Case]:
    """Return the cases of a file, or of one family or language of it.

    Raises:
        InvalidRequest: there is no such file, it is not of this form, or no case is left.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        cases = [_case(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(f"cannot read cases from {path}: {error}") from error
    chosen = [
        case
        for case in cases
        if family in (None, case.family) and language in (None, case.language)
    ]
    if not chosen:
        families = ", ".join(sorted({case.family for case in cases}))
        raise InvalidRequest(
            f"no case of family '{family}', language '{language}'; families: {families}"
        )
    return chosen


def _case(row: dict[str, Any]) -> Case:
    return Case(
        **{field: row[field] for field in _FIELDS},
        snippet=row.get("update_snippet"),
        reproducible=bool(row.get("update_snippet_reproduces")),
        tests=row.get("tests") if row.get("tests_kind") == "append-to-file" else None,
    )


def spread(cases: Sequence[Case], count: int) -> list[Case]:
    """Return `count` cases, spread evenly over the file lengths; always the same ones."""
    by_length = sorted(cases, key=lambda case: (len(case.original), case.id))
    if count >= len(by_length):
        return by_length
    return [by_length[i * len(by_length) // count] for i in range(count)]


def table(rows: Iterable[dict[str, object]]) -> str:
    """Return rows of equal keys as a Markdown table."""
    rows = list(rows)
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([_cell(row[head]) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
