"""What texts define, and where lines stand: the quick ways find what the naive ones do."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit.edits.patch.block import LEVELS
from specedit.edits.patch.rows import Rows, Standing
from specedit.edits.patch.style import is_moved
from specedit.edits.syntax import brackets, definitions
from specedit.edits.syntax.language import Language, parse, starts
from specedit.edits.syntax.languages import all_languages

CASES = Path(__file__).parent.parent / "cases"
WITH_TABLES = [one for one in all_languages() if one.definitions and not one.definition_query]
OF_EACH = 25  # texts of a language


def texts_of(language: Language) -> Iterator[str]:
    """Cases as they stand: code, and what does not parse."""
    rng = random.Random(language.name)
    paths = sorted(CASES.glob(f"*/{language.name}/*.txt")) or sorted(
        CASES.glob("*/typescript/*.txt")
    )
    for path in rng.sample(paths, min(len(paths), OF_EACH)):
        text = path.read_text("utf-8")
        yield text
        lines = text.split("\n")
        del lines[rng.randrange(len(lines))]
        yield "\n".join(lines)


@pytest.mark.parametrize("language", WITH_TABLES, ids=lambda language: language.name)
def test_no_definition_is_missed(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = list(texts_of(language))
    quick = [definitions.definitions_in(parse(text, language), language) for text in texts]
    assert any(quick)
    monkeypatch.setattr(
        definitions, "_begins", lambda root, of: starts(root, of.definitions, of)
    )  # every node that begins with one of a type that may define something
    for text, each in zip(texts, quick, strict=True):
        naive = definitions.definitions_in(parse(text, language), language)
        told = [
            [(d.qualified, d.kind, d.node.start_byte, d.outer.end_byte) for d in found]
            for found in (each, naive)
        ]
        assert told[0] == told[1], text


def standing(file: list[str], lines: list[str]) -> Standing:
    """The naive twin: every level, every row."""
    for level, same in enumerate(LEVELS if any(map(str.strip, lines)) else ()):
        keys = list(map(same, lines))
        rows = [
            row
            for row in range(len(file) - len(lines) + 1)
            if list(map(same, file[row : row + len(lines)])) == keys
        ]
        if level >= 2:
            rows = [row for row in rows if is_moved(list(zip(lines, file[row:], strict=False)))]
        if rows:
            return Standing(level, tuple(rows))
    return Standing()


def test_lines_stand_where_they_do_by_the_strictest_level() -> None:
    rng = random.Random(5)
    everything = ["a", "b  c", "b c", "d\u2019", "d'", "", "\u00a0a", "e\u0301", "\u00e9"]
    levels = set()
    for _ in range(2000):
        words = rng.choice([everything, [word for word in everything if word.isascii()]])
        file = [
            " " * rng.choice([0, 2, 4]) + rng.choice(words) + rng.choice(["", "", " "])
            for _ in range(rng.randrange(1, 12))
        ]
        at = rng.randrange(len(file))
        lines = file[at : at + rng.randrange(1, 4)]
        if rng.random() < 0.7:
            shift = rng.choice(["", "  "])
            lines = [shift + line.rstrip().replace("\u2019", "'") for line in lines]
        expected = standing(file, lines)
        assert Rows(file).standing(lines) == expected
        levels |= {expected.level}
    assert levels == {0, 1, 2, 3}


def test_rows_in_texts_are_those_that_a_full_look_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    signs = [
        '"',
        '"',
        "'",
        "'",
        '"""',
        "'''",
        "/*",
        "*/",
        "/",
        "*",
        "\\",
        "#",
        "//",
        " ",
        "a",
        '""',
    ]
    texts = [
        ["".join(rng.choices(signs, k=rng.randrange(8))) for _ in range(rng.randrange(1, 9))]
        for _ in range(3000)
    ]
    quick = [brackets.text_rows(text) for text in texts]
    assert sum(map(bool, quick)) > 100
    monkeypatch.setattr(brackets, "_may_have_mark", lambda line: True)
    assert quick == [brackets.text_rows(text) for text in texts]
