"""Python: parameters that are passed by their names from where no keyword shows it.

A decorator is told the name in a string, as `@click.option("--count")`, `@app.route("/users/<name>")` and
`@pytest.mark.parametrize("value, want", ...)` are; pytest passes fixtures by the names of a test's parameters.
"""

import re
from collections.abc import Iterator

from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

FIXTURE = "is the name of a fixture"
_MAKES_FIXTURE = re.compile(r"@[\w.]*fixture\b(?!.*\bname\s*=)", re.DOTALL)
_WITH_DEFAULT = ("default_parameter", "typed_default_parameter")
_LISTS = ("list", "tuple")
_SEES_ALL = re.compile(rb"(?<![\w.])(locals|vars|eval|exec)\s*\(\s*(\)|[^)])")


def why_injected(parameter: Node, function: Node, source: Source) -> str:
    """Return why a parameter cannot be renamed alone; "" where nothing passes it by its name unseen."""
    name = text_of(parameter)
    for decorator in _decorators(function):
        called = re.match(r"@[\w.]*", text_of(decorator))
        if called is not None and called[0].endswith(("patch", "patch.object", "patch.dict")):
            continue  # they pass what they make by position
        if any(name in _names_told(text) for text in _strings(decorator)):
            return f"is passed by its name by the decorator on line {line_of(decorator)}"
    if _takes_fixtures(parameter, function, source):
        return FIXTURE
    return ""


def is_fixture(function: Node) -> bool:
    """Return whether a function is one that pytest gives to others by its name."""
    holder = function.parent
    return holder is not None and any(
        _MAKES_FIXTURE.match(text_of(each))
        for each in holder.named_children
        if each.type == "decorator"
    )


def own_fixture(taker: Node, source: Source) -> Node | None:
    """Return the one fixture that a parameter names, or that is itself the `taker`, if the module defines it, in no class.

    None if it overrides another: one that takes what it overrides has a parameter of its own name.
    """
    name = text_of(taker.child_by_field_name("name") or taker)
    found = []
    for node in source.nodes_with(name):
        function = node.parent
        if function is None or function.type != "function_definition" or text_of(node) != name:
            continue
        is_named = function.child_by_field_name("name") == node
        if is_named and is_fixture(function) and _module_of(node) == _module_of(taker):
            found.append(function)
    if len(found) != 1 or enclosing(found[0], ("class_definition", "function_definition")):
        return None
    parameters = found[0].child_by_field_name("parameters")
    return None if re.search(rf"\b{re.escape(name)}\b", text_of(parameters)) else found[0]


def _module_of(node: Node) -> Node | None:
    return enclosing(node, ("module",))


def names_fixture(string: Node) -> bool:
    """Return whether a string names a fixture: `usefixtures("door")`, `getfixturevalue("door")`."""
    call = enclosing(string, ("call",))
    called = text_of(call.child_by_field_name("function")) if call is not None else ""
    return called.rpartition(".")[2] in ("usefixtures", "getfixturevalue")


def readers_of_all(function: Node, source: Source) -> Iterator[Place]:
    """Yield the calls in a function that see its variables by their names, as `locals()` does."""
    for match in _SEES_ALL.finditer(function.text or b""):
        called, start = match[1].decode(), function.start_byte + match.start(1)
        if called in ("locals", "vars") and match[2] != b")":
            continue
        for node in source.nodes_with(called):
            if node.start_byte == start and node.type == "identifier":
                reason = f"a name that `{called}()` sees"
                yield Place(node, start, node.end_byte, "unknown", reason=reason, written="")


def _decorators(function: Node) -> Iterator[Node]:
    """The decorators of a function, and those of the classes around it, which pytest heeds for each test."""
    for holder, _ in ancestors(function):
        if holder.type == "decorated_definition":
            yield from (child for child in holder.named_children if child.type == "decorator")
        elif holder.type not in ("block", "class_definition"):
            return


def _strings(decorator: Node) -> Iterator[str]:
    """The strings that a decorator's call is passed by position."""
    call = decorator.named_children[0] if decorator.named_children else None
    arguments = call.child_by_field_name("arguments") if call is not None else None
    for argument in arguments.named_children if arguments is not None else ():
        for each in argument.named_children if argument.type in _LISTS else (argument,):
            if each.type == "string":
                yield "".join(text_of(c) for c in each.named_children if c.type == "string_content")


def _names_told(text: str) -> set[str]:
    """The names that a string gives to parameters: `--dry-run`, `value, want`, `/users/<int:name>`, `/items/{key}`."""
    between = (
        r"[,/]" if text.startswith("-") else ","
    )  # `--shout/--no-shout`, but a path has words of its own
    listed = [each.strip() for each in re.split(between, text)]
    options = (each.lstrip("-").replace("-", "_") for each in listed)
    in_brackets = re.findall(r"<(?:[^<>:]*:)?(\w+)>|\{(\w+)[^{}]*\}", text)
    return {*options, *(name for pair in in_brackets for name in pair if name)}


def _takes_fixtures(parameter: Node, function: Node, source: Source) -> bool:
    """Whether a parameter is one of those that pytest finds by their names."""
    at = parameter.parent
    is_object = text_of(parameter) in ("self", "cls")
    if at is None or is_object or at.type in _WITH_DEFAULT or "splat" in at.type:
        return False
    decorators = [text_of(each) for each in _decorators(function)]
    if any(re.match(r"@[\w.]*patch\b", each) for each in decorators):
        return False
    if any(
        re.match(r"@(pytest|pytest_asyncio)\.fixture\b|@fixture\b", each) for each in decorators
    ):
        return True
    is_test = text_of(function.child_by_field_name("name")).startswith("test")
    return is_test and _is_collected(function) and _is_of_pytest(function, source)


def _is_collected(function: Node) -> bool:
    """Whether a function is one of the module, or of a class of tests."""
    for holder, _ in ancestors(function):
        if holder.type == "class_definition":
            return text_of(holder.child_by_field_name("name")).startswith("Test")
        if holder.type not in ("block", "decorated_definition"):
            return holder.type == "module"
    return False


def _is_of_pytest(function: Node, source: Source) -> bool:
    """Whether it is a test, and no function that tests something: it asserts, and nobody calls it."""
    name = text_of(function.child_by_field_name("name"))
    if source.mentions("pytest"):
        return True
    return "assert" in text_of(function) and source.text.count(f"{name}(") == 1
