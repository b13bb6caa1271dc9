"""How the lines where a block was placed differ from what it shows of them."""

from collections.abc import Iterator, Sequence

from specedit.edits.patch.block import Fit, PatchBlock

_SHOWN = 3  # line numbers


def drift(which: str, block: PatchBlock, fit: Fit | None, lines: Sequence[str]) -> Iterator[str]:
    """Yield what a user should know of a block that was placed where the file does not read as it does, to the letter."""
    if fit is None:
        return
    shown = [
        (text, row) for (tag, text), row in zip(block.old, fit.rows, strict=True) if tag != "~"
    ]
    rows = [row for _, row in shown if row is not None]
    others = [row + 1 for text, row in shown if row is not None and lines[row] != text]
    num_lacking = sum(row is None and bool(text.strip()) for text, row in shown)
    if not rows or not (others or num_lacking):
        return
    parts = []
    if len(others) == 1:
        parts.append(f"line {others[0]} of the file reads otherwise")
    elif others:
        listed = ", ".join(map(str, others[:_SHOWN])) + (", …" if len(others) > _SHOWN else "")
        parts.append(f"lines {listed} of the file read otherwise")
    if num_lacking:
        parts.append(f"the file lacks {num_lacking} of the lines that it shows")
    yield f"{which} was placed on lines {min(rows) + 1}-{max(rows) + 1}, though {' and '.join(parts)}"
