"""Names that read like one that is not there."""

import pytest

from specedit.edits import operations
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source

KNOWN = [
    "os",
    "Client",
    "timeout",
    "fetch_page",
    "url",
    "retries",
    "session",
    "close",
    "parse_header",
    "line",
    "strip",
    "load",
    "path",
    "client",
    "maxSize",
]


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("header_parse", ["parse_header"]),  # in another order
        ("parseHeader", ["parse_header"]),  # put together otherwise
        ("fetchpage", ["fetch_page"]),
        ("max_size", ["maxSize"]),
        ("LOAD", ["load"]),
        ("parse", ["parse_header"]),  # a part
        ("page", ["fetch_page"]),
        ("cleint", ["client", "Client"]),  # a slip
        ("tries", ["retries"]),  # and nothing that is much less like it
        ("closed", ["close"]),
        ("HttpClient", ["Client", "client"]),
        ("load_path", ["load", "path"]),
        ("zebra", []),
        ("", []),
    ],
)
def test_names(name: str, alike: list[str]) -> None:
    assert nearest(name, KNOWN) == alike


def test_instructions_that_do_the_same_come_first() -> None:
    assert operations.nearest("reorder url and retries", operations.examples())[0].startswith(
        "reorder"
    )
    assert operations.nearest("delete unused functions", operations.examples())[0].startswith(
        "delete"
    )


def test_nothing_else_is_offered_than_what_is_asked_for() -> None:
    source = Source("def load():\n    return 1\n", named("python"))
    assert operations.suggest("extract the function load", source) == ()
    assert operations.suggest("get rid of the thing load", source) != ("delete the function load",)
