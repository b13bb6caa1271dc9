"""What people type for thirty edits: each phrasing makes the edit that its plain form makes, or is understood as nothing.

`tests/cases/phrasings/tuned.txt` is what the parser is written to. `kept.txt` is its other half, split by hash, which was written
before the parser and is measured by its totals only: look at none of its failures. `other.txt` is what asks for more than an operation
does, or for something else: no edit is made of it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from specedit.edits import operations, plain_text
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

CASES = Path(__file__).parent.parent / "cases" / "phrasings"
KEPT = "6e8a6c49c3629ab0a79409ed458df1fc57cdf8cb2450ae99e4518414d8b26da9"


@dataclass(frozen=True, slots=True)
class Phrasing:
    """An instruction for a file, and the plain form of it; none where it is to be understood as nothing."""

    instruction: str
    file: str
    plain: str | None = None
    refused: bool = False


def phrasings(name: str) -> Iterator[Phrasing]:
    """Yield the phrasings of a table."""
    for line in (CASES / name).read_text("utf-8").splitlines():
        if line.startswith("@ "):
            file, _, plain = line[2:].partition(" = ")
            head = Phrasing("", file, plain)
        elif line.startswith("! "):
            *refused, file = line[2:].split()
            head = Phrasing("", file, None, bool(refused))
        elif line:
            yield Phrasing(line.strip(), head.file, head.plain, head.refused)


def made(instruction: str, file: str) -> str | None:
    """Return the text that an instruction makes of a file, "refused", or None if it is not understood."""
    text = (CASES / f"{file}.txt").read_text("utf-8")
    language = language_of(file)
    assert language is not None
    try:
        prediction = operations.predict(instruction, Source(text, language, file))
        prediction = prediction or plain_text.predict(instruction, text, file)
    except EditRefused:
        return "refused"
    return prediction.body if prediction else None


def outcome(phrasing: Phrasing) -> str:
    """Return "right", "not understood", "refused" or "wrong"."""
    text = made(phrasing.instruction, phrasing.file)
    if phrasing.refused:
        return "right" if text == "refused" else "not understood" if text is None else "wrong"
    if phrasing.plain is None:
        return "right" if text in (None, "refused") else "wrong"
    if text in (None, "refused"):
        return text or "not understood"
    return "right" if text == made(phrasing.plain, phrasing.file) else "wrong"


@pytest.mark.parametrize("name", ["tuned.txt", "kept.txt"])
def test_plain_forms_are_understood(name: str) -> None:
    for file, plain in {(p.file, p.plain) for p in phrasings(name) if p.plain}:
        text = (CASES / f"{file}.txt").read_text("utf-8")
        assert made(plain, file) not in (None, "refused", text), plain


def test_the_kept_half_is_as_it_was_written() -> None:
    assert hashlib.sha256((CASES / "kept.txt").read_bytes()).hexdigest() == KEPT


def test_phrasings_tuned_to() -> None:
    ends = {phrasing.instruction: outcome(phrasing) for phrasing in phrasings("tuned.txt")}
    assert {instruction: end for instruction, end in ends.items() if end != "right"} == {}


def test_words_that_are_not_accounted_for() -> None:
    ends = {phrasing.instruction: outcome(phrasing) for phrasing in phrasings("other.txt")}
    assert [instruction for instruction, end in ends.items() if end != "right"] == []


def test_phrasings_kept_out() -> None:
    ends = Counter(outcome(phrasing) for phrasing in phrasings("kept.txt"))
    assert ends["wrong"] == 0
    assert ends["right"] >= 0.9 * ends.total()
