"""A line that stands alone between two markers: of which line of the file is it another version?"""

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused

JAVA = """\
class Pool {
    private final int limit = 8;
    private int used;

    void grow(int by) {
        int room = limit - used;
        if (by > room) {
            log.warn("full {}", by);
        } else {
            level = by;
        }
        used += by;
        publish(used, limit, this);
    }

    void shrink(int by) {
        int room = limit - by;
        used -= by;
    }
}
"""


def merged(*lines: str) -> str:
    snippet = "".join(f"{line}\n" for line in ("// ...", *lines, "// ..."))
    return place(JAVA, snippet, language_of("Pool.java")).body


@pytest.mark.parametrize(
    ("line", "old"),
    [
        ("    private final int limit = 16;", "    private final int limit = 8;"),
        ("        used += by * 2;", "        used += by;"),
        ("        publish(used, limit, this, by);", "        publish(used, limit, this);"),
    ],
)
def test_it_takes_the_place_of_the_one_line_that_it_is_a_version_of(line: str, old: str) -> None:
    assert merged(line) == JAVA.replace(old, line)


def test_the_definition_around_it_tells_which() -> None:
    line = "        int room = limit - by - 1;"
    made = merged("    void shrink(int by) {", "        // ...", line)
    assert made == JAVA.replace("        int room = limit - by;", line)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["        int room = limit;"], id="two are of its name"),
        pytest.param(["        used = by;"], id="another operator"),
        pytest.param(["        limit = limit - 1;"], id="made of the old value"),
        pytest.param(["    private long limit = 16;"], id="another declaration"),
        pytest.param(
            ["        if (by > room) {", "            // ...", "            level = 0;"],
            id="the other branch",
        ),
        pytest.param(
            ["    void shrink(int by) {", "        // ...", "        used += by * 2;"],
            id="another definition",
        ),
    ],
)
def test_what_may_be_another_is_refused(lines: list[str]) -> None:
    with pytest.raises(EditRefused):
        merged(*lines)
