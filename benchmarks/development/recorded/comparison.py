"""Each door's answers beside those of the command line, and beside the edits as they were recorded."""

from collections import Counter
from collections.abc import Callable, Sequence

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.recorded.answer import Answer
from specedit.benchmarks.development.recorded.clients import Command, by_agent, by_command, by_morph
from specedit.edits.text import ended

DOORS: dict[str, Callable[[Sequence[Case], str], list[Answer]]] = {
    "morphsdk": by_morph,
    "mcp": by_agent,
}
Row = dict[str, object]


def run(
    cases: Sequence[Case],
    accept: str,
    doors: Sequence[str],
    main: Command,
    report: Callable[[str], None],
) -> dict[str, object]:
    """Return a row for the command line and one for each door. `main`: what the command line runs; `report` is told what a door answers otherwise."""
    with_snippet = [case for case in cases if case.snippet is not None]
    expected = by_command(with_snippet, accept, main)
    rows = [_row("specedit apply", with_snippet, expected, expected)]
    for door in doors:
        answers = DOORS[door](with_snippet, accept)
        rows.append(_row(door, with_snippet, answers, expected))
        for case, answer, other in zip(with_snippet, answers, expected, strict=True):
            if not answer.agrees_with(other):
                report(f"{door}: {case.id}: {_told(answer)}; the command line: {_told(other)}")
    return {"accept": accept, "rows": rows}


def _row(
    door: str, cases: Sequence[Case], answers: Sequence[Answer], expected: Sequence[Answer]
) -> Row:
    counts: Counter[str] = Counter()
    for case, answer, other in zip(cases, answers, expected, strict=True):
        counts["edited" if answer.text is not None else "refused"] += 1
        counts["as recorded"] += answer.text == ended(case.expected)
        counts["agrees"] += answer.agrees_with(other)
    return {
        "door": door,
        "cases": len(cases),
        "edited": counts["edited"],
        "as recorded": counts["as recorded"],
        "refused": counts["refused"],
        "as the command line": counts["agrees"],
    }


def _told(answer: Answer) -> str:
    return "edited" if answer.text is not None else f"refused, {answer.reason}"
