"""Put words for words in one definition, or another text for that of an exception.

'replace "colour" with "color" in load', 'change the message "gone" of the ValueError in load to "closed"'. What fits several
places is refused, unless all are asked for.
"""

import re
from collections.abc import Iterator

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import Slot, either, led, stating, thing
from specedit.edits.instruction.tokens import Phrase
from specedit.edits.instruction.vocabulary import CHANGE, CONVERT, DEFINITION, phrases
from specedit.edits.operations._meant import definition_meant
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.word_for_word import replaced
from specedit.engine.errors import AmbiguousPlace, EditRefused

EXAMPLES = (
    'replace "{colour}" with "{color}" in {load}',
    'change the message "{gone}" of the {ValueError} in {load} to "{closed}"',
)

_EVERY = phrases("all", "every", "each", "all occurrences of", "every occurrence of")


def _text(key: str) -> Slot:
    """A slot for a text in quotes, without them."""

    def slot(phrase: Phrase) -> dict[str, str] | None:
        if len(phrase) != 1 or not phrase[0].is_quoted or len(phrase[0].text) < 2:
            return None
        return {key: phrase[0].text[1:-1]}

    return slot


_IN = clause("in|inside|within", thing("f", DEFINITION))
_REPLACE = form(
    phrases("replace", "substitute"),
    either(stating(led(_EVERY, _text("old")), every="yes"), _text("old")),
    clause("with|by", _text("new")),
    _IN,
)
_MESSAGES = phrases("message", "error message", "exception message")
_MESSAGE = form(
    (*CHANGE, *CONVERT, *phrases("reword")),
    led(_MESSAGES, _text("old")),
    clause("of|for", thing("e", phrases("exception", "error")), optional=True),
    clause("in|inside|within", thing("f", DEFINITION), optional=True),
    clause("to|with|by|into", _text("new")),
)
_RAISING = ("raise_statement", "throw_statement", "throw_expression")
_QUOTED = re.compile(r"""(["']).*\1""", re.DOTALL)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with other words in a definition, or None if that is not asked for.

    Raises:
        EditRefused: they are not there.
        AmbiguousPlace: they are there several times.
    """
    if slots := read(instruction, _REPLACE):
        return _with_words(source, definition_meant(source, slots), slots)
    if slots := read(instruction, _MESSAGE):
        scope = definition_meant(source, slots) if "f" in slots else None
        return _with_message(source, scope, slots)
    return None


def _with_words(source: Source, definition: Definition, slots: dict[str, str]) -> str:
    start, end = definition.outer.start_byte, definition.outer.end_byte
    inside = source.data[start:end].decode("utf-8")
    after = replaced(
        inside,
        slots["old"],
        slots["new"],
        every="every" in slots,
        within=f"'{definition.name}'",
        lines_above=definition.outer.start_point[0],
    )
    return source.spliced({(start, end): after})


def _with_message(source: Source, scope: Definition | None, slots: dict[str, str]) -> str:
    messages = list(_messages(source, scope, slots))
    raised = f" of {slots['e']}" if "e" in slots else ""
    if not messages:
        where = f" in '{scope.name}'" if scope is not None else ""
        raise EditRefused(f"no message{raised}{where} reads {slots['old']!r}")
    if len(messages) > 1:
        lines = [line_of(node) for node in messages]
        raise AmbiguousPlace(
            f"{slots['old']!r} is a message{raised} on lines {', '.join(map(str, lines))}; say in which function",
            lines,
        )
    (node,), quote = messages, text_of(messages[0])[0]
    if quote in slots["new"] or "\\" in slots["new"] or "\n" in slots["new"]:
        raise EditRefused(
            f"{slots['new']!r} cannot stand between {quote} as it is; give it by a patch"
        )
    return source.spliced({(node.start_byte, node.end_byte): f"{quote}{slots['new']}{quote}"})


def _messages(source: Source, scope: Definition | None, slots: dict[str, str]) -> Iterator[Node]:
    """Yield the strings that are raised, and read as the message does."""
    for content in source.nodes_with(slots["old"]):
        node = content.parent
        if content.type not in source.language.strings or text_of(content) != slots["old"]:
            continue
        if node is None or not _QUOTED.fullmatch(text_of(node)):
            continue  # it has a prefix
        around = [holder for holder, _ in ancestors(node)]
        is_inside = scope is None or scope.node in around
        raising = next((each for each in around if each.type in _RAISING), None)
        if raising is not None and is_inside and _is_of(raising, slots.get("e")):
            yield node


def _is_of(raising: Node, name: str | None) -> bool:
    """Whether a statement raises an exception of a name, if one is given."""
    return (
        name is None or re.search(rf"(?<!\w){re.escape(name)}\s*\(", text_of(raising)) is not None
    )
