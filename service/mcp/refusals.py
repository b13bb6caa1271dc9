"""What an agent is told of an edit that was refused: why, what the file really says there, and what to do next."""

from collections.abc import Iterable, Iterator, Sequence

from specedit.editor.diff import unified
from specedit.editor.result import EditResult
from specedit.edits.document import decode_document
from specedit.edits.patch.nearest import nearest
from specedit.edits.text import changed_lines
from specedit.engine.errors import (
    AmbiguousPlace,
    Busy,
    EditRefused,
    InvalidRequest,
    NameRefused,
    NotCertain,
    NotUnderstood,
    OutsideRoot,
    PlaceNotFound,
    SpeceditError,
    StaleBase,
    SymbolNotFound,
    TargetError,
    UnsafeEdit,
)
from specedit.service.mcp.answers import Code, Excerpt, Refusal

_AROUND = 2  # lines shown on both sides of a place
_MOST_PLACES = 4
_MOST_LINES = 60  # shown in all
_LONGEST = 400  # characters of a line; more is no line that a person has written

# The most particular first.
_KINDS: tuple[tuple[type[SpeceditError], Code, str], ...] = (
    (InvalidRequest, "invalid_request", "Correct the arguments and call again."),
    (
        SymbolNotFound,
        "symbol_not_found",
        "Use a name that the file or the workspace declares, or give `path`.",
    ),
    (
        AmbiguousPlace,
        "ambiguous",
        "Say which place is meant: quote one more line right above or below it, or name the function, line or file.",
    ),
    (
        PlaceNotFound,
        "not_found",
        "Quote the old text as the file has it (see current_text), and call again.",
    ),
    (
        StaleBase,
        "changed_on_disk",
        "The file is no longer what you read. Make the edit from the text that it has now, and call again.",
    ),
    (OutsideRoot, "outside_roots", "Edit only files below the workspace roots."),
    (NameRefused, "name_refused", "Choose another new name."),
    (
        NotUnderstood,
        "not_understood",
        "Say it as one of those instructions, or give the new code with edit_file or replace_in_file.",
    ),
    (
        UnsafeEdit,
        "unsafe",
        "Give an edit whose result is whole: include everything that the reason says would be lost or broken.",
    ),
    (
        EditRefused,
        "refused",
        "Change the edit as the reason says; replace_in_file with the old text quoted to the letter always says what it means.",
    ),
    (Busy, "busy", "Call again in a few seconds."),
    (
        TargetError,
        "model_unavailable",
        "Edits that quote the old text to the letter need no model: use replace_in_file or apply_patch.",
    ),
)
_UNEXPECTED: tuple[type[Exception], Code, str] = (
    Exception,
    "failed",
    "This is a fault of specedit: make this edit with another tool.",
)
_NOTHING_NEAR = (
    "Nothing in the file is like that text: read the file, and quote the old text from it."
)
_ON_DISAGREEMENT = (
    "Nothing is written where model and syntax disagree. If proposed_diff is what you want, say exactly that: "
    "replace_in_file with the old text quoted to the letter is not judged by a model."
)


def refusal_of(
    error: Exception, path: str | None = None, body: str = "", given: str = ""
) -> Refusal:
    """Return what is told of an error, for the file `path` that reads `body`; `given` is what the caller gave."""
    code: Code
    _, code, next_step = next((k for k in _KINDS if isinstance(error, k[0])), _UNEXPECTED)
    lines = error.lines if isinstance(error, AmbiguousPlace) else ()
    current_text = _excerpts(error, path or "", body, given)
    if isinstance(error, PlaceNotFound) and not current_text:
        next_step = _NOTHING_NEAR
    return Refusal(
        path=path,
        code=code,
        reason=_reason(error),
        next_step=next_step,
        lines=list(lines),
        current_text=current_text,
        proposed_diff="",
    )


def stale(path: str, before: str | None, current: bytes) -> Refusal:
    """Return the refusal of an edit of a file that has changed; `before`: the text that the caller knows, if we do."""
    error = StaleBase(f"{path} has changed since it was read", "")
    refusal = refusal_of(error)
    refusal.path = path
    try:
        now = decode_document(current, path=path).body
    except EditRefused:
        return refusal
    known, rows = (before or "").split("\n")[:-1], now.split("\n")[:-1]
    changed = [(j1, j2) for _, _, j1, j2 in changed_lines(known, rows)]
    refusal.current_text = [*_shown(path, rows, changed)]
    return refusal


def disagreement(result: EditResult, path: str) -> Refusal:
    """Return the refusal of an edit that the model objects to."""
    before = result.document.body
    objections = [each.line for each in result.objections if each.vetoed]
    return Refusal(
        path=path,
        code="disagreed",
        reason=result.reason,
        next_step=_ON_DISAGREEMENT,
        lines=objections,
        current_text=[],
        proposed_diff="" if result.proposed is None else unified(path, before, result.proposed),
    )


def _reason(error: Exception) -> str:
    """The message, without ways on that only the command line has."""
    if not isinstance(error, SpeceditError):
        return f"unexpected {type(error).__name__}"
    if isinstance(error, UnsafeEdit | NotCertain):
        return error.problem
    if isinstance(error, NotUnderstood):
        near = ", ".join(f'"{phrase}"' for phrase in error.nearest)
        return f"no operation understands this instruction; nearest that is understood: {near}"
    return str(error)


def _excerpts(error: Exception, path: str, body: str, given: str) -> list[Excerpt]:
    rows = body.split("\n")[:-1]
    if isinstance(error, AmbiguousPlace):
        return [*_shown(path, rows, [(line - 1, line) for line in error.lines])]
    if isinstance(error, PlaceNotFound):
        places = nearest(error.text, body)
        if not places and len(rows) <= _MOST_LINES:
            places = [(0, len(rows))]
        return [*_shown(path, rows, places)]
    if isinstance(error, NotCertain) and error.place is not None:
        return [*_shown(path, rows, [error.place])]
    if isinstance(error, EditRefused) and given and not isinstance(error, OutsideRoot):
        return [*_shown(path, rows, nearest(given, body, 1))]
    return []


def _shown(path: str, rows: Sequence[str], places: Iterable[tuple[int, int]]) -> Iterator[Excerpt]:
    """The places with lines around them, each line once, as much as is short enough to be quoted."""
    left, end = _MOST_LINES, 0
    for first, last in _merged([*places][:_MOST_PLACES], len(rows)):
        shown = rows[max(first, end) : min(last, first + left)]
        if shown and max(map(len, shown)) <= _LONGEST:
            yield Excerpt(path=path, first_line=max(first, end) + 1, text="\n".join(shown) + "\n")
            left -= len(shown)
        end = last


def _merged(places: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """The places with what stands around them, those together that touch each other, in the file's order."""
    wide = sorted((max(0, a - _AROUND), min(size, b + _AROUND)) for a, b in places)
    while wide:
        first, last = wide.pop(0)
        while wide and wide[0][0] <= last:
            last = max(last, wide.pop(0)[1])
        yield first, last
