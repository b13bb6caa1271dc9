"""What an author is told: the file, or the parts of a long one that matter, what to do, and in what form to answer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from specedit.editor.config import Form
from specedit.editor.result import EditRequest
from specedit.edits import scope
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import AmbiguousPlace, EditRefused, PlaceNotFound

_LONG = 24_000  # characters; of a longer file the parts that matter are shown
_HEAD = 40  # first lines of a long file: its imports
_AROUND = 12  # lines around one with a word of the instruction
_NEAR = 3  # lines around a place that a complaint shows
_COMMON = 12  # a word that stands on more lines of the file tells no place

_TASK = "You edit one file of source code. You are shown the file and an instruction. Do what it asks, and no more."
_FORMS: dict[Form, str] = {
    "blocks": """\
Answer with SEARCH/REPLACE blocks and nothing else, each of this form:

<<<<<<< SEARCH
lines of the file, copied exactly, with their indentation
=======
the lines that are to stand there instead
>>>>>>> REPLACE

Search for few lines, but for enough that they stand in the file only once. Use one block for each place, in the order \
of the file; do not repeat lines that stay, beyond those that show the place. To insert lines, search for a line beside \
them and repeat it. New imports are a block of their own.""",
    "snippet": """\
Answer with one fenced code block and nothing else. Write only the lines that change, with the definitions around them \
and a line or two above and below that show the place, exactly as in the file, and with its indentation. For every stretch \
that stays write one comment line `... existing code ...` in the language's own comment signs. Never leave out code without \
such a line.""",
}
_CANNOT = "If the instruction cannot be carried out in this file, answer with one line: CANNOT: and the reason."


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says in a conversation."""

    by: Literal["system", "user", "assistant"]
    text: str


def opening(request: EditRequest, form: Form) -> tuple[Turn, ...]:
    """Return how a conversation about an edit begins.

    Raises:
        InvalidRequest, EditRefused: the request's scope is none, or is not in the file.
    """
    body = request.document.body
    language = language_of(request.path, body)
    source = Source(body, language, request.path) if language else None
    bounds = scope.resolve(request.scope, body, source)
    lines = split_lines(body)
    if len(body) <= _LONG:
        file, about = body, "is"
    else:
        shown = _chosen(request.instruction, lines, source, bounds)
        file = "".join(_numbered(lines, shown))
        about = f"has {len(lines)} lines; these are shown, each behind its number and a bar, which are no part of it"
    limit = f"\nChange lines {bounds[0] + 1} to {bounds[1]} only." if bounds else ""
    system = "\n\n".join([_TASK, _FORMS[form], _CANNOT])
    text = f"The file `{request.path}` {about}:\n\n{_fenced(file)}\nInstruction: {request.instruction}{limit}"
    return Turn("system", system), Turn("user", text)


def complaint(refusal: EditRefused, body: str, form: Form) -> str:
    """Return what an author is told of an edit that was refused: the reason, and the text of the file that it is about."""
    lines = split_lines(body)
    shown = sorted({row for first, last in _places(refusal, body) for row in range(first, last)})
    shown = [row for row in shown if 0 <= row < len(lines)]
    text = f"This does not fit, and nothing was written: {refusal}\n"
    if shown:
        places = "".join(lines[row] if row >= 0 else "...\n" for row in _with_gaps(shown))
        text += f"\nThe file has here:\n\n{_fenced(places)}"
    again = "the blocks" if form == "blocks" else "the code block"
    return f"{text}\nWrite all of the edit again: {again} and nothing else."


def _places(refusal: EditRefused, body: str) -> Iterator[tuple[int, int]]:
    if isinstance(refusal, PlaceNotFound):
        from specedit.edits.patch.nearest import nearest  # with numpy, for this alone

        yield from nearest(refusal.text, body)
    if isinstance(refusal, AmbiguousPlace):
        for line in refusal.lines:
            yield max(0, line - 1 - _NEAR), line + _NEAR


def _chosen(
    instruction: str, lines: Sequence[str], source: Source | None, bounds: tuple[int, int] | None
) -> list[int]:
    """The rows of a long file that an author is shown: those that most likely matter come first, until there are enough."""
    chosen: set[int] = set()
    left = _LONG
    for row in _by_weight(instruction, lines, source, bounds):
        if row in chosen:
            continue
        left -= len(lines[row]) + 8
        if left < 0:
            break
        chosen.add(row)
    return sorted(chosen)


def _by_weight(
    instruction: str, lines: Sequence[str], source: Source | None, bounds: tuple[int, int] | None
) -> Iterator[int]:
    words = set(re.findall(r"[^\W\d]\w{2,}", instruction))
    if bounds is not None:
        yield from range(*bounds)
    elif source is not None:
        for definition in source.definitions:
            if definition.name in words and definition.kind != "module":
                yield from range(*source.lines_of(definition))
    yield from range(min(_HEAD, len(lines)))
    for row in _rows_with(words, lines):
        yield from range(max(0, row - _AROUND), min(len(lines), row + _AROUND + 1))
    if source is not None:  # an outline: where each definition begins
        for definition in source.definitions:
            yield source.lines_of(definition)[0]
    yield from range(len(lines))


def _rows_with(words: Iterable[str], lines: Sequence[str]) -> list[int]:
    """The rows with a word that stands on few of them."""
    rows: set[int] = set()
    for word in words:
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        having = [row for row, line in enumerate(lines) if pattern.search(line)]
        if len(having) <= _COMMON:
            rows.update(having)
    return sorted(rows)


def _numbered(lines: Sequence[str], shown: Sequence[int]) -> Iterator[str]:
    for row in _with_gaps(shown):
        yield f"{row + 1:>5}| {lines[row]}" if row >= 0 else "  ...\n"


def _with_gaps(rows: Sequence[int]) -> Iterator[int]:
    """Yield rows, and -1 where some between them are left out."""
    before = None
    for row in rows:
        if before is not None and row > before + 1:
            yield -1
        yield row
        before = row


def _fenced(text: str) -> str:
    """The text in a fence that is longer than any in it."""
    longest = max((len(mark) for mark in re.findall(r"`{3,}", text)), default=2)
    mark = "`" * (longest + 1)
    return f"{mark}\n{text}{mark}\n"
