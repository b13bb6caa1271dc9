"""What a rename asks for, and what it tells of the places that it leaves. The edits themselves are in tests/cases."""

import pytest

from specedit.edits.operations import rename
from specedit.edits.operations._rename_instruction import read
from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused


def made(instruction: str, text: str, language: str = "python") -> Prediction:
    prediction = rename.predict(instruction, Source(text, named(language)))
    assert prediction is not None
    return prediction


@pytest.mark.parametrize(
    ("instruction", "request_"),
    [
        ("rename Door.close to shut", Request("close", "shut", owner="Door")),
        ("rename Door::close to shut", Request("close", "shut", owner="Door")),
        ("rename Door.close() to Door.shut()", Request("close", "shut", owner="Door")),
        ("rename Door's close method to shut", Request("close", "shut", "method", "Door")),
        ("rename method close of class Door to shut", Request("close", "shut", "method", "Door")),
        ("rename close to shut in class Door", Request("close", "shut", owner="Door")),
        ("rename x of f on line 12 to y", Request("x", "y", owner="f", line=12)),
        ("the method close should be called shut", Request("close", "shut", "method")),
        ("The class Foo should be named Bar.", Request("Foo", "Bar", "class")),
        ("change the name of f to g", Request("f", "g")),
        ("call it shut instead of close", Request("close", "shut")),
        ("call close shut", Request("close", "shut")),
        ("please call `close()` `shut`.", Request("close", "shut")),
        ("Hi! Could you kindly rename close to shut? Thanks a lot!", Request("close", "shut")),
        ("Hello there, please rename close to shut, thank you very much", Request("close", "shut")),
        ("hey. rename close to shut. Cheers", Request("close", "shut")),
        ("rename close to thanks", Request("close", "thanks")),
        ("rename x to y everywhere in f", Request("x", "y", owner="f")),
        ("rename x to y everywhere in the class C", Request("x", "y", owner="C")),
        ("rename x on lines 5-7 to y", Request("x", "y", line=5, last_line=7)),
        ("rename x to y on lines 5 to 7", Request("x", "y", line=5, last_line=7)),
        (
            "rename the variable x to y in lines 5 and 6",
            Request("x", "y", "variable", line=5, last_line=6),
        ),
        ("rename lines to rows", Request("lines", "rows")),
        ("rename the lines variable to rows", Request("lines", "rows", "variable")),
        ("rename (f *FlagSet) Parse to ParseArgs", Request("Parse", "ParseArgs", owner="FlagSet")),
        ("rename (*FlagSet).Parse to ParseArgs", Request("Parse", "ParseArgs", owner="FlagSet")),
        (
            "rename func (f *FlagSet) Parse to (f *FlagSet) ParseArgs",
            Request("Parse", "ParseArgs", "func", "FlagSet"),
        ),
        (
            "rename the method Parse of *FlagSet to ParseArgs",
            Request("Parse", "ParseArgs", "method", "FlagSet"),
        ),
        ("close → shut", Request("close", "shut")),
        ("rename variable: x -> y", Request("x", "y", "variable")),
        ("rename the name name to title", Request("name", "title", "name")),
        ("rename type to kind", Request("type", "kind")),
        ("rename A to B in the class C", Request("A", "B", owner="C")),
        ("rename the attribute data of A to items", Request("data", "items", "attribute", "A")),
        ("rename the enum member RED to RUBY", Request("RED", "RUBY", "enum-member")),
        ("rename the on method to subscribe", Request("on", "subscribe", "method")),
        ("rename the name property to title", Request("name", "title", "property")),
        ("rename the function name to title", Request("name", "title", "function")),
        ("rename struct node to struct link", Request("node", "link", "struct")),
        ("rename struct node to struct", Request("node", "struct", "struct")),
        ("rename the classmethod load to open", Request("load", "open", "classmethod")),
        ("rename x to y in the name setter", Request("x", "y", owner="name")),
        (
            "rename the parameter x of the function f to y",
            Request("x", "y", "parameter", "f", owner_noun="function"),
        ),
        ("rename the lifetime 'a to 'src", Request("a", "src", "lifetime")),
        ("rename #items to #list", Request("#items", "#list")),
        ("rename every self to this", Request("self", "this", every=True)),
        ("rename the global variable x to y", Request("x", "y", "variable", is_local=False)),
        ("rename the parameter line of f to x", Request("line", "x", "parameter", "f")),
        ("rename the line to row", Request("line", "row")),
        ("rename the variable line on line 3 to y", Request("line", "y", "variable", line=3)),
        ("rename the field len of a to size", Request("len", "size", "field", "a")),
        ("rename the field from of Span to start", Request("from", "start", "field", "Span")),
        ("rename the method of of Gen to make", Request("of", "make", "method", "Gen")),
        ("Could you rename a to b?", Request("a", "b")),
        ("In Door, rename close to shut", Request("close", "shut", owner="Door")),
        ("in the class Door rename close to shut", Request("close", "shut", owner="Door")),
        ("inside of f on line 3, rename x to y", Request("x", "y", owner="f", line=3)),
        ("In this file, rename x to y", Request("x", "y")),
        ("In Door, change the name of x to y", Request("x", "y", owner="Door")),
        ("rename self.lock to self.guard", Request("lock", "guard", "attribute")),
        ("rename the struct tag node to link", Request("node", "link", "struct-tag")),
        ("rename the key port of options to number", Request("port", "number", "key", "options")),
        (
            "rename the static method open to make",
            Request("open", "make", "method", is_static=True),
        ),
    ],
)
def test_the_request(instruction: str, request_: Request) -> None:
    assert read(instruction) == (request_,)


def test_what_stands_before_several_renames_goes_for_all() -> None:
    assert read("In Door, rename a to b and Lock.c to d.") == (
        Request("a", "b", owner="Door"),
        Request("c", "d", owner="Door.Lock"),
    )


def test_several_renames_in_one_request() -> None:
    assert read("rename a to b, c to d and rename e to f.") == (
        Request("a", "b"),
        Request("c", "d"),
        Request("e", "f"),
    )


@pytest.mark.parametrize(
    "instruction",
    [
        "Remove duplicate(), add peek()",
        "make the rename atomic",
        "close should be called twice",
        "close should be called by open",
        "change fetch to return 3",
        "use a set instead of a list",
        "add a function that renames files",
        "",
    ],
)
def test_free_text_is_no_rename(instruction: str) -> None:
    assert read(instruction) is None


@pytest.mark.parametrize(
    ("instruction", "told"),
    [
        ("rename fetch to load and add a docstring", "'add a'"),
        ("rename fetch", "what the new name is"),
        ("rename", "which symbol it means"),
        ("rename fetch to snake_case", "'snake_case' as a name"),
        ("rename all variables to camelCase", "'camelCase' as a name"),
        ("rename a and b to c and d", "what the new name is"),
        ("rename Door.close to shut, but keep an alias", "'but keep an alias'"),
    ],
)
def test_what_is_not_understood_in_full_is_refused(instruction: str, told: str) -> None:
    with pytest.raises(EditRefused, match="asks for a rename") as refusal:
        read(instruction)
    assert told in str(refusal.value)


def test_it_is_certain_where_all_that_is_left_is_known() -> None:
    prediction = made("rename the function f to g", "def f(): pass\ndef h(f): return f\nf()\n")
    assert prediction.certain
    assert [(place.line, place.known) for place in prediction.left] == [(1, True), (1, True)]
    assert prediction.left[0].reason == "a parameter of h (line 2)"


def test_it_is_uncertain_where_an_object_may_be_of_the_class() -> None:
    text = "class Door:\n    def close(self): pass\ndef f(door, other: Door):\n    door.close()\n    other.close()\n"
    prediction = made("rename close to shut", text)
    assert not prediction.certain
    assert [(place.line, place.known) for place in prediction.left] == [(3, False)]
    assert "other.shut()" in prediction.body and "door.close()" in prediction.body


def test_a_string_that_keyof_may_read_makes_a_field_uncertain() -> None:
    text = 'type Door = { width: number };\nconst key: keyof Door = "width";\nconst width = 1;\n'
    prediction = made("rename the field width of Door to size", text, "typescript")
    assert not prediction.certain
    assert [(place.line, place.known) for place in prediction.left] == [(1, False), (2, True)]
    assert made("rename the constant width to size", text, "typescript").certain


def test_a_member_of_anything_is_no_variable() -> None:
    assert made("rename x to y", "x = 1\nprint(a.x, x)\n").certain


def test_everywhere_takes_what_cannot_be_told_too() -> None:
    text = "class A:\n    def f(self): pass\nx.f()\nf = [].f\n"
    prediction = made("rename the method f to g everywhere", text)
    assert prediction.body == "class A:\n    def g(self): pass\nx.g()\nf = [].f\n"


def test_a_name_of_another_file_is_renamed_with_a_doubt() -> None:
    prediction = made("rename grow to extend", "int f(void) { return grow(1); }\n", "c")
    assert "extend(1)" in prediction.body and not prediction.certain


def test_a_text_with_errors_is_never_certain() -> None:
    assert not made("rename f to g", "def f(): pass\ndef (\n").certain


@pytest.mark.parametrize(
    "instruction",
    [
        "call close twice",
        "call close lazily",
        "call close later",
        "call it again",
        "call super first",
        "call close async",
        "call close with a timeout",
        "call close before open",
        "call close and open",
        "call the close",
        "call the function close twice",
        "call close everywhere",
    ],
)
def test_how_to_call_something_is_no_name_for_it(instruction: str) -> None:
    assert read(instruction) is None


def test_symbols_that_no_line_tells_apart_are_not_told_twice() -> None:
    with pytest.raises(EditRefused) as error:
        made("rename x to y", "a = lambda x: x; b = lambda x: -x\n")
    assert str(error.value).endswith(
        "say `parameter x on line 1`, when each stands on a line of its own"
    )
