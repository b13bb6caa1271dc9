"""Every tool on the same edits, in turns; a row for each kind of edit, length, tool and start.

A row has the median of the seconds, and how many of the results are right to the byte.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from specedit.benchmarks.development import side_by_side
from specedit.benchmarks.development.edits import rewriters
from specedit.benchmarks.development.edits.others import others
from specedit.benchmarks.development.edits.requests import Request, requests
from specedit.benchmarks.development.edits.ways import SpeceditCommand, SpeceditServer, Way
from specedit.benchmarks.development.server import Row, running_server
from specedit.editor.config import Accept
from specedit.engine.targets.hf_tokenizer import HfTokenizer

_ACCEPTS: tuple[Accept, ...] = ("syntax", "auto", "guided")
_OURS = "specedit, auto"  # what a user gets who says nothing


@dataclass(slots=True)
class _Taken:
    """What the rounds of one row took."""

    seconds: list[float] = field(default_factory=list)
    num_right: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured; `engines`: those that write files again, by name."""

    lines: Sequence[int]
    rounds: int
    engines: Sequence[str]
    dtype: str


def run(model: Path, extent: Extent, report: Callable[[str], None]) -> list[Row]:
    """Return the rows. `model`: the folder of the model that judges and that the engines write with."""
    taken: dict[tuple[str, int, str, str], _Taken] = {}
    with ExitStack() as stack:
        ways = list(_ways(stack, model, extent, report))
        for number in range(1 + extent.rounds):
            for lines in extent.lines if number else extent.lines[:1]:
                for request in requests(lines, number):
                    for way in ways:
                        if way.takes(request):
                            key = (request.kind, lines, way.start, way.name)
                            row = taken.setdefault(key, _Taken())
                            _measure(way, request, row, is_first=number == 0)
                            report(f"{key}: {row.seconds[-1:]} {row.note[:200]}")
    return list(_rows(taken))


def _measure(way: Way, request: Request, row: _Taken, *, is_first: bool) -> None:
    """Have it make an edit. What is done for the first time takes longer, and is not counted."""
    outcome = way.edit(request)
    if is_first:
        return
    row.seconds.append(outcome.seconds)
    row.num_right += outcome.text == request.expected
    row.note = outcome.note or row.note


def _ways(
    stack: ExitStack, model: Path, extent: Extent, report: Callable[[str], None]
) -> Iterator[Way]:
    place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    socket, log = str(place / "s"), str(place / "log")
    stack.enter_context(running_server(socket, log, 1))
    for accept in _ACCEPTS:
        folder = place / accept
        yield SpeceditCommand(accept, folder)
        yield stack.enter_context(closing(SpeceditServer(accept, f"unix:{socket}", folder)))
    for tool in others(place, report):
        yield stack.enter_context(closing(tool))
    engines = [each for each in side_by_side.ENGINES if each.name in extent.engines]
    tokenizer = HfTokenizer(model)
    for engine in engines:
        begun = side_by_side.started(engine, model, extent.dtype, tokenizer, report)
        yield from rewriters.of_engine(engine, stack.enter_context(begun), tokenizer)


def _rows(taken: dict[tuple[str, int, str, str], _Taken]) -> Iterator[Row]:
    for (kind, lines, start, name), row in taken.items():
        seconds, ours = median(row.seconds), taken[kind, lines, start, _OURS]
        yield {
            "edit": kind,
            "lines": lines,
            "start": start,
            "tool": name,
            "right": f"{row.num_right} of {len(row.seconds)}",
            "seconds": round(seconds, 4),
            "over ours": round(seconds / median(ours.seconds), 2),
            "note": row.note.partition("\n")[0][:80],
        }
