"""What parsed before an edit must parse after it: by tree-sitter, by the language's own parser, by brackets and ends."""

import threading
import warnings
from time import process_time

import pytest

from specedit.edits.syntax.languages import language_of, named
from specedit.edits.syntax.parsing import lost_syntax

CLASS = "class Box:\n    def put(self, item):\n        self.item = item\n        return item\n"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("        return item\n", "            return item\n", 4),  # unexpected indent
        ("        return item\n", "", None),
        ("        self.item = item\n        return item\n", "", 2),  # a body that is empty
        ("        self.item = item\n        return item\n", "        # nothing\n", 3),
        ("        return item\n", "return item\n", 4),  # outside of a function
        ("        return item\n", "        break\n", 4),
        ("        return item\n", "\treturn item\n", 4),
        ("put(self, item)", "put(self, item, item)", 2),
        ("        return item\n", "        put(a=1, 2)\n", 4),
        ("        return item\n", "    await item\n", 4),
        ("        return item\n", "        1 = item\n", 4),
    ],
)
def test_python_is_asked_itself(old: str, new: str, line: int | None) -> None:
    problem = lost_syntax(CLASS, CLASS.replace(old, new), named("python"))
    assert (problem is None) if line is None else (problem or "").startswith(f"line {line} of the")


@pytest.mark.parametrize(
    "line",
    [
        "type Alias = list[int]\n",
        "def first[T](items: list[T]) -> T: ...\n",
        "x = f'{d['a']}'\n",
        "x = t'{a}'\n",
        "x = '\\d'\n",  # warned of
        "x is 1\n",
        "assert (1, 'a')\n",
    ],
)
def test_what_a_newer_python_may_allow_or_this_one_warns_of_is_let_be(line: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lost_syntax(CLASS, CLASS + line, named("python")) is None


@pytest.mark.parametrize(
    "text", ["print 'old'\n", "await main()\n", "return 1\n", "%matplotlib inline\n"]
)
def test_what_did_not_parse_need_not(text: str) -> None:
    assert lost_syntax(text, f"{text}return 2\n", named("python")) is None


@pytest.mark.parametrize(
    "deep",
    [
        "x = " + "(" * 20_000 + ")" * 20_000 + "\n",
        "x = " + "-" * 20_000 + "1\n",
        "x = a" + ".f" * 50_000 + "\n",
        "x = " + "a + " * 20_000 + "a\n",
        "if a:\n    pass\n" + "elif b:\n    pass\n" * 5_000,
        "".join(f"{' ' * i}if a:\n" for i in range(1_000)) + " " * 1_000 + "pass\n",
        "x = " + "9" * 5_000 + "\n",
        "x = '\ud800'\n".encode("utf-8", "replace").decode(),
    ],
)
def test_nothing_deep_or_long_ends_the_process(deep: str) -> None:
    ends: list[str | None] = []
    for before, after in [(CLASS, CLASS + deep), (deep, deep + CLASS)]:
        thread = threading.Thread(
            target=lambda b=before, a=after: ends.append(lost_syntax(b, a, named("python")))
        )
        thread.start()
        thread.join()
    assert len(ends) == 2


@pytest.mark.parametrize(
    ("path", "before", "after", "problem"),
    [
        ("a.json", '{"a": 1}\n', '{"a": 1,}\n', "line 1 of the result does not parse"),
        (
            "a.json",
            '{"a": 1}\n',
            '{"a": 1}\n{"b": 2}\n',
            "line 2 of the result does not parse: Extra",
        ),
        ("a.json", '{"a": 1}\n', '{"a": [' + "[" * 20_000 + "]" * 20_000 + "]}\n", None),
        ("a.json", '{"a": 1} // b\n', '{"a": 1} // c\n', None),  # tsconfig.json and its like
        (
            "a.toml",
            "[a]\nb = 1\n",
            "[a]\nb = 1\nb = 2\n",
            "line 3 of the result does not parse: Cannot",
        ),
        ("a.toml", "[a]\nb = 1\n", "[a]\nb = 1\n[a]\n", "the result does not parse|line 3"),
        ("a.rs", "fn f() {}\n", "fn f() {\n", "line 1 of the result has a '{'"),
        ("a.html", "<i>a</i>\n", "<i>a</b>\n", "line 1 of the result does not parse"),
        ("a.html", "<p>a</p>\n", "{% if a %}<p{% endif %}>a</p>\n", None),
        ("a.html", "<script>f();</script>\n", "<script>\nf(;\n</script>\n", "line 2 of the result"),
        (
            "a.html",
            "<style>a { b: c; }</style>\n",
            "<style>\na { b: c;\n</style>\n",
            "line 2 of the",
        ),
        (
            "a.html",
            '<script type="text/x-template">{</script>\n',
            '<script type="text/x-template">{{</script>\n',
            None,
        ),
        (
            "a.vue",
            '<script lang="ts">\nlet a: number = 1;\n</script>\n',
            '<script lang="ts">\nlet a: number = ;\n</script>\n',
            "line 2 of the result",
        ),
        (
            "a.svelte",
            "<script>let a = 1;</script>\n",
            "<script>let a = {;</script>\n",
            "line 1 of the",
        ),
    ],
)
def test_other_parsers(path: str, before: str, after: str, problem: str | None) -> None:
    found = lost_syntax(before, after, language_of(path))
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert any(found.startswith(start) for start in problem.split("|"))


BRACES = """
config main {
  option a 'it''s';   # a { in a comment
  option b "{";
  when ready {
    start ( 1 )
  }
}
"""
ENDS = """
define greet(name)
  if name
    puts name
  end
end

define leave
  puts 1
end
"""


@pytest.mark.parametrize(
    ("before", "old", "new"),
    [
        (BRACES, "  }\n}\n", "  }\n"),
        (BRACES, "    start ( 1 )\n", "    if x {\n    start ( 1 )\n"),
        (BRACES, "  when ready {\n", "  when ready\n"),
        (BRACES, "}\n", "}\n}\n"),
        (ENDS, "    puts name\n", "    if name\n      puts name\n"),
        (ENDS, "  puts 1\nend\n", "  if a\n    puts 1\n  end\n"),
        (ENDS, "  end\nend\n", "  end\nend\nend\nend\n  end\n"),
    ],
)
@pytest.mark.parametrize("path", ["a.conf", "a.unknown", "LICENSE"])
def test_a_brace_or_an_end_is_lost_in_no_language(
    path: str, before: str, old: str, new: str
) -> None:
    assert old in before
    assert lost_syntax(before, before.replace(old, new), language_of(path)) is not None


@pytest.mark.parametrize(
    ("path", "before", "old", "new", "line"),
    [
        ("a.conf", BRACES, "    start ( 1 )\n", "    if x {\n    start ( 1 )\n", 6),
        ("a.kt", "class A {\n  fun f() {\n    g()\n  }\n}\n", "  }\n", "", 2),
        (
            "a.rs",
            "mod a {\n  fn f() {\n    g();\n  }\n}\n",
            "    g();\n",
            "    if b {\n    g();\n",
            3,
        ),
        ("a.go", "package a\n\nfunc f() {\n\tg(1)\n}\n", "g(1)", "g(1))", 4),
    ],
)
def test_the_line_that_lacks_its_other_half_is_told(
    path: str, before: str, old: str, new: str, line: int
) -> None:
    problem = lost_syntax(before, before.replace(old, new), language_of(path))
    assert problem is not None and problem.startswith(f"line {line} of the result")


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (BRACES, "# a smile :}\n"),
        (BRACES, "// { is an opening brace\n"),
        (BRACES, "option c '}'\n"),
        (BRACES, 'option c "}"\n'),
        (BRACES, "1) first\n2) second :(\n"),
        ("Some text.\n", "Sets begin with {.\n"),
        ("Some text.\n  indented\nend\n", "in the end\nend of it\n  a\n"),
        (ENDS, "puts(1,\n     2)\n"),
        (ENDS, "endpoint = 1\nend = 2\n"),
        (ENDS, "list = [\n  1,\n]\n"),
        (ENDS, "other x do\n  y\n}\n"),
        ("<% if a %>\n  b\n<% end %>\nif c\n  d\nend\n", "if d\n  e\n<% end %>\n"),
    ],
)
def test_where_nobody_can_know_nothing_is_said(before: str, new: str) -> None:
    assert lost_syntax(before, before + new, None) is None
    assert lost_syntax(before, new + before, None) is None


def test_openings_that_nothing_closes_are_no_trouble() -> None:
    text = "a {\n}\n" + "src/* <!-- ` (* \n" * 20_000
    began = process_time()
    lost_syntax(text, text + "b {\n", None)
    lost_syntax(text, text + "b (\n", named("sql"))
    assert process_time() - began < 5


def test_brackets_count_where_a_grammar_does_not_know_the_dialect() -> None:
    before = "CREATE TABLE t (\n  a int\n) WITH (x = 1);\n"
    assert lost_syntax(before, before.replace("\n)", "\n"), named("sql")) is not None
    assert lost_syntax(before, f"{before}-- a (\n", named("sql")) is None
