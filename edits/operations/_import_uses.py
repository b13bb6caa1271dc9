"""Whether the file uses what an import brings in: who calls it unused may be wrong."""

import re

from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_ALIAS = re.compile(r"\bas\s+([\w$]+)")


def refuse_if_used(source: Source, text: str, statement: Node) -> None:
    """Refuse to call an import unused. `text` is what is to go: the statement, or one of the names that it lists.

    Raises:
        EditRefused: it is used; with the lines.
    """
    name = _bound(text, source.language)
    if name is None:
        return
    symbols = symbols_of(source)
    rows = {
        o.place.node.start_point[0] + 1
        for o in (symbols.names(name).occurrences if symbols is not None else ())
        if o.place.role == "name"
        and (o.symbol is None or "import" in o.symbol.kinds)
        and not statement.start_byte <= o.place.start < statement.end_byte
    }
    exported = re.search(
        rf"^__all__\b[^\])]*['\"]{re.escape(name)}['\"]", source.text, re.MULTILINE
    )
    if exported:
        rows.add(source.text.count("\n", 0, exported.end()) + 1)
    if rows:
        lines = ", ".join(map(str, sorted(rows)))
        raise EditRefused(f"'{name}' is used on line{'s' * (len(rows) > 1)} {lines}: it stays")


def _bound(text: str, language: Language) -> str | None:
    """The name by which the file calls what is imported; None where that cannot be told."""
    if language.import_binds == "nothing" or "*" in text.replace("* as", ""):
        return None
    aliases = _ALIAS.findall(text)
    if aliases:
        return str(aliases[-1])
    if language.import_binds == "path":
        match = re.search(r"(?:([\w.]+)\s+)?\"(?:[^\"]*/)?([\w-]+)(?:/v\d+)?\"", text)
        return (match[1] or match[2]) if match else None
    if language.import_binds == "first" and not text.startswith("from"):
        return text.removeprefix("import").strip().split(".")[0]
    text = re.sub(r"\s*(?:from\s*)?['\"].*", "", text, flags=re.DOTALL)
    words: list[str] = re.findall(r"[\w$]+", text)
    return words[-1] if words and words[-1] not in ("import", "type") else None
