"""Which definitions a lazy snippet takes out by what it shows, and which it may only have forgotten."""

import pytest

from specedit.edits.safety import Wording, check
from specedit.edits.snippet import place
from specedit.edits.syntax.languages import named
from specedit.edits.vanished import vanished
from specedit.engine.errors import UnsafeEdit

PYTHON = """\
import csv

LIMIT = 10


class Report:
    def __init__(self, rows):
        self.rows = rows

    def header(self):
        return list(self.rows[0])

    def width(self):
        return max(len(row) for row in self.rows)

    def body(self):
        return self.rows[1:]

    def write(self, out):
        writer = csv.writer(out)
        writer.writerow(self.header())
        writer.writerows(self.body())


def load(path):
    with open(path) as file:
        return Report(list(csv.reader(file)))


def shorten(rows):
    return rows[:LIMIT]


def main(path, out):
    load(path).write(out)
"""
KOTLIN = """\
class Clock(private val zone: Zone) {
    fun now(): Time {
        return Time.at(zone)
    }

    fun later(minutes: Int): Time {
        return now().plus(minutes)
    }

    fun show(): String {
        return now().toString()
    }
}

fun start(zone: Zone) {
    println(Clock(zone).show())
}
"""


def removed(source: str, snippet: str, language: str) -> tuple[str, ...]:
    made = place(source, snippet, named(language))
    lost = vanished(source, made.body, named(language), "\n".join(made.removed))
    return made.removed if not lost else ()


@pytest.mark.parametrize(
    ("source", "language", "snippet", "name"),
    [
        (
            PYTHON,
            "python",
            "# ... existing code ...\n        return list(self.rows[0])\n\n    def body(self):\n# ... existing code ...\n",
            "width",
        ),
        (
            PYTHON,
            "python",
            "# ... existing code ...\n        return Report(list(csv.reader(file)))\n\n\ndef main(path, out):\n    # ... existing code ...\n",
            "shorten",
        ),
        (
            KOTLIN,
            "kotlin",
            "    // ...\n    fun now(): Time {\n        return Time.at(zone)\n    }\n\n    fun show(): String {\n    // ...\n",
            "later",
        ),
    ],
)
def test_a_part_that_shows_nothing_else_takes_out_what_lies_between(
    source: str, language: str, snippet: str, name: str
) -> None:
    assert removed(source, snippet, language) == (name,)


def test_what_loses_its_last_use_may_go_beside_other_changes() -> None:
    snippet = """\
class Report:
    # ... existing code ...

    def header(self):
        return [name.strip() for name in self.rows[0]]

    def width(self):
        return max(len(row) for row in self.rows)

    def write(self, out):
        writer = csv.writer(out)
        writer.writerow(self.header())
        writer.writerows(self.rows[1:])

# ... existing code ...
"""
    assert removed(PYTHON, snippet, "python") == ("body",)


FORGOTTEN = """\
class Report:
    def __init__(self, rows):
        self.rows = rows

    def header(self):
        return [name.strip() for name in self.rows[0]]

    def body(self):
        return self.rows[1:]

    def write(self, out):
        writer = csv.writer(out)
        writer.writerow(self.header())
        writer.writerows(self.body())

# ... existing code ...
"""
NEIGHBOUR = """\
# ... existing code ...
def load(path):
    \"\"\"Read a report.\"\"\"
    # ... existing code ...
        return Report(list(csv.reader(file)))


def main(path, out):
    # ... existing code ...
"""
USED = """\
# ... existing code ...
class Clock(private val zone: Zone) {
    fun later(minutes: Int): Time {
    // ... existing code ...
"""


@pytest.mark.parametrize(
    ("source", "language", "snippet"),
    [
        pytest.param(PYTHON, "python", FORGOTTEN, id="its class has another change"),
        pytest.param(PYTHON, "python", NEIGHBOUR, id="what stands above it is changed"),
        pytest.param(KOTLIN, "kotlin", USED, id="it is used still"),
    ],
)
def test_what_may_be_forgotten_is_not_named(source: str, language: str, snippet: str) -> None:
    made = place(source, snippet, named(language))
    assert made.body != source
    assert vanished(source, made.body, named(language), "\n".join(made.removed))


def test_uses_that_the_same_snippet_takes_out_do_not_hold_a_definition() -> None:
    source = "def f(a):\n    return a\n\n\ndef g(a):\n    return 2 * a\n\n\ndef h(a):\n    b = f(a)\n    return b\n"
    whole = source.replace("def f(a):\n    return a\n\n\n", "").replace("f(a)", "g(a)")
    check(source, whole, named("python"), Wording("f", "", ("f",)))
    with pytest.raises(UnsafeEdit, match="uses 'f'"):
        check(source, whole.replace("b = g", "b = f"), named("python"), Wording("f", "", ("f",)))
