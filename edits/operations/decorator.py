"""Add or remove a decorator, an annotation (Java) or an attribute (Rust).

"add the decorator @cache to load", "decorate load with functools.cache", "add #[inline] to get", "remove @Override
from close".
"""

import re

from specedit.edits.operations._phrases import ADD, NO_ARTICLE, REMOVE, read
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "add the decorator @cache to load",
    "decorate load with functools.cache",
    "remove @Override from close",
)

_KIND = r"(?:the )?(?:a |an )?(?:decorator|annotation|attribute)"
_WHAT = r"(?:the )?(?:function |method |class |struct )?<f>(?: (?:function|method|class))?"
_BARE = rf"{NO_ARTICLE}<d:(`?[@#]?[\w.]+`?)>"
_ADD = (
    rf"(?:{ADD}|put) {_KIND} <d:code> (?:to|on) {_WHAT}",
    rf"(?:{ADD}|put) (?:the |a |an )?{_BARE} (?:decorator|annotation|attribute) (?:to|on) {_WHAT}",
    rf"(?:{ADD}|put) (?=[@#`])<d:code> (?:to|on) {_WHAT}",
    rf"give {_WHAT} {_KIND} <d:code>",
)
_DECORATE = (rf"decorate {_WHAT} with <d:code>", rf"annotate {_WHAT} with (?=[@`])<d:code>")
_REMOVE = (
    rf"{REMOVE} {_KIND} <d:code> (?:from|of|on) {_WHAT}",
    rf"{REMOVE} (?:the )?(?=[@#`])<d:code>(?: decorator| annotation| attribute)? (?:from|of|on) {_WHAT}",
    rf"{REMOVE} (?:the )?{_BARE} (?:decorator|annotation|attribute) (?:from|of|on) {_WHAT}",
    rf"{REMOVE} <f>'s {_BARE} (?:decorator|annotation|attribute)",
)
_SHAPE = re.compile(r"@?[\w.]+(?:\(.*\))?|\#?!?\[.*\]", re.DOTALL)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the decorator added or removed, or None if that is not asked for.

    Raises:
        EditRefused: there is no such definition, it has no such decorator, or the language has none.
    """
    added = read(instruction, *_ADD, *_DECORATE)
    said = added or read(instruction, *_REMOVE)
    if said is None or not _SHAPE.fullmatch(said["d"].strip("`")):
        return None
    word = re.search(r"\b(annotation|attribute)\b", instruction.replace(said["d"], ""))
    if word and word[1] != source.language.decorator_noun:
        return None
    bare = re.sub(r"^#?!?\[(.*)\]$|^@", r"\1", said["d"].strip("`"), flags=re.DOTALL)
    if "`" in said["d"] and not bare:
        return None
    form = source.language.decorator
    if not form:
        raise EditRefused(f"{source.language.name} has no decorators")
    definition = source.definition(said["f"])
    line = form.format(bare)
    lines = _lines_above(source, definition)
    if added:
        if line in [text.strip() for _, text in lines]:
            return source.text
        at = lines[0][0] if lines else definition.node.start_point[0]
        indent = re.match(r"\s*", source.line(definition.node.start_point[0]))
        start = source.line_starts[at]
        return source.spliced({(start, start): f"{indent[0] if indent else ''}{line}\n"})
    name = bare.split("(")[0]
    wanted = re.escape(bare if "(" in bare else name)  # with its arguments, if they are said
    pattern = re.compile(rf"{re.escape(form.split('{}')[0])}{wanted}(?![\w.])")
    found = [n for n, text in lines if pattern.match(text.strip())]
    if not found:
        raise EditRefused(
            f"'{definition.name}' on line {definition.node.start_point[0] + 1} has no {line}"
        )
    starts = (*source.line_starts, len(source.data))
    return source.spliced({(starts[n], starts[n + 1]): "" for n in found})


def _lines_above(source: Source, definition: Definition) -> list[tuple[int, str]]:
    """The decorators of a definition that stand on lines of their own."""
    mark = source.language.decorator.partition("{}")[0]
    found = []
    row = _head_row(source, definition)
    while row > 0 and source.line(row - 1).strip().startswith(mark):
        row -= 1
        found.append((row, source.line(row)))
    return found[::-1]


def _head_row(source: Source, definition: Definition) -> int:
    """The row of the first line of a definition that is not a decorator."""
    row = definition.node.start_point[0]
    while row < definition.node.end_point[0] and source.line(row).strip().startswith("@"):
        row += 1
    return row
