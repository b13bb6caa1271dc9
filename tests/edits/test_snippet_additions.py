"""New definitions in lazy snippets: in whole, at their place, with the blank lines of the file."""

import difflib
from dataclasses import dataclass

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused


@dataclass(frozen=True)
class Form:
    """How a language writes files of functions: `function` holds NAME and BODY, `holder` holds MEMBERS."""

    suffix: str
    comment: str
    header: str
    function: str
    bodies: tuple[str, ...]
    holder: str = ""
    method: str = ""
    gap: int = 1


C_BODIES = ("    int y = work(x);\n    flush(y);\n    return y;\n", "    return x + 1;\n")
PY_BODIES = ("    y = work(x)\n    flush(y)\n    return y\n", "    return x + 1\n")
RB_BODIES = ("  y = work(x)\n  flush(y)\n  y\n", "  x + 1\n")
JS_BODIES = ("  const y = work(x);\n  flush(y);\n  return y;\n", "  return x + 1;\n")
FORMS = [
    Form(
        "py",
        "#",
        "import os\n",
        "def NAME(x):\nBODY",
        PY_BODIES,
        "class Box:\nMEMBERS",
        "def NAME(self, x):\nBODY",
        2,
    ),
    Form(
        "js",
        "//",
        "import a from 'a';\n",
        "function NAME(x) {\nBODY}\n",
        JS_BODIES,
        "class Box {\nMEMBERS}\n",
        "NAME(x) {\nBODY}\n",
    ),
    Form(
        "ts",
        "//",
        "import a from 'a';\n",
        "export async function NAME(x: number): Promise<number> {\nBODY}\n",
        JS_BODIES,
        "export class Box {\nMEMBERS}\n",
        "private NAME(x: number): number {\nBODY}\n",
    ),
    Form(
        "tsx",
        "//",
        "import React from 'react';\n",
        "export const NAME = (x: number) => {\nBODY};\n",
        JS_BODIES,
    ),
    Form(
        "go",
        "//",
        "package p\n",
        "func NAME(x int) int {\nBODY}\n",
        ("\ty := work(x)\n\tflush(y)\n\treturn y\n", "\treturn x + 1\n"),
    ),
    Form(
        "rs",
        "//",
        "use a::b;\n",
        "pub fn NAME(x: i32) -> i32 {\nBODY}\n",
        ("    let y = work(x);\n    flush(y);\n    y\n", "    x + 1\n"),
        "impl Box {\nMEMBERS}\n",
        "pub fn NAME(&self, x: i32) -> i32 {\nBODY}\n",
    ),
    Form(
        "java",
        "//",
        "import a.B;\n",
        "",
        C_BODIES,
        "public class Box {\nMEMBERS}\n",
        "public static int NAME(int x) throws IOException {\nBODY}\n",
    ),
    Form("c", "//", '#include "a.h"\n', "static int NAME(int x) {\nBODY}\n", C_BODIES),
    Form(
        "cpp",
        "//",
        "#include <a>\n",
        "std::vector<int> NAME(const std::string& x)\n{\nBODY}\n",
        C_BODIES,
        "class Box {\nMEMBERS};\n",
        "int NAME(int x) const {\nBODY}\n",
    ),
    Form(
        "cs",
        "//",
        "using System;\n",
        "",
        C_BODIES,
        "public class Box\n{\nMEMBERS}\n",
        "public int NAME(int x)\n{\nBODY}\n",
    ),
    Form(
        "php",
        "//",
        "<?php\n",
        "function NAME($x)\n{\nBODY}\n",
        ("    $y = work($x);\n    return $y;\n", "    return $x + 1;\n"),
        "class Box\n{\nMEMBERS}\n",
        "public function NAME($x): int\n{\nBODY}\n",
    ),
    Form(
        "swift",
        "//",
        "import A\n",
        "func NAME(_ x: Int) -> Int {\nBODY}\n",
        ("    let y = work(x)\n    flush(y)\n    return y\n", "    return x + 1\n"),
        "struct Box {\nMEMBERS}\n",
        "mutating func NAME(_ x: Int) -> Int {\nBODY}\n",
    ),
    Form(
        "kt",
        "//",
        "package p\n",
        "suspend fun NAME(x: Int): Int {\nBODY}\n",
        ("    val y = work(x)\n    flush(y)\n    return y\n", "    return x + 1\n"),
        "class Box(val n: Int) {\nMEMBERS}\n",
        "override fun NAME(x: Int): Int {\nBODY}\n",
    ),
    Form(
        "rb",
        "#",
        "require 'a'\n",
        "def NAME(x)\nBODYend\n",
        RB_BODIES,
        "class Box < Base\nMEMBERSend\n",
        "def NAME(x)\nBODYend\n",
    ),
    Form(
        "sh",
        "#",
        "set -e\n",
        "NAME() {\nBODY}\n",
        ('  local y="$1"\n  work "$y"\n  echo "$y"\n', '  echo "$1"\n'),
    ),
    Form(
        "lua",
        "--",
        "local M = {}\n",
        "function M.NAME(x)\nBODYend\n",
        ("  local y = work(x)\n  flush(y)\n  return y\n", "  return x + 1\n"),
    ),
    Form(
        "scala",
        "//",
        "package p\n",
        "",
        ("    val y = work(x)\n    y\n", "    x + 1\n"),
        "object Box {\nMEMBERS}\n",
        "def NAME(x: Int): Int = {\nBODY}\n",
    ),
    Form(
        "dart",
        "//",
        "import 'a.dart';\n",
        "int NAME(int x) {\nBODY}\n",
        JS_BODIES,
        "class Box extends Base {\nMEMBERS}\n",
        "@override\nint NAME(int x) {\nBODY}\n",
    ),
    Form(
        "ex", "#", "", "", RB_BODIES, "defmodule Box do\nMEMBERSend\n", "def NAME(x) do\nBODYend\n"
    ),
    Form(
        "pl",
        "#",
        "use strict;\n",
        "sub NAME {\nBODY}\n",
        ("    my $y = work(@_);\n    return $y;\n", "    return shift;\n"),
    ),
    Form(
        "zig",
        "//",
        'const std = @import("std");\n',
        "pub fn NAME(x: i32) i32 {\nBODY}\n",
        ("    const y = work(x);\n    return y;\n", "    return x + 1;\n"),
    ),
]
STYLES = {
    "marker, new": "{m}\n{new}",
    "marker, new, marker": "{m}\n{new}\n{m}",
    "new, marker": "{new}\n{m}",
    "marker, last, new": "{m}\n{last}{gap}{new}",
    "first, new, marker": "{first}{gap}{new}\n{m}",
    "no blank lines": "{m}{new}{m}",
    "new": "{new}",
    "marker, new, last": "{m}\n{new}{gap}{last}",
}
WHERE = {"new, marker": 0, "first, new, marker": 1, "marker, new, last": 2}
NAMES = ("load", "check", "store")


def written(form: Form, name: str, body: str, method: bool) -> str:
    text = (form.method if method else form.function).replace("NAME", name).replace("BODY", body)
    return indented(text) if method else text


def indented(text: str, by: str = "    ") -> str:
    return "".join(by + line if line.strip() else line for line in text.splitlines(keepends=True))


def cases() -> list[tuple[str, str, str, str, str]]:
    found = []
    for form in FORMS:
        for method in [False] * bool(form.function) + [True] * bool(form.method):
            gap = "\n" * (1 if method else form.gap)
            for body_at, body in enumerate(form.bodies):
                old = [
                    written(form, name, form.bodies[0].replace("work", f"{name}_{i}"), method)
                    for i, name in enumerate(NAMES[:2])
                ]
                old.append(written(form, NAMES[2], form.bodies[0], method))
                new = written(form, "save", body, method)
                for style, template in STYLES.items():
                    at = WHERE.get(style, 3)
                    parts = [*old[:at], new, *old[at:]]
                    inner = {
                        "m": f"{form.comment} ... existing code ...\n",
                        "new": new,
                        "last": old[-1],
                        "first": old[0],
                        "gap": gap,
                    }
                    if method:
                        inner["m"] = "    " + inner["m"]
                        if style == "new, marker" or style.startswith("first"):
                            continue
                    snippet, before, after = (
                        template.format(**inner),
                        gap.join(old),
                        gap.join(parts),
                    )
                    if method:
                        snippet, before, after = (
                            form.holder.replace("MEMBERS", x) for x in (snippet, before, after)
                        )
                    head = form.header + "\n" * (1 if method else form.gap) if form.header else ""
                    name = f"{form.suffix}-{'method' if method else 'function'}-{style}-{body_at}"
                    found.append((name, form.suffix, head + before, snippet, head + after))
    return found


CASES = cases()


@pytest.mark.parametrize(
    ("suffix", "source", "snippet", "result"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_new_function_goes_in_whole(suffix: str, source: str, snippet: str, result: str) -> None:
    assert place(source, snippet, language_of(f"a.{suffix}")).body == result


STORE = '''\
import os


class Store:
    """Keeps."""

    limit = 10

    def load(self):
        return self.rows

    def save(self):
        self.f.write(self.rows)
        return len(self.rows)


class Cache:
    def load(self):
        return None


if __name__ == "__main__":
    Store().load()
'''


def added(snippet: str, source: str = STORE, path: str = "a.py") -> list[str]:
    """The lines that a snippet adds; it takes none away."""
    result = place(source, snippet, language_of(path)).body
    new = [x for x in difflib.ndiff(source.splitlines(), result.splitlines()) if x[0] in "+-"]
    assert all(line[0] == "+" for line in new), new
    return [line[2:] for line in new]


def test_it_goes_into_the_class_that_is_shown() -> None:
    snippet = "class Store:\n    # ...\n\n    # How many.\n    @property\n    def size(self):\n        return 1\n"
    result = place(STORE, snippet, language_of("a.py")).body
    new = "    # How many.\n    @property\n    def size(self):\n        return 1\n"
    assert result == STORE.replace("len(self.rows)\n", f"len(self.rows)\n\n{new}")


def test_without_markers_too() -> None:
    new = added("class Cache:\n    def size(self):\n        return 1\n")
    assert sorted(new) == ["", "        return 1", "    def size(self):"]


def test_one_that_calls_or_resembles_another_takes_no_place() -> None:
    snippet = "class Store:\n    # ...\n    def store(self):\n        self.f.write(self.rows)\n        return len(self.rows)\n"
    assert len(added(snippet)) == 4


def test_it_stands_before_what_ends_a_file() -> None:
    result = place(STORE, "# ...\n\ndef f():\n    pass\n", language_of("a.py")).body
    assert result == STORE.replace("\n\nif __name__", "\n\ndef f():\n    pass\n\n\nif __name__")


@pytest.mark.parametrize(
    ("path", "source", "new"),
    [
        ("a.lua", "local M = {}\n\nfunction M.a(x)\n  return x\nend\n\nreturn M\n", "function M.b(x)\n  return x + 1\nend\n"),
        ("a.h", "#ifndef A\n#define A\n\nint a(int x) {\n  return x;\n}\n\n#endif\n", "int b(int x) {\n  return x + 1;\n}\n"),
        ("a.cpp", "namespace n {\n\nint a(int x) {\n  return x;\n}\n\n}  // namespace n\n", "int b(int x) {\n  return x + 1;\n}\n"),
        ("a.sh", 'set -e\n\na() {\n  b\n}\n\na "$@"\n', "c() {\n  d\n}\n"),
    ],
)  # fmt: skip
def test_the_last_line_of_a_file_stays_the_last(path: str, source: str, new: str) -> None:
    mark = {"lua": "--", "sh": "#"}.get(path[2:], "//") + " ... existing code ...\n"
    lines = source.split("\n")
    result = place(source, f"{mark}\n{new}\n{mark}", language_of(path)).body
    assert result == "\n".join([*lines[:-2], *new.split("\n"), *lines[-2:]])


@pytest.mark.parametrize(
    "snippet",
    ["# ...\ndef f(self):\n    return 1\n", "    # ...\n    def f(self):\n        return 1\n"],
)
def test_a_method_of_no_class_is_refused_where_there_are_two(snippet: str) -> None:
    with pytest.raises(EditRefused, match=r"Store \(line 4\), Cache \(line 17\)"):
        place(STORE, snippet, language_of("a.py"))


def test_a_method_of_no_class_goes_into_the_only_one() -> None:
    source = "class A {\n  private int x;\n\n  int get() {\n    return x;\n  }\n}\n"
    snippet = "// ...\npublic int twice() {\n  return 2 * this.x;\n}\n"
    assert added(snippet, source, "A.java") == [
        "",
        "  public int twice() {",
        "    return 2 * this.x;",
        "  }",
    ]


def test_a_new_import_goes_to_the_imports_without_a_grammar_for_them() -> None:
    source = "package p\n\nimport a.B\n\nfun f() {\n    g()\n}\n"
    snippet = "import a.C\n\n// ...\n\nfun h() {\n    i()\n}\n"
    assert place(source, snippet, language_of("a.kt")).body == (
        "package p\n\nimport a.B\nimport a.C\n\nfun f() {\n    g()\n}\n\nfun h() {\n    i()\n}\n"
    )


@pytest.mark.parametrize(
    "remark", ["# save() removed", "# removed: save", "# The method save was deleted."]
)
def test_a_comment_says_that_one_is_removed(remark: str) -> None:
    made = place(
        STORE, f"class Store:\n    # ...\n\n    {remark}\n\n    # ...\n", language_of("a.py")
    )
    assert made.body == STORE.replace(
        "\n    def save(self):\n        self.f.write(self.rows)\n        return len(self.rows)\n",
        "",
    )
    assert made.removed == ("save",)


def test_a_comment_that_names_two_is_refused_and_one_that_names_none_is_a_comment() -> None:
    with pytest.raises(EditRefused, match="lines 9, 18"):
        place(STORE, "# ...\n# load() removed\n# ...\n", language_of("a.py"))
    assert (
        added("# ...\n\n# nothing was removed\ndef f():\n    pass\n")[0] == "# nothing was removed"
    )


def test_a_method_of_the_class_that_is_shown_is_removed() -> None:
    result = place(
        STORE, "class Cache:\n    # removed: load\n    # ...\n\n    size = 1\n", language_of("a.py")
    )
    assert "    def load(self):\n        return self.rows\n" in result.body
    assert "return None" not in result.body


def test_a_renamed_function_is_no_new_one_where_its_calls_are_renamed() -> None:
    source = "def f(x):\n    return x + 1\n\n\ndef g():\n    return f(2)\n"
    snippet = "def inc(x):\n    return x + 1\n\n# ...\ndef g():\n    return inc(2)\n"
    assert place(source, snippet, language_of("a.py")).body == source.replace(
        "f(x", "inc(x"
    ).replace("f(2", "inc(2")


KOTLIN = "class Cart {\n    var n = 0\n\n    /** Doc. */\n    @Test\n    fun drop(x: Int) {\n        n -= x\n    }\n}\n"


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_whole_one_is_replaced_without_a_grammar(indent: str) -> None:
    new = "fun drop(x: Int) {\n    if (x > 0) {\n        n -= x\n    }\n}\n"
    snippet = f"{indent}// ...\n{indented(new, indent)}{indent}// ...\n"
    expected = KOTLIN.replace(
        "        n -= x\n", "        if (x > 0) {\n            n -= x\n        }\n"
    )
    assert place(KOTLIN, snippet, None).body == expected


@pytest.mark.parametrize(
    ("snippet", "place_of"),
    [
        ("def f():\n    a = 1\n    log(b)\n    # ...\n", "line 3, 'log(c)'"),
        ("def f():\n    a = 1\n    d = 3\n    # ...\n", "line 4, 'd = 2'"),
        ("# ...\n    return 3\n", "line 5, 'return d'"),
    ],
)
def test_new_lines_at_a_marker_that_may_replace_others_are_refused(
    snippet: str, place_of: str
) -> None:
    source = "def f():\n    a = 1\n    log(c)\n    d = 2\n    return d\n"
    with pytest.raises(EditRefused, match=place_of.replace("(", r"\(").replace(")", r"\)")):
        place(source, snippet, language_of("a.py"))


def test_white_space_at_the_end_of_lines_rewrites_none() -> None:
    snippet = "class Store:  \n    # ...\n    def load(self):   \n        x = 1\n        return self.rows  \n    # ...\n"
    assert added(snippet) == ["        x = 1"]


def test_a_part_whose_end_comes_again_at_once_is_refused() -> None:
    source = "def f():\n    a()\n    try:\n        b()\n    try:\n        b()\n    c()\n"
    snippet = "def f():\n    a()\n    z()\n    try:\n        b()\n    # ...\n    c()\n"
    with pytest.raises(EditRefused, match="may end on line 4 or on line 6"):
        place(source, snippet, None)
