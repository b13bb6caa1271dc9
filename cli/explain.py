"""Who wrote an edit: hunk by hunk, what was drafted by what, and what the model decided itself."""

from collections.abc import Iterator

from specedit.editor.result import EditResult
from specedit.editor.stats import Stats
from specedit.edits.text import minimal_edits

_SHOWN = 60  # characters of a text that are shown


def explained(result: EditResult) -> Iterator[str]:
    """Yield lines of text for people."""
    before, moved = result.document.body, 0
    after = result.body if result.proposed is None else result.proposed
    for number, edit in enumerate(minimal_edits(before, after), 1):
        start = edit.start + moved
        end = start + len(edit.new_text)
        moved += len(edit.new_text) - (edit.end - edit.start)
        line = after.count("\n", 0, start) + 1
        yield f"hunk {number}, line {line}: {_short(before[edit.start : edit.end])} → {_short(edit.new_text)}"
        for piece in result.pieces:
            first, last = max(piece.start, start), min(piece.end, end)
            touches = first < last or (start == end and piece.start <= start < piece.end)
            if touches:
                yield f"  {_what(result, piece.by)}: {_short(after[first:last])}"
        last_line = line + edit.new_text.count("\n")
        for place in result.objections:
            if line <= place.line <= last_line:
                yield (
                    f"  the model would have written {place.preferred!r} for {place.predicted!r} "
                    f"({place.ratio:.2g} as likely)"
                )
    yield from worth(result.stats)


def worth(stats: Stats) -> Iterator[str]:
    """Yield lines that say what each drafter has brought, and how much faster all of them made it."""
    for name, part in stats.drafters.items():
        line = f"{name}: {part.accepted} of {part.drafted} tokens accepted"
        if part.acceptance is not None:
            line += f", {part.acceptance:.2f} where those before were right"
        if part.seconds:
            line += f"; {part.seconds:.2f} s of computing, {part.cost:.2f} of a pass each"
        yield line
    if stats.speedup:
        yield (
            f"written {stats.speedup:.2f} times as fast as in passes of one token, which take "
            f"{1e3 * stats.plain_seconds:.0f} ms; expected {stats.speedup_by_theorem:.2f} if passes with drafts took no longer, "
            f"{stats.speedup_by_length:.2f} with what they take here"
        )


def _what(result: EditResult, by: str) -> str:
    if by == "model":
        return "decided by the model"
    if by == result.operation and result.author and not result.model:
        return f"written by {result.author.name}; no model judged it"
    if by == result.operation and not result.model:
        return f"settled by {by}; no model was asked"
    if by == result.operation:
        return f"predicted by {by}, judged by the model"
    return f"drafted by {by}, chosen by the model"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]}…{text[-_SHOWN // 2 :]}")
