"""The language of a text without a name: told where it is evident, else not at all."""

import pytest

from specedit.edits.syntax.guess import path_like


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("def a(b):\n    return b\n", "file.py"),
        ("package a\n\nfunc b(c int) int {\n\treturn c\n}\n", "file.go"),
        ("fn a(b: u8) -> u8 {\n    b\n}\n", "file.rs"),
        ("public class A {\n    int b() {\n        return 1;\n    }\n}\n", "file.java"),
        ("export function a(b) {\n  return b;\n}\n", "file.js"),
        ("export function a(b: number): number {\n  return b;\n}\n", "file.ts"),
        ("int a(int b) {\n    return b;\n}\n", "file.c"),
        ("class A {\npublic:\n    int b() const { return 1; }\n};\n", "file.cpp"),
        ("x = 1\n", ""),
        ("# Title\n\nSome words.\n", ""),
        ("def a(b)\n  b\nend\n", ""),
        ("def a(b:\n", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_where_it_is_evident(text: str, path: str) -> None:
    assert path_like(text) == path
