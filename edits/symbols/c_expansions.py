"""C and C++: what macros do with what they are given, and where each is used.

After C11, 6.10.3: the replacement list of a macro means what it means where the macro is used, with its arguments in place
of its parameters; an argument beside `#` or `##` is no name there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from specedit.edits.symbols.c_macro_text import (
    Argument,
    arguments_from,
    call_around,
    object_before,
    words_in,
)
from specedit.edits.symbols.places import MemberOf
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_DEFINITIONS = ("preproc_def", "preproc_function_def")
_ASKING = ("preproc_if", "preproc_elif", "preproc_ifdef", "preproc_elifdef", "preproc_defined")
_OFFSETS = ("offsetof", "__builtin_offsetof")
_MOST_NESTED = 8  # macros that stand for macros
_MOST_USES = 2000


@dataclass(frozen=True, slots=True)
class Macro:
    """One definition of a macro; without `parameters` it is used without parentheses."""

    name: str
    parameters: tuple[str, ...] | None
    body: Node

    @property
    def text(self) -> str:
        """Return what it stands for."""
        return text_of(self.body)


@dataclass(frozen=True, slots=True)
class Role:
    """What a word is in what a macro stands for: `plain`, a `member`, `pasted` to others, or made a `text` of."""

    kind: str
    member_of: MemberOf = field(default_factory=MemberOf)


@dataclass(frozen=True, slots=True)
class Given:
    """An argument: its text in code, the expression that it is, or of which it is a member of members."""

    text: str = ""
    expression: Node | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A place in code where a macro is used, with its arguments."""

    node: Node
    arguments: tuple[Given, ...] = ()


_PLAIN = frozenset([Role("plain")])


def macro_of(body: Node) -> Macro | None:
    """Return the definition that a node is the body of."""
    definition = body.parent
    if definition is None or definition.type not in _DEFINITIONS:
        return None
    listed = definition.child_by_field_name("parameters")
    parameters = None
    if listed is not None:
        parameters = tuple(word.strip() for word in text_of(listed).strip("()").split(","))
    return Macro(text_of(definition.child_by_field_name("name")), parameters, body)


class Macros:
    """The macros that a text defines."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._uses: dict[str, list[Use]] = {}

    @cached_property
    def _by_name(self) -> dict[str, list[Macro]]:
        known: dict[str, list[Macro]] = {}
        for node in self._source.nodes_of(_DEFINITIONS):
            body = node.child_by_field_name("value")
            macro = macro_of(body) if body is not None else None
            if macro is not None:
                known.setdefault(macro.name, []).append(macro)
        return known

    def given_to(self, start: int, end: int) -> tuple[str, int, Sequence[Argument]] | None:
        """Return the name of what the code from one byte to another is an argument of, which one, and all of them."""
        return call_around(self._source.data, start, end)

    def definitions(self, name: str) -> Sequence[Macro]:
        """Return the definitions of a macro that has parameters."""
        return [macro for macro in self._by_name.get(name, ()) if macro.parameters is not None]

    def roles(self, macro: Macro, index: int, depth: int = 0) -> frozenset[Role]:
        """Return what a macro does with its argument at an index."""
        parameters = macro.parameters or ()
        if depth > _MOST_NESTED or index >= len(parameters) or "..." in parameters[index]:
            return _PLAIN
        text = macro.text
        found = frozenset[Role]()
        for start, end in words_in(parameters[index], text):
            found |= self.role_at(text, start, end, depth)
        return found

    def role_at(self, text: str, start: int, end: int, depth: int = 0) -> frozenset[Role]:
        """Return what the word from one character of a macro's body to another is in it."""
        before, after = text[:start].rstrip(), text[end:].lstrip()
        if before.endswith("##") or after.startswith("##"):
            return frozenset([Role("pasted")])
        if before.endswith("#"):
            return frozenset([Role("text")])
        if before.endswith((".", "->")) and not before.endswith("..."):
            return frozenset([Role("member", object_before(before))])
        data = text.encode("utf-8")
        at = len(text[:start].encode("utf-8"))
        call = call_around(data, at, at + len(text[start:end].encode("utf-8")))
        if call is None:
            return _PLAIN
        called, index, arguments = call
        if called in _OFFSETS and index == 1:
            return frozenset([Role("member", MemberOf(type_name=arguments[0].text))])
        found = frozenset[Role]()
        for macro in self.definitions(called):
            for role in self.roles(macro, index, depth + 1):
                found |= {Role(role.kind, _handed_on(role.member_of, macro, arguments))}
        return found or _PLAIN

    def uses(self, name: str) -> Sequence[Use]:
        """Return where code uses a macro, through other macros, too."""
        if name not in self._uses:
            self._uses[name] = []
            uses = []
            for use in self._each_use(name):
                uses.append(use)
                if len(uses) > _MOST_USES:
                    uses.append(Use(use.node))  # of so many it is not told what each means
                    break
            self._uses[name] = uses
        return self._uses[name]

    def _each_use(self, name: str) -> Iterator[Use]:
        data = self._source.data
        for node in self._source.nodes_with(name):
            parent = node.parent
            if text_of(node) == name and not node.named_children:
                if parent is None or parent.type not in (*_DEFINITIONS, *_ASKING):
                    given = arguments_from(data, node.end_byte) or ()
                    yield Use(node, tuple(map(self.given, given)))
            elif node.type == "preproc_arg" and (outer := macro_of(node)) is not None:
                for _, end in words_in(name, outer.text):
                    yield from self._through(outer, end)

    def _through(self, outer: Macro, end: int) -> Iterator[Use]:
        """The uses of a macro whose body uses another one, whose name ends at a character, as uses of that."""
        data = outer.text.encode("utf-8")
        given = arguments_from(data, len(outer.text[:end].encode("utf-8"))) or ()
        parameters = outer.parameters or ()
        for use in self.uses(outer.name):
            yield Use(use.node, tuple(_argument(each, parameters, use) for each in given))

    def given(self, argument: Argument) -> Given:
        """Return what an argument in code is."""
        node = self._source.root.descendant_for_byte_range(argument.start, argument.end)
        while node is not None and (node.start_byte, node.end_byte) != argument.span:
            node = None
        return Given(argument.text, node)


def _argument(given: Argument, parameters: Sequence[str], use: Use) -> Given:
    """What a macro hands on, if it is one of its own arguments, or a member of one."""
    path = object_before(f"{given.text}->")
    index = parameters.index(path.name) if path.name in parameters else len(use.arguments)
    if index < len(use.arguments):
        own = use.arguments[index]
        return Given(own.text, own.expression, (*own.fields, *path.fields))
    return Given()


def _handed_on(member_of: MemberOf, macro: Macro, arguments: Sequence[Argument]) -> MemberOf:
    """What a macro has a member of, in the words of who uses it."""
    parameters = macro.parameters or ()
    if member_of.type_name in parameters or member_of.name in parameters:
        index = parameters.index(member_of.type_name or member_of.name)
        text = arguments[index].text if index < len(arguments) else ""
        if member_of.type_name:
            return MemberOf(type_name=text)
        word = re.fullmatch(r"\(*&?(\w+)\)*", text)
        return MemberOf(word[1], member_of.fields) if word is not None else MemberOf()
    return member_of
