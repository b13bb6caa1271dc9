"""A parsed text's lines."""

from specedit.edits.languages import language_of
from specedit.edits.operations.rename import left_alone
from specedit.edits.syntax import Source

TEXT = "a = 'é'  # ü\nb = 1\nc = '''ö\nä'''\nd = f'é{a}'"


def shown(instruction: str, first: int, last: int) -> list[str]:
    language = language_of("x.py")
    assert language is not None
    source = Source(TEXT, language)
    lines = source.lines(first, last)
    return [lines[a:b] for a, b in source.of_lines(first, last, left_alone(instruction, source))]


def test_what_a_rename_in_code_leaves_alone_is_told_in_characters_of_the_lines() -> None:
    assert shown("rename a to b2", 0, 5) == ["é", "# ü", "ö\nä", "é"]
    assert shown("rename a to b2", 0, 1) == ["é", "# ü"]
    assert shown("rename a to b2", 1, 2) == []
    assert shown("rename a to b2", 1, 3) == ["ö\n"]
    assert shown("rename a to b2", 3, 5) == ["ä", "é"]
    assert shown("rename a to b2 everywhere", 0, 5) == []
    assert shown("sort the imports", 0, 5) == []
