"""Where a lazy snippet goes: rightly, or nowhere."""

import pytest

from specedit.edits.languages import named
from specedit.edits.markers import is_marker
from specedit.edits.snippet import place
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
