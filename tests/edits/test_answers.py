"""Files that stand in an answer, each in a fence under its name."""

import pytest

from specedit.edits.patch.files import parts_of

FORMS = [
    "```python {0}\n{1}```\n",
    "```{0}\n{1}```\n",
    "```python:{0}\n{1}```\n",
    '```python title="{0}"\n{1}```\n',
    "`{0}`\n```python\n{1}```\n",
    "### {0}\n\n```python\n{1}```\n",
    "### `{0}`\n```\n{1}```\n",
    "**{0}**:\n~~~py\n{1}~~~\n",
    "File: {0}\n````\n{1}````\n",
    "{0}\n```python\n{1}```\n",
]


@pytest.mark.parametrize("form", FORMS)
def test_each_file_has_the_name_that_stands_above_or_behind_the_fence(form: str) -> None:
    parts = (("lib/a.py", "a = 1\n"), ("b.py", "def f(): ...\n"), ("lib/new.txt", "y\n\nz\n"))
    text = "Here it is.\n\n" + "\n".join(form.format(*part) for part in parts) + "\nDone!\n"
    assert [(part.name, part.snippet) for part in parts_of(text)] == list(parts)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_leaves_lines_out_is_no_new_file(ending: str) -> None:
    text = "a.py\n```\n# ... existing code ...\nx = 1\n```\nb.py\n```\nx = ...\n```\n"
    one, other = parts_of(text.replace("\n", ending))
    assert one.text is None and other.text == "x = ...\n"


def test_prose_is_no_name() -> None:
    text = "Change it as follows.\n```python lib/a.py\nx = 1\n```\n"
    assert [part.name for part in parts_of(text)] == ["lib/a.py"]
