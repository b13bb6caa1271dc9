"""A definition that is asked to be taken out stays where the file uses it, or may."""

import pytest

from specedit.edits import operations
from specedit.edits.safety import Wording, check
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import UnsafeEdit

C = """\
#include "shapes.h"

static int area(int side)
{
    return side * side;
}

#define UNIT() area(1)

int twice(void)
{
    return 2 * area(3);
}
"""
JAVA = """\
class Shapes {
    static int area(int side) {
        return side * side;
    }

    static int twice() {
        return 2 * area(3);
    }
}
"""
RUST = """\
struct Shape(u32);

impl Shape {
    fn area(&self) -> u32 {
        self.0 * self.0
    }

    fn side(&self) -> u32 {
        self.0
    }
}

fn total() -> u32 {
    let shape = shapes::any();
    shape.area()
}
"""
GO = """\
package shapes

type Sized interface {
	Area() int
}

type Square struct{ side int }

func (s Square) Area() int {
	return s.side * s.side
}

type Circle struct{}

func (c Circle) Area() int {
	return 3
}

func Total(s Square, c Sized) int {
	return s.Area() + c.Area()
}
"""
PYTHON = """\
class Door:
    def close(self):
        return 1

    def open(self):
        return 2


def shut(doors):
    return [door.close() for door in doors], open("log").close()
"""


def _take_out(instruction: str, path: str, before: str) -> None:
    language = language_of(path)
    assert language is not None
    made = operations.predict(instruction, Source(before, language))
    assert made is not None and made.removed
    check(before, made.body, language, Wording(instruction, removed=made.removed))


@pytest.mark.parametrize(
    ("instruction", "path", "before", "complaint"),
    [
        ("delete the function area", "a.c", C, "lines 8, 12 still use 'area'"),
        ("delete the method area", "A.java", JAVA, "line 7 still uses 'area'"),
        ("delete the method area of Shape", "a.rs", RUST, "line 15 may use 'Shape.area'"),
        (
            "delete the method Area of Square",
            "a.go",
            GO,
            "line 16 of the result uses 'Area', which Square",
        ),
        ("delete the method close of Door", "a.py", PYTHON, "line 10 may use 'Door.close'"),
    ],
)
def test_what_is_used_stays(instruction: str, path: str, before: str, complaint: str) -> None:
    with pytest.raises(UnsafeEdit, match=complaint):
        _take_out(instruction, path, before)


@pytest.mark.parametrize(
    ("instruction", "path", "before"),
    [
        ("delete the function twice", "a.c", C),
        ("delete the method twice", "A.java", JAVA),
        ("delete the method side of Shape", "a.rs", RUST),
        ("delete the method Area of Circle", "a.go", GO),
        ("delete the method open of Door", "a.py", PYTHON),
        ("delete the function shut", "a.py", PYTHON),
        ("delete the function again", "a.js", "function again() {\n  again();\n}\n\nrun();\n"),
    ],
)
def test_what_is_not_used_goes(instruction: str, path: str, before: str) -> None:
    _take_out(instruction, path, before)
