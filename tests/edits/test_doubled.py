"""Definitions that an edit makes a second time in one block."""

import pytest

from specedit.edits.doubled import doubled
from specedit.edits.syntax.languages import named

TWICE = [
    ("python", "def f():\n    return 1\n", "async def f():\n    return 2\n", ("f", 1, 3)),
    ("python", "class A:\n    def f(self): ...\n", "    def f(self, x): ...\n", ("A.f", 2, 3)),
    ("python", "class A: ...\n", "class A:\n    x = 1\n", ("A", 1, 2)),
    ("javascript", "class A {\n  f() {}\n", "  f(x) {}\n}\n", ("A.f", 2, 3)),
    ("javascript", "export function f() {}\n", "export function f(x) {}\n", ("f", 1, 2)),
    ("typescript", "function f(): void {}\n", "function f(x: A): void {}\n", ("f", 1, 2)),
    ("go", "func f() {}\n", "func f(x int) {}\n", ("f", 1, 2)),
    ("go", "func (a A) F() {}\n", "func (a A) F(x int) {}\n", ("F", 1, 2)),
    ("rust", "fn f() {}\n", "fn f(x: u8) {}\n", ("f", 1, 2)),
    ("c", "int f(void) { return 1; }\n", "int f(void) { return 2; }\n", ("f", 1, 2)),
]

SEVERAL = [
    (
        "python",
        "class A:\n    @property\n    def f(self): ...\n    @f.setter\n    def f(self, x): ...\n",
    ),
    ("python", "@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\ndef f(x): ...\n"),
    ("python", "if a:\n    def f(): ...\nelse:\n    def f(): ...\n"),
    (
        "python",
        "try:\n    import a\nexcept ImportError:\n    def f(): ...\nelse:\n    def f(): ...\n",
    ),
    ("python", "class A:\n    def f(self): ...\n\n\nclass B:\n    def f(self): ...\n"),
    ("python", "def a():\n    def f(): ...\n\n\ndef b():\n    def f(): ...\n"),
    ("javascript", "class A {\n  get f() {}\n  set f(x) {}\n  static f() {}\n}\n"),
    ("typescript", "function f(): void;\nfunction f(x: A): void;\nfunction f(x?: A): void {}\n"),
    ("typescript", "interface A { x: B }\ninterface A { y: B }\nclass A {}\n"),
    ("go", "func (a A) F() {}\nfunc (b B) F() {}\nfunc F() {}\nfunc init() {}\nfunc init() {}\n"),
    ("rust", "impl A for X { fn f() {} }\nimpl B for X { fn f() {} }\n"),
    (
        "c",
        "int f(void);\n#ifdef A\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n",
    ),
    ("cpp", "int f(int x) { return x; }\nint f(char x) { return x; }\n"),
    ("java", "class A {\n  void f() {}\n  void f(int x) {}\n}\n"),
]


@pytest.mark.parametrize(("language", "before", "more", "expected"), TWICE)
def test_a_second_definition_is_told_with_both_lines(
    language: str, before: str, more: str, expected: tuple[str, int, int]
) -> None:
    assert doubled(before, before + more, named(language)) == expected


@pytest.mark.parametrize(("language", "before", "more", "expected"), TWICE)
def test_what_a_file_had_twice_it_may_keep(
    language: str, before: str, more: str, expected: tuple[str, int, int]
) -> None:
    assert doubled(before + more, f"{before}{more}\n", named(language)) is None


@pytest.mark.parametrize(("language", "text"), SEVERAL)
def test_definitions_that_something_tells_apart_may_share_a_name(language: str, text: str) -> None:
    assert doubled("", text, named(language)) is None
