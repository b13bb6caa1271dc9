"""Definitions by the form of their lines, in any language."""

import pytest

from specedit.edits.syntax.grammar import outline_in
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.outline import DefinitionLines, outline, walk


def names(text: str) -> list[str]:
    return [f"{block.name} {block.first}-{block.last}" for block in walk(outline(text.split("\n")))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@a\n@b(\n    1,\n)\ndef f(\n    x,\n):\n    return x\n\n\nx = 1\n", ["f 0-8"]),
        ('class A:\n    """D."""\n\n    def f(self): ...\n', ["A 0-4", "f 3-4"]),
        ('def f():\n    x = """\nclass B:\n"""\n    return x\n', ["f 0-5"]),
        (
            "/// Doc.\n#[a]\npub fn f<T>(\n    x: T,\n) -> T\nwhere\n    T: B,\n{\n    x\n}\n",
            ["f 0-10"],
        ),
        ("impl A for B {\n    fn f(&self) {}\n}\n", ["impl A for B 0-3", "f 1-2"]),
        ('def f():\n    """a // b"""\n    return 1\n\n\ndef g():\n    pass\n', ["f 0-3", "g 5-7"]),
        ("func (c *Cart) Add(x int) {\n\tc.n += x\n}\n", ["Cart.Add 0-3"]),
        ("class A\n{\n    void F()\n    {\n        g();\n    }\n}\n", ["A 0-7", "F 2-6"]),
        (
            "int f(int a,\n      int b)\n{\n#ifdef X\n  g();\n#endif\nout:\n  return 1;\n}\n",
            ["f 0-9"],
        ),
        (
            "module A\n  class B\n    def c\n      1\n    end\n  end\nend\n",
            ["A 0-7", "B 1-6", "c 2-5"],
        ),
        ("function M.f(x)\n  return x\nend\n\nreturn M\n", ["M.f 0-3"]),
        ("const f = async (x) => {\n  g(x);\n};\n", ["f 0-3"]),
        ("fun f(x: Int) =\n    x * 2\n\nfun g() = 1\n", ["f 0-2", "g 3-4"]),
        (".a {\n  color: red;\n}\n", [".a 0-3"]),
        ("f() {\n  g\n}\n", ["f 0-3"]),
        ("if (x) {\n  f();\n}\nfoo(a, b);\nreturn {\n};\n", []),
    ],
)
def test_definitions_and_their_lines(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_marker_is_no_end() -> None:
    lines = ["class A {", None, "", "  f() {", "    g();", "  }", "}"]
    (block,) = outline(lines, ["", "  ", "", "  ", "    ", "  ", ""])
    assert (block.last, block.is_closed) == (7, True)
    assert [child.name for child in block.children] == ["f"]


def test_members_are_the_least_indented_definitions() -> None:
    text = "class A {\n  r = new R() {\n    read() {\n    }\n  };\n\n  f() {\n  }\n}\n"
    (block,) = outline(text.split("\n"))
    assert isinstance(block, DefinitionLines)
    assert [member.name for member in block.members] == ["f"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # A comment at the margin, and a text that looks like code.
        ("python", "class A:\n    x = 1\n# no end\n    def f(self): ...\n", ["A 0-4", "f 3-4"]),
        ("python", "def f():\n    return '''\ndef g():\n''' // 2\n", ["f 0-4"]),
        ("javascript", "const a = `\nfunction b() {\n`;\n\nfunction c() {}\n", ["c 4-5"]),
        ("typescript", "function f(\n  a: A = {\n},\n) {\n  g();\n}\n", ["f 0-6"]),
        ("rust", 'fn f() {\n    g("\n}\n");\n}\n', ["f 0-5"]),
    ],
)
def test_a_grammar_knows_ends_and_texts(language: str, text: str, expected: list[str]) -> None:
    blocks = walk(outline_in(text.split("\n")[:-1], named(language)))
    assert [f"{block.name} {block.first}-{block.last}" for block in blocks] == expected
