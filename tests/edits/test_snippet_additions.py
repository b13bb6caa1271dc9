"""New definitions in lazy snippets: in whole, at their place, with the blank lines of the file."""

from dataclasses import dataclass

import pytest

from specedit.edits.languages import language_of
from specedit.edits.snippet import place


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
