"""What an edit leaves in use without its definition: refused with the lines; what was so before, or may be, is not."""

from time import process_time

import pytest

from specedit.edits.safety import check
from specedit.edits.syntax.languages import language_of
from specedit.edits.uses import lost_uses
from specedit.engine.errors import UnsafeEdit

MODULE = """\
import os
from typing import Protocol

LIMIT = 3


def helper(path):
    return os.path.join(path, str(LIMIT))


class Store(Protocol):
    def read(self):
        return self.load(helper("a"))

    def load(self, path):
        return path


class Cache:
    def get(self):
        return self._find("a")

    def _find(self, name):
        return helper(name)


TOTAL = helper("b")
"""


def edited(old: str, new: str, text: str = MODULE) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("after", "complaint"),
    [
        (edited("import os\n", ""), "line 7 of the result uses 'os', which is no longer defined or"),
        (edited("import os\n", "import sys\n"), "line 8 of the result uses 'os'"),
        (edited(MODULE[MODULE.index("def helper") : MODULE.index("class Store")], ""), "lines 9, 20, 23 of the result use 'helper'"),
        (edited("LIMIT = 3\n", "LIMITS = 3\n"), "line 8 of the result uses 'LIMIT'"),
        (edited("(Protocol)", "(Base)"), "line 11 of the result uses 'Base', which is neither defined"),
        (edited("class Cache", "@dataclass\nclass Cache"), "line 19 of the result uses 'dataclass'"),
        (edited("def get(self)", "def get(self) -> Optional[str]"), "line 20 of the result uses 'Optional'"),
        (edited("def get(self)", "def get(self, n: Sequence[str])"), "uses 'Sequence'"),
        (edited("LIMIT = 3", "LIMIT: Final = 3"), "uses 'Final'"),
        (edited("return path\n", "return json.loads(path)\n"), "uses 'json'"),
        (edited("return path\n", "return [x for y in path]\n"), "uses 'x'"),
        (edited("    def _find(self, name):\n        return helper(name)\n", ""), "line 21 of the result uses '_find', which Cache no longer has"),
        (edited("_find(self", "_look(self"), "uses '_find', which Cache no longer has"),
        ('TOTAL = helper("b")\n' + edited('TOTAL = helper("b")\n', ""), "line 1 of the result uses 'helper', which is defined further down, on line 8"),
        ("__all__ = ['helper', 'stor']\n" + MODULE, "line 1 of the result uses 'stor'"),
    ],
)  # fmt: skip
def test_what_python_no_longer_finds(after: str, complaint: str) -> None:
    problem = lost_uses(MODULE, after, language_of("a.py"))
    assert problem is not None and complaint in problem
    with pytest.raises(UnsafeEdit, match="--force uses writes it") as refusal:
        check(MODULE, after, language_of("a.py"), MODULE + after)
    assert refusal.value.check == "uses"
    check(MODULE, after, language_of("a.py"), MODULE + after, {"uses"})


def test_a_name_in_code_of_the_callers_own_may_be_imported_next() -> None:
    after = edited("return path\n", "return json.loads(path)\n")
    assert lost_uses(MODULE, after, language_of("a.py"), "    return json.loads(path)") is None
    assert lost_uses(MODULE, after, language_of("a.py"), "    return loads(path)") is not None
    gone = edited("import os\n", "")
    assert lost_uses(MODULE, gone, language_of("a.py"), "-import os\n") is not None


ADDED = [
    "from x import *\n\nplot(1)\n",
    "exec('a = 1')\nprint(a)\n",
    "globals()['a'] = 1\nprint(a)\n",
    "try:\n    unknown\nexcept NameError:\n    unknown = None\n",
    "try:\n    text = unicode\nexcept NameError:\n    text = str\n",
    "def f():\n    return later()\n\n\ndef later():\n    return 1\n",
    "def f():\n    global made\n    made = 1\n\n\ndef g():\n    return made\n",
    "if (n := len(TOTAL)) > 1:\n    print(n)\n",
    "print([y := 1, y ** 2], y)\n",
    "def f(items):\n    if any((hit := item) for item in items):\n        return hit\n",
    "class A:\n    class B:\n        pass\n\n    def f(self) -> B:\n        return self.B()\n\n    class C(B):\n        pass\n",
    "class A:\n    size = 3\n    sizes = [i for i in range(size)]\n",
    "class A:\n    def f(self):\n        return __class__, super().f()\n",
    "match TOTAL:\n    case {'a': first, **rest}:\n        print(first, rest)\n    case [one, *others] | (one, others):\n        print(one, others)\n    case str() as text:\n        print(text)\n",
    "for i, (a, b) in enumerate([]):\n    print(i, a, b)\nelse:\n    print(i)\n",
    "with open('a') as handle, open('b') as (c, d):\n    print(handle, c, d)\n",
    "try:\n    pass\nexcept* OSError as error:\n    print(error)\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\n\n\ndef f(b: B) -> 'Unknown':\n    del b\n",
    "def f(node: Node) -> None: ...\n\n\nclass Node: ...\n",
    "print(__file__, __name__, __doc__, __debug__, _('a'))\n",
    "for item in []:\n    if item:\n        print(last)\n    last = item\n",
    "f = lambda a, *b, c=LIMIT, **d: (a, b, c, d)\n",
    "import a.b.c\nimport a.d as e\nprint(a.x, e)\n",
    "def f[T: int](x: T) -> list[T]: ...\n",  # not for this Python
    "def deco(f): return f\n\n\n@deco\ndef f(): ...\n",
    "class Mixin:\n    def f(self):\n        return self.from_elsewhere()\n",
    "def outer():\n    count = 0\n\n    def inner():\n        nonlocal count\n        count += 1\n\n    return inner\n",
    "print(f'{LIMIT!r:>{LIMIT}} {TOTAL=}')\n",
    "async def f(xs):\n    return [x async for x in xs if x]\n",
]


@pytest.mark.parametrize("code", ADDED)
def test_what_python_finds_or_may_find(code: str) -> None:
    assert lost_uses(MODULE, MODULE + code, language_of("a.py")) is None


def test_a_file_that_gets_names_from_elsewhere_may_use_more_of_them() -> None:
    text = "env = Environment()\nenv.Program('a')\n"
    assert lost_uses(text, text + "Default('a')\n", language_of("SConstruct.py")) is None
    text = "import os\nenv = Environment(os.name)\n"
    assert lost_uses(text, "env = Environment(os.name)\n", language_of("a.py")) is not None


@pytest.mark.parametrize(
    ("path", "before", "old", "new", "name"),
    [
        ("a.ts", 'import { load, save } from "./io";\n\nsave(load());\n', "load, save", "save", "load"),
        ("a.ts", 'import type { Item } from "./io";\nlet a: Item;\n', 'import type { Item } from "./io";\n', "", "Item"),
        ("a.js", "function one() {}\n\nfunction two() {\n  one();\n}\n", "function one() {}\n", "", "one"),
        ("a.tsx", 'import Card from "./card";\nexport const A = () => <Card />;\n', 'import Card from "./card";\n', "", "Card"),
        ("a.go", 'package a\n\nimport "strings"\n\nfunc f() string { return strings.ToUpper("a") }\n', 'import "strings"\n', "", "strings"),
        ("a.go", 'package a\n\nimport p "x/v2"\n\nfunc f() { p.F() }\n', 'import p "x/v2"\n', "", "p"),
        ("a.rs", "use std::fmt;\n\nimpl fmt::Display for A {}\n", "use std::fmt;\n", "", "fmt"),
        ("a.rs", "fn one() {}\n\nfn two() {\n    one();\n}\n", "fn one() {}\n", "", "one"),
        ("A.java", "import java.util.List;\n\nclass A {\n  List<String> a;\n}\n", "import java.util.List;\n", "", "List"),
        ("a.c", "static int one(void) { return 1; }\n\nint two(void) { return one(); }\n", "static int one(void) { return 1; }\n", "", "one"),
        ("a.c", "int one(void) { return 1; }\nint two(void) { return one(); }\n", "int one(void) { return 1; }\nint two(void) { return one(); }\n", "int two(void) { return one(); }\nint one(void) { return 1; }\n", "one"),
    ],
)  # fmt: skip
def test_what_is_gone_and_used_in_other_languages(
    path: str, before: str, old: str, new: str, name: str
) -> None:
    problem = lost_uses(before, edited(old, new, before), language_of(path))
    assert problem is not None and f"{name!r}, which is" in problem


@pytest.mark.parametrize(
    ("path", "before", "old", "new"),
    [
        ("a.ts", 'import { load } from "./io";\n\nload();\n', 'import { load } from "./io";\n', 'import load from "./load";\n'),
        ("a.ts", 'import { load } from "./io";\n\nload();\n', 'import { load } from "./io";\n', 'const load = require("./io");\n'),
        ("a.ts", 'import { a } from "./a";\nexport { a };\n', 'import { a } from "./a";\nexport { a };\n', 'export { a } from "./a";\n'),
        ("a.ts", 'import fetch from "node-fetch";\nfetch("a");\n', 'import fetch from "node-fetch";\n', ""),
        ("a.js", "function one() {}\n\nfunction two(one) {\n  one();\n}\n", "function one() {}\n", ""),
        ("a.js", "function one() {}\n\na.one();\n// one\n", "function one() {}\n", ""),
        ("a.js", "function two() {\n  one();\n}\n", "two() {", "three() {"),
        ("a.go", 'package a\n\nimport "strings"\n\nfunc f() string { return strings.ToUpper("a") }\n', '"strings"', 'strings "x/strutil"'),
        ("a.rs", "use a::B;\n\nfn f() -> B {}\n", "use a::B;", "use a::*;"),
        ("A.java", "import a.B;\n\nclass A {\n  B b;\n}\n", "import a.B;", "import a.*;"),
        ("a.c", '#include "a.h"\nint one(void) { return 1; }\nint two(void) { return one(); }\n', "int one(void) { return 1; }\n", ""),
        ("a.c", "int one(void) { return 1; }\nint two(void) { return one(); }\n", "int one(void) { return 1; }\n", "int one(void);\n"),
        ("a.rb", "def one; end\none\n", "def one; end\n", ""),  # not known so well
        ("a.txt", "one\n", "one\n", ""),
    ],
)  # fmt: skip
def test_what_is_given_otherwise_or_may_be(path: str, before: str, old: str, new: str) -> None:
    assert lost_uses(before, edited(old, new, before), language_of(path)) is None


def test_many_names_take_no_long_time() -> None:
    functions = "".join(f"int f{i}(int a) {{ return a; }}\n" for i in range(1_000))
    calls = "".join(f"  f{i}(1);\n" for i in range(1_000))
    began = process_time()
    after = f"{functions}int main(void) {{\n{calls}  return 1;\n}}\n"
    assert lost_uses(functions, after, language_of("a.c")) is None
    assert lost_uses(after, after.replace("int f", "int g"), language_of("a.c")) is not None
    assert process_time() - began < 10


def test_deep_brackets_are_not_looked_through() -> None:
    deep = f"x = {'(' * 10_000}a{')' * 10_000};\n"
    began = process_time()
    assert lost_uses(f"import {{a}} from './a';\n{deep}", f"{deep}\n", language_of("a.js")) is None
    assert process_time() - began < 2


@pytest.mark.parametrize(
    "deep", ["x = " + "-" * 3000 + "1\n", "if a:\n    b\n" + "elif c:\n    d\n" * 3000]
)
def test_deep_nesting_gives_no_verdict(deep: str) -> None:
    assert lost_uses(MODULE, MODULE + deep, language_of("a.py")) is None


@pytest.mark.parametrize(
    ("path", "before", "method"),
    [
        (
            "a.py",
            "class Door:\n    def shut(self): ...\n\n\ndef run(door: Door):\n    door.shut()\n",
            "    def shut(self): ...\n",
        ),
        (
            "a.ts",
            "class Door {\n  n = 1;\n  shut() {}\n}\nnew Door().shut();\n",
            "  shut() {}\n",
        ),
        (
            "A.java",
            "class Door {\n  int n;\n  void shut() {}\n}\nclass B {\n  void f(Door d) { d.shut(); }\n}\n",
            "  void shut() {}\n",
        ),
    ],
)
def test_a_method_that_is_still_called_is_missed(path: str, before: str, method: str) -> None:
    told = lost_uses(
        before, before.replace(method, "    n = 1\n" if path == "a.py" else ""), language_of(path)
    )
    assert told is not None and "'shut', which Door no longer has" in told


def test_a_method_that_a_base_from_elsewhere_may_have_is_not_missed() -> None:
    before = "from net import Base\n\n\nclass Door(Base):\n    n = 1\n    def shut(self): ...\n\n\nDoor().shut()\n"
    after = before.replace("    def shut(self): ...\n", "")
    assert lost_uses(before, after, language_of("a.py")) is None


def test_a_call_of_the_same_name_on_another_class_is_not_missed() -> None:
    before = "class Door:\n    n = 1\n    def shut(self): ...\n\n\nclass Box:\n    def shut(self): ...\n\n\nBox().shut()\n"
    after = before.replace("    n = 1\n    def shut(self): ...\n", "    n = 1\n")
    assert lost_uses(before, after, language_of("a.py")) is None
