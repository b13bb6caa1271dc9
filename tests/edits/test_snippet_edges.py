"""Where a part of a lazy snippet begins and ends beside a marker: what is hidden there stays, or is it replaced?"""

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import AmbiguousPlace, EditRefused

PYTHON = language_of("a.py")
LOADER = """import os


def load(path):
    text = read(path)

    # Old files begin with a mark.
    mark = text[:1]
    rows = parse(text)
    return rows


def save(rows, path):
    write(path, dump(rows))
    os.sync()
"""


def test_a_blank_line_that_the_file_does_not_have_tells_that_lines_go_or_nothing() -> None:
    snippet = "# ...\n\n    rows = parse(text, strict=True)\n    return rows\n# ...\n"
    with pytest.raises(EditRefused, match="line 8, 'mark = text"):
        place(LOADER, snippet, PYTHON)
    told = place(LOADER, snippet.replace("...\n\n", "...\n"), PYTHON).body
    assert told == LOADER.replace("parse(text)", "parse(text, strict=True)")


def test_a_blank_line_beside_every_marker_tells_nothing() -> None:
    snippet = "# ...\n\n    rows = parse(text, strict=True)\n    return rows\n\n# ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "parse(text)", "parse(text, strict=True)"
    )


def test_fewer_blank_lines_than_the_file_has_tell_nothing() -> None:
    snippet = "# ...\n\ndef save(rows, path):\n    write(path, rows)\n    # ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace("dump(rows)", "rows")


@pytest.mark.parametrize("shown", [1, 2])
def test_new_lines_that_are_set_apart_leave_the_blank_lines_of_the_file_beyond(shown: int) -> None:
    gap = "\n" * shown
    snippet = f"# ...\n{gap}LIMIT = 10\n\n\ndef save(rows, path):\n    write(path, rows[:LIMIT])\n    os.sync()\n    # ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "def save", "LIMIT = 10\n\n\ndef save"
    ).replace("dump(rows)", "rows[:LIMIT]")


def test_new_lines_behind_others_are_set_apart_from_what_follows_as_those_were() -> None:
    snippet = "# ...\nimport os\n\nLIMIT = 10\n\n# ...\n    rows = parse(text)\n    return rows[:LIMIT]\n\n# ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "import os\n", "import os\n\nLIMIT = 10\n"
    ).replace("return rows", "return rows[:LIMIT]")


@pytest.mark.parametrize(
    ("source", "snippet", "message"),
    [
        (  # the comment at the end of the old line does not make it another one
            "def f(x):\n    a = g(x)\n    if a < 3:  # until 3 they were few\n        a = 0\n    h(a)\n    return a\n",
            "# ...\n    a = g(x)\n    if a != 3:\n        log(x)\n# ...\n",
            "line 3",
        ),
        (  # the same line follows: shown for one of both
            "def f(x):\n    tick(x)\n    x.add(1)\n    step()\n    step()\n    return x\n",
            "# ...\n    tick(x)\n    x.add(2)\n    step()\n# ...\n",
            "line 5",
        ),
        (  # a comment beside a comment
            "a = 1\n\n# Made on Monday by hand.\n",
            "a = 1\n\n# From the list of names: 2a1f.\n",
            "line 3",
        ),
        (  # what ends the file may be written anew
            "import os\n\nshow(\n    group(one, two),\n    three,\n)\n",
            "# ...\n\nshow([one, two, three])\n",
            "line 6",
        ),
    ],
)
def test_new_lines_that_may_be_a_version_of_hidden_ones_are_refused(
    source: str, snippet: str, message: str
) -> None:
    with pytest.raises(EditRefused, match=message):
        place(source, snippet, PYTHON)


def test_new_lines_beside_others_that_are_unlike_are_added() -> None:
    snippet = "# ...\n    text = read(path)\n    log.debug('read %s', path)\n# ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "read(path)\n", "read(path)\n    log.debug('read %s', path)\n"
    )


def test_lines_at_the_end_that_are_unlike_the_last_ones_are_added() -> None:
    source = "import os\n\nshow(os.getcwd())\n"
    assert place(source, "# ...\n\nprint('done')\n", PYTHON).body == source + "\nprint('done')\n"


def test_a_definition_without_the_return_that_ends_the_files_is_refused() -> None:
    source = "def f(x):\n    a = [x]\n    for y in x:\n        a.append(y)\n\n    return a\n"
    snippet = "def f(x):\n    a = []\n    for y in x:\n        a.append(y)\n\n"
    with pytest.raises(EditRefused, match=r"'return a' \(line 6\)"):
        place(source, snippet, PYTHON)
    assert place(source, snippet + "    return a\n", PYTHON).body == source.replace("[x]", "[]")


def test_the_comment_that_a_definition_begins_with_is_replaced_or_asked_about() -> None:
    source = "# Reads the rows of a file.\nclass Reader:\n    size = 1\n\n    mark = 2\n"
    snippet = "# Reads all rows of a file.\nclass Reader:\n    # ...\n    mark = 3\n"
    assert place(source, snippet, PYTHON).body == source.replace("the rows", "all rows").replace(
        "mark = 2", "mark = 3"
    )
    with pytest.raises(EditRefused, match=r"line 1, '# Reads the rows of a file\.'"):
        place(source, snippet.replace("Reads all rows of a file.", "42"), PYTHON)


def test_a_value_beside_a_type_of_its_name_is_refused() -> None:
    source = (
        "class Pane {\n  draw() {\n    return 1;\n  }\n}\n\nfunction last() {\n  return 2;\n}\n"
    )
    snippet = "// ...\n}\n\nconst Pane = () => 1;\n\nfunction last() {\n  // ...\n}\n"
    with pytest.raises(EditRefused, match=r"line 1, 'class Pane \{'"):
        place(source, snippet, language_of("a.js"))


def test_a_variable_of_rust_may_get_another_value_under_its_name() -> None:
    source = "fn f(x: &str) -> usize {\n    let y = x.trim();\n    check(y);\n    y.len()\n}\n"
    snippet = "fn f(x: &str) -> usize {\n    // ...\n    check(y);\n    let y = y.trim_end();\n    y.len()\n}\n"
    assert place(source, snippet, language_of("a.rs")).body == source.replace(
        "check(y);\n", "check(y);\n    let y = y.trim_end();\n"
    )


UNUSED = """import os


def old(x):
    return x + 1


def use(x):
    os.sync()
    y = old(x)
    return y
"""


def test_what_an_edit_leaves_unused_beside_a_part_that_changes_nothing_is_asked_about() -> None:
    snippet = "# ...\n\ndef use(x):\n    # ...\n    os.sync()\n    y = x + 1\n    return y\n"
    with pytest.raises(EditRefused, match="'old' on line 4"):
        place(UNUSED, snippet, PYTHON)
    kept = snippet.replace("# ...\n\ndef use", "# ...\n    return x + 1\n\n\ndef use")
    assert place(UNUSED, kept, PYTHON).body == UNUSED.replace("= old(x)", "= x + 1")


def test_what_an_edit_leaves_unused_elsewhere_stays() -> None:
    snippet = "# ...\ndef use(x):\n    os.sync()\n    y = x + 1\n    return y\n"
    assert place(UNUSED, snippet, PYTHON).body == UNUSED.replace("= old(x)", "= x + 1")


ARMS = """fn a(x: R) -> R {
    let one = match x.first() {
        Ok(()) => Ok(f()),
        Err(e) => Err(g(e)),
    };
    let two = match x.second() {
        Ok(()) => Ok(h()),
        Err(e) => Err(g(e)),
    };
    one.or(two)
}
"""


def test_a_line_at_the_end_that_comes_again_is_not_added_beside_it() -> None:
    snippet = "// ...\n    let two = match x.second() {\n        Ok(()) => {\n            put(1);\n            Ok(h())\n        }\n        Err(e) => Err(g(e)),\n// ...\n"
    with pytest.raises(EditRefused, match=r"line \d"):
        place(ARMS, snippet, language_of("a.rs"))


def test_a_class_of_the_functions_of_the_file_is_refused() -> None:
    source = "import os\n\n\ndef add(x):\n    return x + 1\n\n\ndef drop(x):\n    return x - 1\n"
    snippet = (
        "# ...\n\n\nclass Sums:\n    def add(self, x):\n        return x + 1\n\n"
        "    def drop(self, x):\n        return x - 1\n"
    )
    with pytest.raises(EditRefused, match="on lines 4, 8"):
        place(source, snippet, PYTHON)


def test_a_definition_stands_as_far_from_the_code_beside_as_it_is_shown() -> None:
    source = "import os\n\n\ndef add(x):\n    return x + 1\n\n\ndef drop(x):\n    return x - 1\n"
    snippet = "# ...\n\ndef twice(x):\n    return 2 * x\n\ndef drop(x):\n    # ...\n"
    assert place(source, snippet, PYTHON).body == source.replace(
        "def drop", "def twice(x):\n    return 2 * x\n\ndef drop"
    )


def test_a_line_beside_a_marker_that_would_move_in_a_dedented_part_is_refused() -> None:
    steps = "".join(f"            self.step({i})\n" for i in range(14))
    text = (
        "class A:\n"
        "    def ask(self):\n"
        "        return self.run(\n"
        "            stream=True,\n"
        "        )\n"
        "\n"
        "    def chain(self):\n"
        "        while self.more():\n"
        f"{steps}"
        "            self.run(\n"
        "                stream=True,\n"
        "            )\n"
        "            self.step()\n"
        "\n"
        "    def reply(self):\n"
        "        return self.last\n"
    )
    dedented = (
        "# ... existing code ...\n"
        "        stream=True,\n"
        "    )\n"
        "\n"
        "def reply(self):\n"
        "    return self.last\n"
        "\n"
        "# ... existing code ...\n"
    )
    with pytest.raises(EditRefused, match="beside a marker, is indented otherwise"):
        place(text, dedented, PYTHON)


JOBS = """\
class Jobs:
    def put(self, job):
        self.jobs.append(job)
        print(job)

    def take(self):
        if not self.jobs:
            return None
        return self.jobs.pop(0)
"""


@pytest.mark.parametrize(
    ("end", "rows"),
    [
        ("print(job, self)", (4,)),
        ("if not self.jobs:\n            return None\n        self.clear()", (4, 7)),
    ],
    ids=["in place of the last line", "lines of another function"],
)
def test_what_ends_a_function_behind_a_marker_may_be_no_addition(
    end: str, rows: tuple[int, ...]
) -> None:
    snippet = f"    def put(self, job):\n        # ... existing code ...\n        {end}\n"
    with pytest.raises(AmbiguousPlace) as refusal:
        place(JOBS, snippet, PYTHON)
    assert refusal.value.lines == rows


def test_a_new_line_ends_a_function_behind_a_marker() -> None:
    snippet = (
        "    def put(self, job):\n        # ... existing code ...\n        self.changed = True\n"
    )
    made = place(JOBS, snippet, PYTHON)
    assert made.body == JOBS.replace("print(job)\n", "print(job)\n        self.changed = True\n")


def test_a_function_shown_up_to_its_middle_may_be_cut_off() -> None:
    body = "def f(a):\n    g(a)\n    if a:\n        h(a)\n\n    k(a)\n    m(a)\n"
    with pytest.raises(AmbiguousPlace, match="may go or be left out"):
        place(body, "def f(a):\n    g(a, 1)\n    if a:\n        h(a)\n", PYTHON)
    whole = "def f(a):\n    g(a, 1)\n    if a:\n        h(a)\n\n    m(a)\n"
    assert place(body, whole, PYTHON).body == whole


LOOP = """\
def run(queue):
    while True:
        job = queue.take()
        if job is None:
            break
        print(job.label())
"""


def test_a_name_that_nothing_uses_may_be_another_one_renamed() -> None:
    snippet = "def run(queue):\n    while True:\n        task = queue.take()\n        # ...\n"
    with pytest.raises(AmbiguousPlace, match="may stand in place of line 3"):
        place(LOOP, snippet, PYTHON)
    used = "def run(queue):\n    while True:\n        ahead = queue.take()\n        log(ahead)\n        # ...\n"
    assert (
        "ahead = queue.take()\n        log(ahead)\n        job =" in place(LOOP, used, PYTHON).body
    )


DECORATED = """\
@dataclass(
    frozen=True,
)
class Job:
    name: str

    def label(self):
        return self.name
"""


def test_a_snippet_of_a_decorated_class_need_not_show_its_decorator() -> None:
    snippet = "class Job:\n    # ...\n\n    @property\n    def label(self):\n        return self.name\n\n    # ...\n"
    wanted = DECORATED.replace("    def label", "    @property\n    def label")
    assert place(DECORATED, snippet, PYTHON).body == wanted


SWITCH = """\
func name(code int) string {
	switch code {
	case 200:
		return "ok"
	case 404:
		return "not found"
	default:
		return "error"
	}
}
"""


def test_a_new_arm_goes_before_the_one_that_follows_it() -> None:
    arm = '\tcase 503:\n\t\treturn "unavailable"\n'
    snippet = f'func name(code int) string {{\n\tswitch code {{\n\t// ...\n{arm}\tdefault:\n\t\treturn "error"\n\t}}\n}}\n'
    made = place(SWITCH, snippet, language_of("a.go"))
    assert made.body == SWITCH.replace("\tdefault:", f"{arm}\tdefault:")


def test_an_arm_that_does_the_same_may_be_another_label() -> None:
    snippet = (
        '\tswitch code {\n\t// ...\n\tcase 410:\n\t\treturn "not found"\n\tdefault:\n\t// ...\n'
    )
    with pytest.raises(AmbiguousPlace, match="line 5"):
        place(SWITCH, snippet, language_of("a.go"))


def test_a_property_of_another_name_is_another_one() -> None:
    body = "class Basket\n{\n    public int Count { get; private set; }\n\n    private Clock clock;\n}\n"
    new = "    public int Sum { get; private set; }\n"
    snippet = f"class Basket\n{{\n    // ...\n{new}\n    private Clock clock;\n}}\n"
    made = place(body, snippet, language_of("a.cs"))
    assert made.body == body.replace("\n\n", f"\n{new}\n")


def test_blank_lines_before_what_is_added_at_the_end_are_new() -> None:
    snippet = 'def run(queue):\n    # ...\n\n\nif __name__ == "__main__":\n    run(Queue())\n'
    made = place(LOOP, snippet, PYTHON)
    assert made.body == f'{LOOP}\n\nif __name__ == "__main__":\n    run(Queue())\n'


def test_what_stands_in_another_line_is_not_that_line() -> None:
    body = "steps:\n  - uses: a\n  - uses: b\n    with:\n      x: 1\n  - uses: c\n"
    snippet = "# ...\n  - uses: a\n    with:\n      y: 2\n# ...\n"
    with pytest.raises(AmbiguousPlace, match="'with:' may be line 4"):
        place(body, snippet, language_of("a.yml"))


RULES = ".nav a {\n  color: #333;\n  margin: 0;\n}\n\n.nav b {\n  margin: 0;\n}\n"


def test_the_bracket_that_ends_what_is_shown_tells_its_place() -> None:
    snippet = "/* ... */\n.nav a {\n  color: #222;\n  /* ... */\n}\n/* ... */\n"
    made = place(RULES, snippet, language_of("a.css"))
    assert made.body == RULES.replace("#333", "#222")


def test_an_arm_of_one_line_goes_before_the_one_that_follows_it() -> None:
    body = "match c {\n    '(' => Open,\n    ')' => Close,\n    _ => None,\n}\n"
    snippet = "match c {\n    // ...\n    '+' => Plus,\n    _ => None,\n}\n"
    made = place(body, snippet, language_of("a.rs"))
    assert made.body == body.replace("    _", "    '+' => Plus,\n    _")


def test_a_new_key_that_others_stand_below_is_told_by_its_name() -> None:
    body = (
        "services:\n  web:\n    image: app:1\n  db:\n    image: postgres:15\nvolumes:\n  data: {}\n"
    )
    snippet = "services:\n  # ...\n  cache:\n    image: redis:7\nvolumes:\n  # ...\n"
    made = place(body, snippet, language_of("a.yml"))
    assert made.body == body.replace("volumes:", "  cache:\n    image: redis:7\nvolumes:")


def test_a_snippet_without_anything_new_says_how_to_take_something_out() -> None:
    made = place(LOOP, "# ...\n        if job is None:\n            break\n# ...\n", PYTHON)
    assert made.body == LOOP and "show what stands before and after" in made.reason_unchanged
