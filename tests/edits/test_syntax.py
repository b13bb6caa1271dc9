"""A parsed text's lines."""

from specedit.edits import operations
from specedit.edits.languages import language_of
from specedit.edits.syntax import Source

TEXT = "a = 'é'  # ü\nb = 1\nc = '''ö\nä'''\nd = f'é{a}'"


def excluded(instruction: str) -> list[str]:
    language = language_of("x.py")
    assert language is not None
    made = operations.predict(instruction, Source(TEXT, language))
    assert made is not None
    return [made.body[start:end] for start, end in made.policy.excluded]


def test_what_a_rename_in_code_excludes_is_in_characters() -> None:
    assert excluded("rename a to b2") == ["é", "# ü", "ö\nä", "é"]
    assert excluded("rename a to b2 everywhere") == []
