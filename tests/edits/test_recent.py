"""What is kept of what was made last, and the nodes that are made of a tree."""

from concurrent.futures import ThreadPoolExecutor

from specedit.edits.recent import Recent
from specedit.edits.syntax.language import parse, starts
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import walk, walk_to

TEXT = "class C:\n    def f(self, x):\n        y = x + [x for x in xs]\n        return y\n\n\nx = C().f(1)\n"


def test_it_keeps_what_was_asked_for_last_up_to_a_weight() -> None:
    recent: Recent[str, list[str]] = Recent(most=10)
    first = recent.get("a", 5, lambda: ["a"])
    recent.get("b", 5, lambda: ["b"])
    assert recent.get("a", 5, lambda: ["again"]) is first
    recent.get("c", 5, lambda: ["c"])
    assert recent.get("a", 5, lambda: ["again"]) is first
    assert recent.get("b", 5, lambda: ["again"]) == ["again"]


def test_what_weighs_too_much_is_not_kept_and_drives_nothing_out() -> None:
    recent: Recent[str, list[str]] = Recent(most=10)
    first = recent.get("a", 5, lambda: ["a"])
    recent.get("b", 11, lambda: ["b"])
    assert recent.get("b", 11, lambda: ["again"]) == ["again"]
    assert recent.get("a", 5, lambda: ["again"]) is first


def test_threads_that_read_one_text_find_the_same_nodes() -> None:
    python = named("python")
    text = "def f(a):\n    return g(a, [a])\n" * 200
    with ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda _: list(walk(parse(text, python))), range(8)))
    assert all(nodes == read[0] for nodes in read)


def test_a_walk_to_bytes_yields_the_nodes_that_have_them() -> None:
    root = Source(TEXT, named("python")).root
    for offset in range(len(TEXT)):
        there = [n for n in walk(root) if n is root or n.start_byte <= offset < n.end_byte]
        assert list(walk_to(root, [offset])) == there


def test_every_node_with_a_name_is_found() -> None:
    source = Source(TEXT, named("python"))
    for name in ("x", "C", "self", "xs", "x + [x", "missing"):
        there = [n for n in source.nodes if name in source.code(n)]
        reached = list(source.nodes_with(name))
        assert [n for n in reached if name in source.code(n)] == there


def test_nodes_of_some_types_begin_where_a_walk_finds_them() -> None:
    python = named("python")
    root = parse(TEXT, python)
    for types in (["class_definition"], ["identifier", "assignment"], ["unknown_to_the_grammar"]):
        there = sorted({n.start_byte for n in walk(root) if n.type in types})
        assert starts(root, types, python) == there
