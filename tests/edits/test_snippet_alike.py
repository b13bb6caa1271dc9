"""Lazy snippets that add tests, routes, methods and elements beside ones that read much alike: none takes another's place."""

import pytest

from specedit.edits.safety import check
from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.edits.vanished import vanished
from specedit.engine.errors import EditRefused, UnsafeEdit

RUBY = """class PriceTest
  context "a plain price" do
    setup do
      @price = Price.new(1)
    end

    should "be paid" do
      assert @price.paid?
    end
  end

  context "a price with tax" do
    setup do
      @price = Price.new(2)
    end

    should "be paid with tax" do
      assert @price.paid?
    end
  end
end
"""
NEW_CONTEXT = """  context "a price with tax and rebate" do
    setup do
      @price = Price.new(3)
    end

    should "be paid with both" do
      assert @price.paid?
    end
  end
end
"""
ROUTES = """app.get('/users', async (req, res) => {
  const rows = await db.users();
  res.json(rows);
});

app.get('/orders', async (req, res) => {
  const rows = await db.orders();
  res.json(rows);
});

app.listen(3000);
"""
ITEMS = """app.get('/items', async (req, res) => {
  const rows = await db.items();
  res.json(rows);
});
"""
CLASSES = """class Plain:
    def load(self):
        return self.rows

    def close(self):
        pass


class Cached:
    def load(self):
        self.fill()
        return self.rows

    def close(self):
        pass
"""


def merged(path: str, body: str, snippet: str) -> str:
    prediction = place(body, snippet, language_of(path))
    check(body, prediction.body, language_of(path), "\n".join(prediction.removed))
    return prediction.body


@pytest.mark.parametrize("start", [0, 3], ids=["shown", "marker alone"])
def test_a_ruby_context_is_added_behind_one_like_it(start: int) -> None:
    shown = ["      assert @price.paid?", "    end", "  end"][start:]
    snippet = "\n".join(["# ... existing code ...", *shown, "", NEW_CONTEXT])
    assert merged("price_test.rb", RUBY, snippet) == RUBY.removesuffix("end\n") + "\n" + NEW_CONTEXT


def test_an_elixir_test_is_added_in_its_group() -> None:
    body = 'describe "sum" do\n  test "one" do\n    assert f(1) == 1\n  end\n\n  test "two" do\n    assert f(2) == 1\n  end\nend\n'
    new = '  test "three" do\n    assert f(3) == 1\n  end\n'
    snippet = f'describe "sum" do\n  # ... existing code ...\n{new}end\n'
    assert merged("sum_test.exs", body, snippet) == body.removesuffix("end\n") + f"\n{new}end\n"


def test_a_route_stands_where_the_snippet_shows_its_neighbour() -> None:
    snippet = f"// ... existing code ...\n\n{ITEMS}\napp.listen(3000);\n"
    expected = ROUTES.replace("app.listen", f"{ITEMS}\napp.listen")
    assert merged("app.js", ROUTES, snippet) == expected


def test_a_route_beside_what_stands_twice_is_refused() -> None:
    snippet = (
        f"// ... existing code ...\n  res.json(rows);\n}});\n\n{ITEMS}\n// ... existing code ...\n"
    )
    with pytest.raises(EditRefused, match="line 4 and line 9; add more of it"):
        merged("app.js", ROUTES, snippet)


def test_a_route_that_the_snippet_leaves_out_is_no_other() -> None:
    snippet = f"{ITEMS}\napp.get('/orders', async (req, res) => {{\n// ... existing code ...\n"
    with pytest.raises((EditRefused, UnsafeEdit), match="/users"):
        merged("app.js", f"start();\n{ROUTES}", f"start();\n{snippet}")


@pytest.mark.parametrize(
    "snippet",
    [
        "# ...\n        return self.rows\n\n    def save(self):\n        return 2\n\n# ...\n",
        "# ...\n\n    def save(self):\n        return 2\n\n    def close(self):\n        # ...\n",
        "    def close(self):\n        pass\n\n    def save(self):\n        return 2\n",
    ],
    ids=["above", "below", "method"],
)
def test_a_method_beside_what_two_classes_have_is_refused(snippet: str) -> None:
    snippet = snippet.replace("# ...\n", "# ... existing code ...\n")
    with pytest.raises(EditRefused, match="add the line that begins its class"):
        merged("a.py", CLASSES, snippet)


def test_a_method_goes_into_the_class_whose_line_is_shown() -> None:
    snippet = "# ... existing code ...\n        self.fill()\n        return self.rows\n\n    def save(self):\n        return 2\n\n# ... existing code ...\n"
    expected = CLASSES.replace(
        "fill()\n        return self.rows\n",
        "fill()\n        return self.rows\n\n    def save(self):\n        return 2\n",
    )
    assert merged("a.py", CLASSES, snippet) == expected


TABLE = '[\n    {\n        "name": "plain",\n        "want": 1,\n    },\n    {\n        "name": "tax",\n        "want": 3,\n    },\n]\n'


def test_an_element_beside_a_marker_is_not_taken_for_another() -> None:
    new = '    {\n        "name": "rebate",\n        "want": 2,\n    },\n]\nrun(CASES)\n'
    with pytest.raises(EditRefused, match="in place of line 7"):
        merged("a.py", f"CASES = {TABLE}run(CASES)\n", f"# ... existing code ...\n{new}")
    shown = '        "want": 3,\n    },\n'
    expected = f"CASES = {TABLE}run(CASES)\n".replace("]\nrun(CASES)\n", new)
    assert (
        merged("a.py", f"CASES = {TABLE}run(CASES)\n", f"# ... existing code ...\n{shown}{new}")
        == expected
    )


def test_an_element_of_which_one_value_differs_is_the_same() -> None:
    snippet = '# ... existing code ...\n    {\n        "name": "tax",\n        "want": 4,\n    },\n]\nrun(CASES)\n'
    body = f"CASES = {TABLE}run(CASES)\n"
    assert merged("a.py", body, snippet) == body.replace('"want": 3', '"want": 4')


def test_a_test_that_vanishes_is_told_in_languages_with_syntax_too() -> None:
    text = "it('adds', () => {\n  a();\n});\n\nit('drops', () => {\n  b();\n});\n"
    language = language_of("a.test.ts")
    assert vanished(text, text[text.index("it('drops") :], language, "") == ["it('adds'"]
    assert vanished(text, text[text.index("it('drops") :], language, "remove 'adds'") == []
    assert vanished(text, text.replace("adds", "sums"), language, "") == []


SCHEMA = """Schema.define(version: 1) do
  create_table "users", force: true do |t|
    t.string "name"
  end

  create_table "orders", force: true do |t|
    t.string "title"
  end
end
"""
TABLE_OF_ITEMS = '  create_table "items", force: true do |t|\n    t.string "text"\n  end\n'


def test_a_block_in_code_that_is_no_class_stays_inside() -> None:
    snippet = f"""Schema.define(version: 1) do
  # ... existing code ...
    t.string "title"
  end

{TABLE_OF_ITEMS}end
"""
    expected = SCHEMA.removesuffix("end\n") + f"\n{TABLE_OF_ITEMS}end\n"
    assert merged("schema.rb", SCHEMA, snippet) == expected


@pytest.mark.parametrize("around", ["", "end\n"])
def test_a_block_is_not_put_outside_of_what_it_is_indented_in(around: str) -> None:
    with pytest.raises(EditRefused):
        merged("schema.rb", SCHEMA, f"# ... existing code ...\n\n{TABLE_OF_ITEMS}{around}")
