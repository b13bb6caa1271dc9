"""Nodes know what stands around and beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.syntax.language import parse
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.tree import Node, walk

TEXTS = {
    "python": "@d\nclass A(B):\n    def f(self, x: int = 1, *a):\n        return [x for x in a if x.y()]\n",
    "javascript": "const {a, b: [c]} = f(`x ${y} z`, ...d); // e\nclass K extends L { static #m = 1 }\n",
    "rust": "impl<T: Copy> P<T> { fn f(&self) -> T { match self.x { Some(y) => y, _ => g!(z) } } }\n",
    "c": "#define N 3\nint f(int (*g)(char *), ...) { return g(N)[0]->x; }\n",
    "go": "func (r *R) F(a, b int) (c error) {}\nvar broken = func( {\n",
}


def check(root: Node) -> None:
    """Every node says what tree-sitter's says."""
    for node in walk(root):
        raw = node.raw
        assert (node.parent.raw if node.parent else None) == raw.parent or not raw.text
        assert [child.raw for child in node.children] == raw.children
        assert [child.raw for child in node.named_children] == raw.named_children
        around = [None, *node.children, None]  # tree-sitter's siblings pass over what is missing
        for i, child in enumerate(node.children):
            assert child.parent is node
            assert (child.prev_sibling, child.next_sibling) == (around[i], around[i + 2])
            before = [n for n in node.children[:i] if n.is_named]
            assert child.prev_named_sibling == (before[-1] if before else None)
            assert child.field == (raw.field_name_for_child(i) or "")
            named_so = node.children_by_field_name(child.field) if child.field else []
            assert [n.raw for n in named_so] == (
                raw.children_by_field_name(child.field) if child.field else []
            )
            first = node.child_by_field_name(child.field or "name")
            assert (first.raw if first else None) == raw.child_by_field_name(child.field or "name")
            assert first is None or first.parent is node


@pytest.mark.parametrize("language", TEXTS)
def test_nodes_say_what_those_of_tree_sitter_say(language: str) -> None:
    check(parse(TEXTS[language], named(language)))


@given(text=st.text(alphabet="ab.()[]{}:= \n\"'é,", max_size=60))
def test_nodes_of_any_text_do_too(text: str) -> None:
    check(parse(text, named("python")))
    check(parse(text, named("javascript")))


def test_fields_of_many_children() -> None:
    root = parse("f(" + ", ".join(f"a{i}=1" for i in range(50)) + ")\n", named("python"))
    call = next(node for node in walk(root) if node.type == "call")
    assert [node.field for node in call.children] == ["function", "arguments"]
    arguments = call.child_by_field_name("arguments")
    assert arguments is not None
    assert {node.field for node in arguments.children} == {""}
    first = root.descendant_for_byte_range(2, 3)
    assert first is not None and first.text == b"a0"
