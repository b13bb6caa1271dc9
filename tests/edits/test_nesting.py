"""Texts that nest more deeply than the scanner of their grammar bears: parsed in a child, which they must not end."""

import subprocess
import sys

import pytest

from specedit.editor import plan
from specedit.editor.result import EditRequest
from specedit.editor.settled import settle
from specedit.edits.document import decode_document
from specedit.edits.syntax.language import parse
from specedit.edits.syntax.languages import language_of, named
from specedit.engine.errors import EditRefused

_PARSE = """
import sys
from specedit.edits.syntax.language import parse
from specedit.edits.syntax.languages import named
from specedit.engine.errors import EditRefused
for unit in {units!r}:
    for count in {counts!r}:
        try:
            parse(unit * count + "x" + chr(10), named(sys.argv[1]))
        except EditRefused:
            pass
"""
_STEPS = """
for unit in {units!r}:
    text = "".join(" " * (len(unit) * i) + unit + chr(10) for i in range(400))
    try:
        parse(text, named(sys.argv[1]))
    except EditRefused:
        pass
"""
_UNITS = {
    "markdown": [">", "> ", "- ", "1. ", "> - ", "\t- ", "-\t", ">\t* "],
    "kotlin": ['"${', '"""${', '"'],
    "yaml": ["- ", "? ", "- ? ", "-\t"],
    "perl": ['"${', '"$x{', "`@{", '"$x->[', "qq{${", '"@{[ ', "<<A\n${", "s{$x{", '"$ {'],
}
_STEP_UNITS = {
    "kotlin": ['"${'],
    "markdown": ["- a", "> a"],
    "yaml": ["a:", "- a:"],
    "perl": ['"${'],
}


@pytest.mark.parametrize("name", _UNITS)
def test_what_a_scanner_cannot_bear_ends_no_process(name: str) -> None:
    code = _PARSE.format(units=_UNITS[name], counts=[100, 300, 1_000, 10_000, 100_000])
    steps = _STEPS.format(units=_STEP_UNITS[name])
    done = subprocess.run([sys.executable, "-c", code + steps, name], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    ("name", "bearable", "too_deep"),
    [
        ("markdown", "> " * 50 + "x\n", "> " * 130 + "x\n"),
        ("markdown", "-" * 300 + "\n", "\t- " * 60 + "x\n"),
        ("yaml", "a:\n" + " " * 100 + "- b\n", "- " * 130 + "x\n"),
        ("kotlin", 'val x = "${f("${a}")}"\n' * 300, "val x = " + '"${' * 1_100),
        ("perl", "print $x->{a}[0]{'b'};\n" * 500, '"${' * 90),
    ],
)
def test_only_what_is_too_deep_goes_without_a_grammar(
    name: str, bearable: str, too_deep: str
) -> None:
    language = named(name)
    path = f"f{language.suffixes[0]}"
    assert language_of(path, bearable) == language
    assert not parse(bearable, language).has_error
    assert language_of(path, bearable, too_deep) is None
    with pytest.raises(EditRefused, match=f"grammar of {name}"):
        parse(too_deep, language)


def test_a_text_that_is_too_deep_is_edited_as_one_without_a_grammar() -> None:
    before = ">" * 500 + "\n\none\n\ntwo\n"
    document = decode_document(before.encode())
    request = EditRequest(document, 'replace "two" with "three"', "y.md")
    result = settle(request, plan.make(request, can_write=False))
    assert result.data == before.replace("two", "three").encode()


def test_an_edit_may_make_a_text_too_deep() -> None:
    document = decode_document(b"one\n")
    request = EditRequest(document, f'replace "one" with "{">" * 500}"', "y.md")
    assert settle(request, plan.make(request, can_write=False)).body == ">" * 500 + "\n"
