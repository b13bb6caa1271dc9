"""Where a lazy snippet goes: rightly, or nowhere."""

import difflib

import pytest

from specedit.edits.markers import is_marker
from specedit.edits.snippet import place
from specedit.edits.syntax.languages import named
from specedit.engine.errors import EditRefused

PYTHON = named("python")
SOURCE = """\
import os


class Cart:
    def add(self, item):
        self.items.append(item)
        self.count += 1

    def clear(self):
        self.items = []
        self.count = 0


def total(cart):
    result = 0
    for item in cart.items:
        result += item.price
    return result


def main():
    cart = Cart()
    print(total(cart))
    return 0
"""


def merged(snippet: str, source: str = SOURCE) -> str:
    return place(source, snippet, PYTHON).body


@pytest.mark.parametrize(
    "line",
    [
        "# ... existing code ...",
        "    // ... existing code ...",
        "/* ... rest of the file ... */",
        "<!-- ... existing code ... -->",
        "{/* ... existing code ... */}",
        "-- ... existing code ...",
        "# ...",
        "// … unchanged …",
        "# rest of the function remains the same",
        "// (other methods unchanged)",
        "... existing code ...",
        "# ... (unchanged)",
    ],
)
def test_markers_in_the_comment_styles_people_use(line: str) -> None:
    assert is_marker(line)


@pytest.mark.parametrize(
    "line",
    [
        "    ...",
        "x = ...",
        "# the rest is easy",
        "def f(): ...",
        "# keep it simple",
        "// existing = 1;",
        "",
    ],
)
def test_code_and_plain_comments_are_no_markers(line: str) -> None:
    assert not is_marker(line)


def test_changed_lines_between_lines_that_stay() -> None:
    snippet = """\
# ... existing code ...
def total(cart):
    result = 0
    for item in cart.items:
        result += item.price * item.quantity
    return result
# ... existing code ...
"""
    assert merged(snippet) == SOURCE.replace("item.price", "item.price * item.quantity")


def test_lines_left_out_between_two_that_stay_are_deleted() -> None:
    snippet = "# ... existing code ...\n    cart = Cart()\n    return 0\n"
    assert merged(snippet) == SOURCE.replace("    print(total(cart))\n", "")


def test_the_same_lines_in_another_class_are_not_meant() -> None:
    source = SOURCE + SOURCE.replace("Cart", "Basket").replace("import os\n\n\n", "\n\n")
    snippet = """\
# ... existing code ...
class Basket:
    # ... existing code ...
    def clear(self):
        self.items = []
        self.count = 0
        self.changed = True
# ... existing code ...
"""
    result = merged(snippet, source)
    assert result.count("self.changed = True") == 1
    assert result.index("self.changed") > result.index("class Basket")


def test_a_whole_definition_takes_the_place_of_its_namesake() -> None:
    snippet = "def total(cart):\n    return sum(item.price for item in cart.items)\n"
    before, _, rest = SOURCE.partition("def total(cart):\n")
    assert merged(snippet) == before + snippet + rest[rest.index("\n\ndef main") :]


def test_a_whole_method_is_indented_as_its_class() -> None:
    snippet = "def clear(self):\n    self.__init__()\n"
    old = "    def clear(self):\n        self.items = []\n        self.count = 0\n"
    assert merged(snippet) == SOURCE.replace(old, "    def clear(self):\n        self.__init__()\n")


def test_a_definition_with_a_marker_inside_keeps_what_it_leaves_out() -> None:
    snippet = "def main():\n    # ... existing code ...\n    print('done')\n    return 0\n"
    assert merged(snippet) == SOURCE.replace("    return 0\n", "    print('done')\n    return 0\n")


def test_a_dedented_part_gets_the_indentation_of_the_file() -> None:
    snippet = "# ... existing code ...\nself.items.append(item)\nself.count += item.quantity\n# ... existing code ...\n"
    assert merged(snippet) == SOURCE.replace("self.count += 1", "self.count += item.quantity")


def test_tabs_stay_tabs() -> None:
    source = "def f():\n\tif x:\n\t\ta()\n\t\tb()\n"
    snippet = "# ... existing code ...\n    if x:\n        a()\n        c()\n        b()\n"
    assert merged(snippet, source) == source.replace("\t\tb()", "\t\tc()\n\t\tb()")


def test_a_few_tabs_in_a_file_of_spaces_change_no_units() -> None:
    source = "void f() {\n  a();\n  if (b)\n\tc();\n  d();\n}\n"
    snippet = "// ... existing code ...\n  a();\n  x();\n  if (b)\n// ... existing code ...\n"
    assert place(source, snippet, named("c")).body == source.replace("  a();\n", "  a();\n  x();\n")


def test_wrapping_in_a_block_is_not_undone() -> None:
    snippet = """\
# ... existing code ...
    cart = Cart()
    if cart.items:
        print(total(cart))
    return 0
"""
    assert "    if cart.items:\n        print(total(cart))\n" in merged(snippet)


def test_new_code_at_the_end() -> None:
    snippet = "# ... existing code ...\n\n\ndef extra():\n    pass\n"
    assert merged(snippet) == f"{SOURCE}\n\ndef extra():\n    pass\n"


def test_two_possible_places_are_an_error_with_their_lines() -> None:
    source = "def a():\n    x = 1\n    go(x)\n\n\ndef b():\n    x = 1\n    go(x)\n"
    snippet = "# ... existing code ...\n    x = 1\n    y = 2\n    go(x)\n# ... existing code ...\n"
    with pytest.raises(
        EditRefused, match=r"fits on line 2 and on line 7|fits on line 7 and on line 2"
    ):
        merged(snippet, source)


def test_no_place_is_an_error_with_the_nearest() -> None:
    snippet = "# ... existing code ...\n    self.itemz.append(thing)\n    log(thing)\n# ... existing code ...\n"
    with pytest.raises(EditRefused, match=r"no place.*line 6: 'self.items.append\(item\)'"):
        merged(snippet)


def test_a_definition_that_exists_twice_is_not_guessed() -> None:
    source = f"{SOURCE}\n\nclass Other:\n    def add(self, item):\n        pass\n"
    with pytest.raises(EditRefused, match="'add' is defined on lines 5, 28"):
        merged("def add(self, item):\n    return 1\n", source)


def test_a_snippet_of_markers_alone_says_nothing() -> None:
    with pytest.raises(EditRefused, match="no code besides its markers"):
        merged("# ... existing code ...\n")


def test_without_a_known_language_lines_decide() -> None:
    text = "first\nsecond\nthird\n"
    assert place(
        text, "// ... existing code ...\nsecond\nnew\n// ... existing code ...\n", None
    ).body == ("first\nsecond\nnew\nthird\n")


def test_placing_again_changes_nothing() -> None:
    snippet = "# ... existing code ...\n    cart = Cart()\n    cart.add(1)\n    print(total(cart))\n# ... existing code ...\n"
    once = merged(snippet)
    assert once != SOURCE and merged(snippet, once) == once


def test_the_notes_say_which_lines_each_part_is_about() -> None:
    snippet = "# ... existing code ...\n    cart = Cart()\n    cart.add(1)\n    print(total(cart))\n# ... existing code ...\n"
    (note,) = place(SOURCE, snippet, PYTHON).notes
    assert SOURCE.split("\n")[note.first : note.last] == [
        "    cart = Cart()",
        "    print(total(cart))",
    ]
    assert "cart.add(1)" in note.text


def test_new_code_and_the_lines_before_it_are_one_note() -> None:
    part = "    print(total(cart))\n\n\ndef count(cart):\n    return cart.count\n"
    prediction = place(SOURCE, f"{MARK}{part}", PYTHON)
    assert part in prediction.body
    assert any(part in note.text for note in prediction.notes)  # no code is left out in it


MARK = "# ... existing code ...\n"
SHORT = "def f():\n    g()\n    return 1\n\n\nf()\n"

BEFORE = "import os\nimport sys\n\nA = 1\n\n\ndef f():\n    return A\n"
AFTER = "import os\nimport sys\nimport json\n\nA = 1\n\n\ndef f():\n    return json.loads(A)\n"


@pytest.mark.parametrize(
    ("source", "snippet", "result"),
    [
        (
            "import os\n\n\ndef f():\n    x = 1\n    return x\n",
            f'def f():\n    """Doc."""\n    {MARK}',
            'import os\n\n\ndef f():\n    """Doc."""\n    x = 1\n    return x\n',
        ),
        (SHORT, f"{MARK}def f():\n    g()\n    return 2\n", SHORT.replace("1", "2")),
        (
            '"""Doc."""\n\nimport os\n\nA = 1\n',
            f"import json\nimport os\n{MARK}",
            '"""Doc."""\n\nimport json\nimport os\n\nA = 1\n',
        ),
        ("import os\n\nA = 1\n", f"import json\n{MARK}", "import os\nimport json\n\nA = 1\n"),
        (
            SHORT,
            f"{MARK}def f():\n    return compute(2)\n{MARK}",
            "def f():\n    return compute(2)\n\n\nf()\n",
        ),
        (
            "def f():\n    g()\n    return 1\n",
            "def f():\n    return 2\n\n\ndef h():\n    return 3\n",
            "def f():\n    return 2\n\n\ndef h():\n    return 3\n",
        ),
        (
            "def top():\n\ta = 1\n\tb = 2\n\treturn a\n",
            f"def top():\n    c = 3\n    {MARK}",
            "def top():\n\tc = 3\n\ta = 1\n\tb = 2\n\treturn a\n",
        ),
        (
            "def f():\n    a()\n    b()\n\n\ndef g():\n    c()\n",
            f"def f():\n    x()\n    {MARK}\n{MARK}",
            "def f():\n    x()\n    a()\n    b()\n\n\ndef g():\n    c()\n",
        ),
        (
            "class A:\n    @property\n    def q(self):\n        return 1\n",
            "def q(self):\n    return 2\n",
            "class A:\n    @property\n    def q(self):\n        return 2\n",
        ),
        (
            "class A:\n    def q(self):\n        return 1\n",
            'def q(self):\n    return """\nselect *\n"""\n',
            'class A:\n    def q(self):\n        return """\nselect *\n"""\n',
        ),
        (
            "class A:\n    def f(self):\n        a()\n\n    def e(self):\n        b()\n",
            f"class A:\n    {MARK}    def e(self):\n        return 6\n\n    def f(self):\n        return 2\n",
            "class A:\n    def f(self):\n        return 2\n\n    def e(self):\n        return 6\n",
        ),
        ("x = 1\ny = 2\n", "Here:\n```python\nx = 3\ny = 2\n```\nDone.\n", "x = 3\ny = 2\n"),
        (
            "class Cart:\n    def add(self, item):\n        x()\n\n\ndef add(a, b):\n    return a\n",
            "def add(self, item):\n    y()\n",
            "class Cart:\n    def add(self, item):\n        y()\n\n\ndef add(a, b):\n    return a\n",
        ),
        (BEFORE, "import json\n\n\ndef f():\n    return json.loads(A)\n", AFTER),
        (
            BEFORE,
            f"import os\nimport json\n\ndef f():\n    return json.loads(A)\n{MARK}",
            AFTER,
        ),
        (BEFORE, "import json\n", AFTER.replace("json.loads(A)", "A")),
        (
            BEFORE,
            "import os\n\n\ndef f():\n    return A\n",
            "import os\n\n\ndef f():\n    return A\n",
        ),
    ],
    ids=[
        "marker inside at the end",
        "no marker at the end",
        "no marker at the beginning",
        "a new import",
        "a whole function between markers",
        "an old and a new function",
        "spaces for tabs",
        "an inner and an outer marker",
        "without its decorator",
        "a string of several lines",
        "methods in another order",
        "in a code block",
        "a method, not the function of its name",
        "a new import above a function",
        "an old and a new import above a function",
        "nothing but an import",
        "most of the file, without its rest",
    ],
)
def test_snippets_as_models_write_them(source: str, snippet: str, result: str) -> None:
    assert merged(snippet, source) == result


def test_the_note_of_a_new_import_is_about_where_it_goes() -> None:
    source = f'"""Doc."""\n\n# A comment.\n{BEFORE}'
    note, _ = place(source, f"import json\n{MARK}def f():\n    return 2\n", PYTHON).notes
    assert source.split("\n")[note.first : note.last] == ["import sys", ""]
    assert note.text == "import json\n"


REACT = """\
'use strict';
import { useState } from 'react';

const A = 1;

async function f(x) {
  return x;
}

function g() {
  return A;
}
"""
GO = 'package p\n\nimport (\n\t"fmt"\n)\n\nfunc g() int {\n\treturn 1\n}\n\nfunc f() {\n\tfmt.Println()\n}\n'
C = "#include <a.h>\n\nint f(void) {\n  return 1;\n}\n\nint g(void) {\n  return 3;\n}\n"


@pytest.mark.parametrize(
    ("language", "source", "snippet", "changes"),
    [
        (
            "python",
            BEFORE,
            f"import json  # new\n{MARK}def f():\n    return 2\n",
            ["+import json  # new", "-    return A", "+    return 2"],
        ),
        (
            "python",
            BEFORE,
            "import json\n\ndef f(a, b):\n    return 2\n",
            ["+import json", "-def f():", "-    return A", "+def f(a, b):", "+    return 2"],
        ),
        (
            "python",
            BEFORE,
            "import json\n\n@json\ndef f():\n    return A\n",
            ["+import json", "+@json"],
        ),
        (
            "typescript",
            REACT,
            "'use strict';\nimport x from 'x';\n\nfunction g(x) {\n  return A;\n}\n",
            ["+import x from 'x';", "-function g() {", "+function g(x) {"],
        ),
        (
            "typescript",
            REACT,
            "import { useState, useRef } from 'react';\n",
            ["-import { useState } from 'react';", "+import { useState, useRef } from 'react';"],
        ),
        (
            "go",
            GO,
            'import "os"\n\nfunc f() {\n\tos.Exit(1)\n}\n',
            ['+\t"os"', "-\tfmt.Println()", "+\tos.Exit(1)"],
        ),
        (
            "c",
            C,
            "#include <b.h>\n\nint g(void) {\n  return 2;\n}\n",
            ["+#include <b.h>", "-  return 3;", "+  return 2;"],
        ),
    ],
)
def test_imports_go_to_the_imports_and_nothing_between_is_lost(
    language: str, source: str, snippet: str, changes: list[str]
) -> None:
    result = place(source, snippet, named(language)).body
    diff = difflib.unified_diff(source.split("\n"), result.split("\n"), lineterm="", n=0)
    assert [line for line in list(diff)[2:] if not line.startswith("@@")] == changes


@pytest.mark.parametrize(
    ("language", "source", "snippet", "result"),
    [
        (
            "python",
            '"""Doc."""\n\nfrom __future__ import annotations\n\nA = 1\n',
            f"import json\n\n\ndef f():\n    return json\n\n{MARK}",
            '"""Doc."""\n\nfrom __future__ import annotations\nimport json\n\n\ndef f():\n    return json\n\nA = 1\n',
        ),
        (
            "python",
            '"""Doc."""\nA = 1\n',
            f"B = 2\n{MARK}",
            '"""Doc."""\n\nB = 2\n\nA = 1\n',
        ),
        ("python", '"""Doc."""\n', f"B = 2\n{MARK}", '"""Doc."""\n\nB = 2\n'),
        (
            "go",
            GO,
            f'import "os"\n\nfunc h() {{\n\tos.Exit(1)\n}}\n\n{MARK}',
            GO.replace('\t"fmt"\n', '\t"fmt"\n\t"os"\n').replace(
                ")\n\nfunc g", ")\n\nfunc h() {\n\tos.Exit(1)\n}\n\nfunc g"
            ),
        ),
        (
            "typescript",
            REACT,
            f"import x from 'x';\n\nconst B = x;\n{MARK}function g() {{\n  return B;\n}}\n",
            REACT.replace("'react';\n", "'react';\nimport x from 'x';\n\nconst B = x;\n").replace(
                "return A", "return B"
            ),
        ),
        ("python", "A = 1\n", f"B = 2\n{MARK}", "B = 2\nA = 1\n"),
        ("python", '"""Doc."""\nA = 1\n', f"# new\n{MARK}", '# new\n"""Doc."""\nA = 1\n'),
    ],
)
def test_new_code_that_begins_a_snippet_goes_below_the_imports(
    language: str, source: str, snippet: str, result: str
) -> None:
    assert place(source, snippet, named(language)).body == result


@pytest.mark.parametrize(
    ("snippet", "changes"),
    [
        (f"A = 3\nB = 4\n{MARK}", ["-A = 1", "-B = 2", "+A = 3", "+B = 4"]),
        (f"{MARK}A = 3\n{MARK}", ["-A = 1", "+A = 3"]),
        (f"import json\n\nA = 3\n{MARK}", ["+import json", "-A = 1", "+A = 3"]),
        (f"{MARK}def f(a):\n    {MARK}", ["-def f():", "+def f(a):"]),
        (f"{MARK}class C(dict):\n{MARK}", ["-class C:", "+class C(dict):"]),
    ],
)
def test_names_that_the_file_has_once_tell_a_place(snippet: str, changes: list[str]) -> None:
    source = "import os\n\nA = 1\nB = 2\n\n\ndef f():\n    A = 0\n    return A\n\n\nclass C:\n    x = 1\n"
    result = place(source, snippet, named("python")).body
    diff = difflib.unified_diff(source.split("\n"), result.split("\n"), lineterm="", n=0)
    assert [line for line in list(diff)[2:] if not line.startswith("@@")] == changes


@pytest.mark.parametrize("end", [MARK, "return a\n"])
def test_a_local_name_in_dedented_lines_is_not_the_constant(end: str) -> None:
    source = (
        "a = None\n\n\ndef g():\n    pass\n\n\ndef f(x):\n    a = c(x)\n    log(a)\n    return a\n"
    )
    result = place(source, f"{MARK}a = d(x)\nlog(a)\n{end}", named("python")).body
    assert result == source.replace("a = c(x)", "a = d(x)")


@pytest.mark.parametrize(
    "source", ["A = 1\nA = 2\n", "A = [\n    1,\n]\n", "class C:\n    A = 1\n"]
)
def test_other_constants_do_not(source: str) -> None:
    with pytest.raises(EditRefused, match="no place"):
        place(source, f"{MARK}A = 3\n{MARK}", named("python"))


STORE = "class C:\n    def f(self):\n        a()\n        if b:\n            c()\n\n    def g(self):\n        a()\n        return 1\n"


@pytest.mark.parametrize(
    "snippet",
    [
        f"class C:\n    def f(self):\n        {MARK}        d()\n    {MARK}",
        f"class C:\n    def f(self):\n        {MARK}        d()\n\n    def g(self):\n        {MARK}",
        f"{MARK}    def f(self):\n        {MARK}        d()\n",
        f"def f(self):\n    {MARK}    d()\n",
    ],
)
def test_what_a_body_ends_with_goes_to_its_end(snippet: str) -> None:
    result = place(STORE, snippet, named("python")).body
    assert result == STORE.replace("            c()\n", "            c()\n        d()\n")


@pytest.mark.parametrize(
    "snippet",
    [
        f"class C:\n    def f(self):\n        {MARK}        d()\n        {MARK}    {MARK}",
        f"class C:\n    {MARK}    def g(self):\n        {MARK}        d()\n    {MARK}",
    ],
)
def test_a_place_inside_a_body_or_behind_its_return_is_not_guessed(snippet: str) -> None:
    with pytest.raises(EditRefused, match="no place"):
        place(STORE, snippet, named("python"))


def test_a_decorator_tells_no_place() -> None:
    source = "@cache\ndef f():\n    return 1\n"
    new = "@cache\ndef g():\n    return 2\n"
    result = place(source, f"{MARK}{new}\n{MARK}", named("python")).body
    assert result == f"{source}\n\n{new}"


def test_a_deletion_between_imports_and_code_is_one() -> None:
    snippet = f"import os\nimport sys\n\n\ndef f():\n    return A\n{MARK}"
    assert merged(snippet, BEFORE) == BEFORE.replace("A = 1\n\n\n", "\n")


@pytest.mark.parametrize("snippet", ["import pdb; pdb.set_trace()\n", "import json\nx = json\n"])
def test_code_beside_an_import_is_not_taken_for_one(snippet: str) -> None:
    with pytest.raises(EditRefused, match="no place"):
        place(BEFORE, snippet, PYTHON)


def test_a_docstring_is_indented_with_its_method() -> None:
    source = "class A:\n    def q(self):\n        return 1\n"
    snippet = 'def q(self):\n    """Doc.\n\n    More.\n    """\n    return 2\n'
    assert merged(snippet, source) == (
        'class A:\n    def q(self):\n        """Doc.\n\n        More.\n        """\n        return 2\n'
    )


def test_an_inner_marker_in_a_language_of_braces() -> None:
    source = "function f() {\n  k();\n  a();\n}\n\nexport function g() {\n  b();\n}\n"
    mark = "// ... existing code ...\n"
    snippet = f"{mark}function f() {{\n  k(1);\n  {mark}}}\n{mark}function g() {{\n  c();\n}}\n"
    result = source.replace("k()", "k(1)").replace("b()", "c()")
    assert place(source, snippet, named("javascript")).body == result


@pytest.mark.parametrize(
    "line",
    [
        "# other content types are rejected",
        "# Methods here are sorted by name",
        "# code remains valid for 5 minutes",
        "# ... however, only half",
        "// ... and then some",
        "# --------------------",
        "# --- Imports ---",
        "# All fields",
        "# wait...",
        "  ...args,",
        "// Remaining time",
        "---",
    ],
)
def test_remarks_about_code_that_is_there_are_no_markers(line: str) -> None:
    assert not is_marker(line)


@pytest.mark.parametrize(
    "line",
    [
        "# ... existing code (unchanged) ...",
        "# ... (no changes here)",
        "# [...]",
        "# ... code ...",
        "# Keep existing code",
        "--- existing code ---",
        "-- ... --",
        "# --- snip ---",
        "// ======= existing code =======",
        "(rest of the file unchanged)",
        "keep the rest of the file",
        "# everything else stays the same",
        "// unchanged",
        "# ... rest of the validation logic",
        "// No other changes",
    ],
)
def test_more_markers(line: str) -> None:
    assert is_marker(line)


@pytest.mark.parametrize(
    ("snippet", "certain"),
    [
        ("# ...\n\ndef g():\n    return 2\n", True),
        ("import os\n\n# ...\n", True),
        ("def f():\n    return 3\n", False),
        ("# ...\n\ndef f():\n    return 3\n\n\ndef g():\n    return 2\n", False),
    ],
)
def test_it_is_certain_where_it_only_adds_definitions_and_imports(
    snippet: str, certain: bool
) -> None:
    made = place("def f():\n    return 1\n", snippet, named("python"))
    assert made.certain == certain


def test_a_comment_that_begins_with_dots_is_kept_and_refused_where_code_would_go() -> None:
    comment = "    # ... however, only half\n"
    snippet = f"{MARK}def total(cart):\n{comment}    result = 0\n{MARK}"
    assert merged(snippet) == SOURCE.replace("    result = 0\n", f"{comment}    result = 0\n")
    with pytest.raises(EditRefused, match="may be a comment or stand for lines 16 to 17"):
        merged(f"{MARK}    result = 0\n{comment}    return result\n{MARK}")


@pytest.mark.parametrize("dots", ["...", "…"])
def test_dots_alone_stand_for_code(dots: str) -> None:
    snippet = f"{dots}\n    cart = Cart()\n    cart.add(1)\n    print(total(cart))\n{dots}\n"
    assert merged(snippet) == SOURCE.replace("Cart()\n", "Cart()\n    cart.add(1)\n")


def test_dots_are_the_body_of_a_stub_but_not_of_a_function_that_does_more() -> None:
    stub = "def later(cart):\n    ...\n"
    assert merged(f"{MARK}\n{stub}") == f"{SOURCE}\n\n{stub}"
    result = SOURCE.replace("def total(cart):", "def total(cart, tax=0):")
    assert merged(f"{MARK}def total(cart, tax=0):\n    ...\n{MARK}") == result


def test_several_code_blocks_are_refused() -> None:
    with pytest.raises(EditRefused, match="2 code blocks"):
        merged("```python\nA = 1\n```\nand\n```python\nB = 1\n```\n")


def test_code_blocks_of_the_file_are_its_text() -> None:
    text = "# Title\n\n```sh\nmake\n```\n\nMore.\n"
    snippet = "# Title\n\n```sh\nmake all\n```\n\nMore.\n"
    assert place(text, snippet, None).body == snippet
    assert place(text, f"````md\n{snippet}````\n", None).body == snippet
