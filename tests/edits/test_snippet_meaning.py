"""What of a lazy snippet may mean two things, or another one than its names say."""

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import named
from specedit.engine.errors import AmbiguousPlace

HEADED = "/*\n** $Id: t.c 1.1 $\n** About it\n*/\n\n#include <stdio.h>\n\n\nint first(int a) {\n  return a;\n}\n\n\n/*\n** Adds.\n*/\nint second(int a) {\n  return a + 1;\n}\n"
JAVA = """class Files {
    static String path() {
        return "x";
    }

    static boolean create(String path) {
        try {
            make(path);
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    static boolean remove(String path) {
        return drop(path);
    }
}
"""
OVERLOADED = """// ... existing code ...
    }

    static boolean create(URL url) {
        return open(url.path());
    }

    static boolean remove(String path) {
        return drop(path);
// ... existing code ...
"""


def test_a_comment_above_a_marker_is_that_of_the_file() -> None:
    snippet = (
        "/*\n** $Id: t.c 1.2 $\n** About it\n*/\n// ... existing code ...\n\n/*\n** Adds.\n*/\n"
        "int second(int a) {\n  return a + 10;\n}\n"
    )
    expected = HEADED.replace("1.1", "1.2").replace("a + 1;", "a + 10;")
    assert place(HEADED, snippet, named("c")).body == expected


@pytest.mark.parametrize("instruction", ["", "add create for a URL", "overload create"])
def test_a_function_of_other_parameters_may_be_one_more(instruction: str) -> None:
    with pytest.raises(AmbiguousPlace, match="'create' may stand in place of the one on line 6"):
        place(JAVA, OVERLOADED, named("java"), instruction)


def test_an_instruction_tells_that_a_function_takes_the_place() -> None:
    made = place(JAVA, OVERLOADED, named("java"), "let create take a URL")
    assert "create(URL url)" in made.body and "create(String" not in made.body


def test_what_is_left_of_a_body_tells_that_it_is_the_same_function() -> None:
    snippet = OVERLOADED.replace("return open(url.path());", "make(path);")
    assert "create(String" not in place(JAVA, snippet, named("java")).body


def test_a_method_is_not_the_function_of_its_name() -> None:
    body = (
        "class Wrapper:\n\n    def __del__(self):\n        try:\n            self.detach()\n        except Exception:\n"
        "            pass\n\n\nclass Other:\n    pass\n\n\ndef isatty(stream):\n    return stream.isatty()\n"
    )
    snippet = (
        "class Wrapper:\n# ... existing code ...\n    def __del__(self):\n        # ... existing code ...\n"
        "        except Exception:\n            pass\n\n    def isatty(self):\n        return self._stream.isatty()\n\n\n"
        "class Other:\n# ... existing code ...\n"
    )
    expected = body.replace(
        "            pass\n\n\n",
        "            pass\n\n    def isatty(self):\n        return self._stream.isatty()\n\n\n",
    )
    assert place(body, snippet, named("python")).body == expected
