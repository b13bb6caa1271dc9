"""A parsed text's lines."""

import pytest

from specedit.edits import operations
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source

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


@pytest.mark.parametrize(
    ("path", "text", "rows"),
    [
        ("x.py", 'a = """x\ny\n"""\nb = 1\n', {1, 2}),
        ("x.py", 'def f():\n    """Doc\n    string.\n    """\n    a = """x\ny"""\n', {5}),
        ("x.py", 'a = ("x"\n  "y"\n  """z\nz""")\n', {3}),  # only what is inside of one of them
        ("x.py", 'a = f"""{\nb}\n"""\n', {1, 2}),
        ("x.js", "const a = `x\n  ${b}\n  y`;\n", {1, 2}),
        ("x.go", "package a\n\nvar a = `x\ny`\n", {3}),
        ("x.rs", 'const A: &str = r#"x\ny"#;\n', {1}),
        ("x.c", 'char *a = "x"\n  "y";\n', set()),
        ("x.java", 'class A { String a = """\n  x\n  """; }\n', {1, 2}),
    ],
)
def test_rows_inside_strings(path: str, text: str, rows: set[int]) -> None:
    language = language_of(path)
    assert language is not None
    source = Source(text, language)
    assert source.rows_in_strings(source.root, docstrings=False) == rows


def test_docstrings_are_strings_where_that_is_asked() -> None:
    language = language_of("x.py")
    assert language is not None
    source = Source('"""a\nb\n"""\n', language)
    assert source.rows_in_strings(source.root) == {1, 2}
    assert source.rows_in_strings(source.root, docstrings=False) == set()


MIXED = """import a, b.c as d
from e import f
import { g } from "./h";
# i
// j
func k(l int) { m := l.n }
class O { p = (q) => q.r }
(((
import
"""


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.ts", "a.go", "a.rs", "a.java", "a.cpp"])
def test_nodes_of_some_types_are_those_of_all(path: str) -> None:
    language = language_of(path)
    assert language is not None
    source = Source(MIXED, language)
    types = language.names | language.imports | {"ERROR", "comment", "no such type"}
    named = [node for node in source.nodes if node.type in types and node.is_named]
    nodes = [node for node in named if node.start_byte < node.end_byte]
    assert nodes
    assert [*source.nodes_of(types)] == nodes
    names = {"a", "d", "l", "O", "r"}
    assert [*source.nodes_named(names, types)] == [n for n in nodes if source.code(n) in names]


def test_what_is_held_of_a_text_is_not_read_again() -> None:
    language = language_of("a.py")
    assert language is not None
    held = Source("def f():\n    return 1\n", language)
    for i in range(40):  # more than are kept
        assert Source(f"x = {i}\n" * 2000, language).root.children
    assert Source("".join(["def f():\n", "    return 1\n"]), language).root is held.root
