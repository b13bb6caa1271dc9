"""Definitions of lazy snippets beside others of their name, or of their body: which one of the file is meant."""

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused


def placed(path: str, body: str, snippet: str) -> str:
    return place(body, snippet, language_of(path)).body


OVERLOADS = {
    "Log.java": (
        "class Log {\n    void put(String line) {\n        lines.add(line);\n    }\n\n    void end() {\n        flush();\n    }\n}\n",
        "    void put(String line, int level) {\n        put(level + line);\n    }\n",
    ),
    "Log.cs": (
        "class Log\n{\n    void Put(string line)\n    {\n        lines.Add(line);\n    }\n\n    void End()\n    {\n        Flush();\n    }\n}\n",
        "    void Put(string line, int level)\n    {\n        Put(level + line);\n    }\n",
    ),
    "log.py": (
        "class Log:\n    @property\n    def level(self):\n        return self._level\n\n    def end(self):\n        flush()\n",
        "    @level.setter\n    def level(self, value):\n        self._level = value\n",
    ),
    "log.kt": (
        "class Log {\n    fun put(line: String) {\n        lines.add(line)\n    }\n\n    fun end() {\n        flush()\n    }\n}\n",
        "    fun put(line: Int) {\n        put(line.toString())\n    }\n",
    ),
}


@pytest.mark.parametrize("path", OVERLOADS)
def test_an_overload_is_added_beside_the_one_that_the_file_has(path: str) -> None:
    body, new = OVERLOADS[path]
    first, _, rest = body.partition("\n\n    ")
    comment = "#" if path.endswith("py") else "//"
    marker = f"    {comment} ... existing code ...\n"
    end = "" if path.endswith("py") else "}\n"
    snippet = f"{first}\n\n{new}\n{marker}{end}"
    assert placed(path, body, snippet) == f"{first}\n\n{new}\n    {rest}"


def test_a_constructor_beside_another_one_replaces_nothing() -> None:
    body = "class Pipe {\npublic:\n    Pipe(int fd) : fd_(fd) {}\n    ~Pipe() { close(); }\n\nprivate:\n    int fd_;\n};\n"
    new = "    Pipe(Pipe&& other) : fd_(other.take()) {}\n"
    old = "    Pipe(int fd) : fd_(fd) {}\n"
    snippet = f"class Pipe {{\npublic:\n{old}{new}    ~Pipe() {{ close(); }}\n\n    // ... existing code ...\n}};\n"
    assert placed("pipe.cpp", body, snippet) == body.replace(old, old + new)


SHOP = """class Shop:
    def open(self):
        self.door = unlock()
        return self.door

    def close(self):
        if self.door:
            self.door.lock()
        self.door = None

    def sweep(self):
        broom()
"""


def test_a_method_under_a_new_name_beside_a_neighbour_replaces_the_old_one() -> None:
    snippet = """    # ... existing code ...
    def open(self):
        self.door = unlock()
        return self.door

    def shut(self):
        if self.door:
            self.door.lock()
        self.door = None

    # ... existing code ...
"""
    assert placed("shop.py", SHOP, snippet) == SHOP.replace("def close", "def shut")


def test_the_comment_that_a_snippet_without_marker_begins_with_is_not_doubled() -> None:
    body = "def a():\n    return 1\n\n\n# Opens the door.\n# Twice.\ndef b():\n    return 2\n"
    for comment in ("# Opens the door.\n# Twice.\n", "# Twice.\n"):
        snippet = f"{comment}def b():\n    log()\n    return 2\n\n# ... existing code ...\n"
        expected = body.replace("def b():\n", "def b():\n    log()\n")
        assert placed("door.py", body, snippet) == expected


def test_a_private_section_below_a_new_method_keeps_it_public() -> None:
    body = "class User\n  def name\n    @name\n  end\n\n  private\n\n  def key\n    1\n  end\nend\n"
    new = "  def greet\n    puts name\n  end\n\n"
    marker = "  # ... existing code ...\n"
    snippet = f"class User\n{marker}\n{new}  private\n\n{marker}end\n"
    assert placed("user.rb", body, snippet) == body.replace("  private\n", f"{new}  private\n")


def test_a_body_that_ends_at_a_marker_without_the_return_of_the_file_is_refused() -> None:
    snippet = (
        "# ... existing code ...\n    def open(self):\n        self.door = find()\n        self.door.unlock()\n\n"
        "# ... existing code ...\n"
    )
    with pytest.raises(EditRefused, match=r"line 4, 'return self\.door', or take its place"):
        placed("shop.py", SHOP, snippet)
    whole = SHOP.replace("        return self.door\n", "        self.door.oil()\n")
    assert placed("shop.py", SHOP, whole) == whole


def test_a_method_that_an_instruction_renames_is_not_added_beside_the_old_one() -> None:
    snippet = """class Shop:
    # ... existing code ...

    def shut(self):
        if self.door:
            self.door.lock()
        self.door = None

    # ... existing code ...
"""
    made = place(SHOP, snippet, language_of("shop.py"), "rename close to shut")
    assert made.body == SHOP.replace("def close", "def shut")


WITHOUT_CLOSE = """class Shop:
    def open(self):
        self.door = unlock()
        return self.door

    def sweep(self):
        broom()
"""


@pytest.mark.parametrize(
    "instruction",
    [
        "remove close",
        "Remove the `close` method.",
        "please delete the unused method close() from Shop",
        "sweep oftener and drop Shop.close",
        "remove close because nobody calls it",
    ],
)
def test_what_an_instruction_removes_a_snippet_may_leave_out(instruction: str) -> None:
    for before, after in (("", ""), ("# ... existing code ...\n", "# ... existing code ...\n")):
        snippet = before + WITHOUT_CLOSE + after
        made = place(SHOP, snippet, language_of("shop.py"), instruction)
        assert made.body == WITHOUT_CLOSE


@pytest.mark.parametrize(
    "instruction", ["", "oil the door", "remove the call of close", "remove close from sweep"]
)
def test_what_no_instruction_removes_is_not_left_out_in_silence(instruction: str) -> None:
    snippet = f"    # ... existing code ...\n{WITHOUT_CLOSE.partition('class Shop:')[2][1:]}"
    with pytest.raises(EditRefused, match="leaves out 'close'"):
        place(SHOP, snippet, language_of("shop.py"), instruction)


def test_what_an_instruction_removes_behind_a_marker_is_refused() -> None:
    snippet = "class Shop:\n    # ... existing code ...\n\n    def sweep(self):\n        broom(2)\n"
    with pytest.raises(EditRefused, match="does not show where it is gone"):
        place(SHOP, snippet, language_of("shop.py"), "remove close")
    with pytest.raises(EditRefused, match="the snippet shows it"):
        place(SHOP, SHOP, language_of("shop.py"), "remove close")


def test_of_two_methods_of_a_name_the_one_goes_whose_neighbours_are_shown() -> None:
    twice = f"{SHOP}\n\n{SHOP.replace('Shop', 'Bar')}"
    snippet = f"# ... existing code ...\n{WITHOUT_CLOSE.replace('Shop', 'Bar')}"
    made = place(twice, snippet, language_of("shop.py"), "remove close")
    assert made.body == f"{SHOP}\n\n{WITHOUT_CLOSE.replace('Shop', 'Bar')}"


def test_a_definition_that_ends_without_the_return_of_the_file_may_be_cut_off() -> None:
    body = "import os\n\n\ndef path(name):\n    base = os.getcwd()\n    join(base, name)\n    return base\n"
    cut = "def path(name):\n    base = os.getcwd()\n    log(base)\n    join(base, name)\n"
    with pytest.raises(EditRefused, match="may go or be left out"):
        placed("path.py", body, cut)
    whole = f"{cut}    return base\n"
    assert placed("path.py", body, whole) == body.partition("def")[0] + whole


def test_renamed_methods_in_a_class_without_markers_are_not_added_beside_the_old_ones() -> None:
    body = (
        "class Row extends Base {\n  willMount() {\n    // willMount\n  }\n  didMount() {\n    // didMount\n  }\n"
        "  willUpdate(next) {\n    // willUpdate\n  }\n  render() {\n    return 1;\n  }\n}\n"
    )
    after = body.replace("  willMount()", "  UNSAFE_willMount()")
    after = after.replace("  willUpdate(", "  UNSAFE_willUpdate(")
    cut = after.partition("  render")[0]
    assert placed("row.js", body, cut) == after


def test_two_overloads_of_which_none_begins_as_the_one_of_the_file_are_refused() -> None:
    body = "class L {\n    int n;\n\n    void put(String s) {\n        a(s);\n    }\n}\n"
    new = "    void put(String s, int n) {\n        a(s);\n    }\n\n    void put(int n) {\n        b(n);\n    }\n}\n"
    with pytest.raises(EditRefused, match="none begins as line 4 does"):
        placed("L.java", body, f"class L {{\n    // ... existing code ...\n{new}")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.js", "module.exports = { a };", "module.exports = { a, b };"),
        ("a.js", "export default a;", "export default wrap(a);"),
        ("a.py", "main()", "sys.exit(main())"),
        ("a.lua", "run(app)", "safely(run, app)"),
    ],
)
def test_what_a_file_ends_with_and_a_snippet_too_is_not_written_twice(
    path: str, old: str, new: str
) -> None:
    body = f"a = 1\n\n{old}\n"
    comment = {"js": "//", "lua": "--"}.get(path[2:], "#")
    with pytest.raises(EditRefused, match="may stand in place of line 3"):
        placed(path, body, f"{comment} ... existing code ...\n\n{new}\n")


def test_another_call_like_the_last_one_is_written_behind_it() -> None:
    body = "const app = make();\n\napp.use(a);\n"
    snippet = "// ... existing code ...\napp.use(b);\n"
    assert placed("a.js", body, snippet) == f"{body}app.use(b);\n"


def test_a_method_below_a_docstring_that_looks_like_a_comment_is_not_added_again() -> None:
    f, g = (
        "    def f(self):\n        return 1\n",
        '    def g(self):\n        """G."""\n        return 2\n',
    )
    halved = '    def __floordiv__(self, other):\n        """self // other"""\n        return 0\n'
    body = f"class A:\n    x = 1\n\n{f}\n{halved}\n{g}"
    new = g.replace("2", "3"), f.replace("1", "4")
    mark = "\n    # ... existing code ...\n\n"
    snippet = f"class A:{mark}{mark.join(new)}{mark}"
    expected = body.replace(f, new[1]).replace(g, new[0])
    assert placed("a.py", body, snippet) == expected
