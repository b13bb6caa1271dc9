"""Add or remove a decorator, an annotation (Java) or an attribute (Rust).

"add the decorator @cache to load", "decorate load with functools.cache", "add #[inline] to get", "remove @Override
from close". In Python one that is named by its module, as functools.cache, has that imported where it is of the library, or where
the instruction says "with its import".
"""

import re
import sys

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import code, either, led, owned, quoted, thing, trailed, words
from specedit.edits.instruction.vocabulary import (
    ADD,
    ANNOTATE,
    CLASS,
    DECORATE,
    DECORATOR,
    DEFINITION,
    GIVE,
    PUT,
    REMOVE,
)
from specedit.edits.operations import imports
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "add the decorator {@cache} to {load}",
    "decorate {load} with {functools.cache}",
    "add {functools.cache} to {load} with its import",
    "remove {@Override} from {close}",
)

_WRITTEN = quoted("d")
_D = either(
    led(DECORATOR, code("d")),
    thing("d", DECORATOR, noun=True),
    trailed(_WRITTEN, DECORATOR),
    owned(trailed(_WRITTEN, DECORATOR)),
    _WRITTEN,
)
_F = thing("f", DEFINITION)
_OWNER = clause("of|in|from", thing("owner", CLASS), optional=True)
_ADD = (
    form(ADD + PUT, _D, clause("to|on|above", _F), _OWNER),
    form(GIVE, _F, clause("", _D), _OWNER),
    form(DECORATE, _F, clause("with|by", code("d")), _OWNER),
    form(ANNOTATE, _F, clause("with", _WRITTEN), _OWNER),
)
_DOTTED = r"@?\w+(?:\.\w+)+(?:\(.*\))?"
_IMPORT = clause("with|and", words("import", "its import"))
_ADD_WITH_IMPORT = (
    form(ADD + PUT, either(_D, code("d", _DOTTED)), clause("to|on|above", _F), _OWNER, _IMPORT),
    form(DECORATE, _F, clause("with|by", either(_D, code("d", _DOTTED))), _OWNER, _IMPORT),
)
_REMOVE = form(REMOVE, _D, clause("from|of|on|above", _F, optional=True), _OWNER)
_SHAPE = re.compile(r"@?[\w.]+(?:\(.*\))?|\#?!?\[.*\]", re.DOTALL)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the decorator added or removed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such definition, it has no such decorator, or the language has none.
    """
    with_import = read(instruction, *_ADD_WITH_IMPORT)
    added = with_import or read(instruction, *_ADD)
    slots = added or read(instruction, _REMOVE)
    if slots is None or not slots.keys() & {"f", "owner"}:
        return None
    if not _SHAPE.fullmatch(slots["d"].strip("`")):
        return None
    word = re.search(r"\b(annotation|attribute)\b", instruction.replace(slots["d"], ""))
    if word and word[1] != source.language.decorator_noun:
        return None
    bare = re.sub(r"^#?!?\[(.*)\]$|^@", r"\1", slots["d"].strip("`"), flags=re.DOTALL)
    if "`" in slots["d"] and not bare:
        return None
    form = source.language.decorator
    if not form:
        raise EditRefused(f"{source.language.name} has no decorators")
    definition = _meant(source, slots)
    line = form.format(bare)
    lines = _lines_above(source, definition)
    if added:
        if line in [text.strip() for _, text in lines]:
            return source.text
        at = lines[0][0] if lines else definition.node.start_point[0]
        indent = re.match(r"\s*", source.line(definition.node.start_point[0]))
        start = source.line_starts[at]
        text = source.spliced({(start, start): f"{indent[0] if indent else ''}{line}\n"})
        return _imported(source, bare, text, asked=with_import is not None)
    name = bare.split("(")[0]
    wanted = re.escape(bare if "(" in bare else name)  # with its arguments, if they are said
    pattern = re.compile(rf"{re.escape(form.split('{}')[0])}{wanted}(?![\w.])")
    matches = [n for n, text in lines if pattern.match(text.strip())]
    if not matches:
        raise EditRefused(
            f"'{definition.name}' on line {definition.node.start_point[0] + 1} has no {line}"
        )
    starts = (*source.line_starts, len(source.data))
    return source.spliced({(starts[n], starts[n + 1]): "" for n in matches})


def _imported(source: Source, decorator: str, text: str, *, asked: bool) -> str:
    """The text with the module of a decorator imported, if it is to be and is not.

    Raises:
        EditRefused: that is asked for, and the module is not said, or its name is another thing here.
    """
    module = decorator.partition("(")[0].rpartition(".")[0]
    head = module.partition(".")[0]
    is_known = source.language.standard_parser == "ast" and head in sys.stdlib_module_names
    if not asked and not (module and is_known):
        return text
    if not module or source.language.standard_parser != "ast":
        raise EditRefused(
            f"where '{decorator}' comes from is not said: name it by its module, as functools.cache"
        )
    symbols = symbols_of(source)
    bound = symbols.names(head).symbols if symbols is not None else ()
    lasting = [symbol for symbol in bound if not symbol.is_local and not symbol.owners]
    statement = f"import {module}"
    if not lasting and (asked or not bound):
        return imports.placed(Source(text, source.language, source.path), statement)
    written = [
        source.code(n).strip()
        for n in source.root.named_children
        if n.type in source.language.imports
    ]
    if asked and statement not in written:
        raise EditRefused(
            f"'{head}' on line {lasting[0].line} is another thing than the module, or may be"
        )
    return text


def _meant(source: Source, slots: dict[str, str]) -> Definition:
    return source.definition(".".join(slots[key] for key in ("owner", "f") if key in slots))


def _lines_above(source: Source, definition: Definition) -> list[tuple[int, str]]:
    """The decorators of a definition that stand on lines of their own."""
    mark = source.language.decorator.partition("{}")[0]
    lines = []
    row = _head_row(source, definition)
    while row > 0 and source.line(row - 1).strip().startswith(mark):
        row -= 1
        lines.append((row, source.line(row)))
    return lines[::-1]


def _head_row(source: Source, definition: Definition) -> int:
    """The row of the first line of a definition that is not a decorator."""
    row = definition.node.start_point[0]
    while row < definition.node.end_point[0] and source.line(row).strip().startswith("@"):
        row += 1
    return row
