"""Add, remove or sort imports.

"add import os", "add `from x import y`", "remove the unused import json", "sort the imports". Python's are sorted by
isort; those of other languages within each block of them.
"""

import re
from functools import partial
from itertools import groupby, takewhile
from pkgutil import resolve_name

from specedit.edits.instruction.forms import clause, form, read, readings
from specedit.edits.instruction.slots import claimed, code, either, led, nothing, thing, words
from specedit.edits.instruction.vocabulary import ADD, IMPORT, PUT, REMOVE, SORT, phrases
from specedit.edits.operations import _lists
from specedit.edits.operations._import_removal import import_statements, removed
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "add import {os}",
    "add `from {x} import {y}`",
    "remove the unused import {json}",
    "sort the imports",
)

_WORDS = ("import", "include", "use")
_OF_CODE = ("/**", "///")  # comments that document what stands right below them
_NOUNS = phrases(
    *(f"{word}{kind}" for word in _WORDS for kind in (" statement", " declaration", "")),
    *(f"{word} {of}" for word in _WORDS for of in ("of", "for")),
)
_STATEMENT = code("i", r"(?:(?:import|from|use)\s+|(?:import|#include)\s*[\"'<{*]).*\w.*")
_TOP = clause(
    "at|to", words("top", "top of the file", "start", "imports", "other imports"), optional=True
)
_ADD = (
    form(ADD + PUT, _STATEMENT, _TOP),
    form(
        ADD + PUT,
        led(phrases("missing", ""), either(led(_NOUNS, code("i")), thing("i", _NOUNS, noun=True))),
        _TOP,
    ),
    form(
        ((),),
        code(
            "i",
            r"import (?:[\w.]+(?: as \w+)?|\w+(?:::\w+)+|[\"'][^\"']+[\"'])|from [\w.]+ import [\w, ]+"
            r"|import (?:type )?[\w$*{}, ]+ from (?:'[^']+'|\"[^\"]+\");?"
            r"|use \w+(?:::(?:\w+|\*|\{[\w, *:]+\}))+(?: as \w+)?;?|#include [<\"][^<>\"]+[>\"]",
        ),
    ),
)
_NAME = thing("name", phrases("name"))
_MODULE = clause("from", thing("module", phrases("module", "package")))
_ADD_FROM = (
    form(IMPORT, _NAME, _MODULE, _TOP),
    form(ADD, led(_NOUNS, _NAME), _MODULE, _TOP),
)
_REMOVE = form(
    REMOVE,
    claimed(either(led(_NOUNS, code("i")), thing("i", _NOUNS, noun=True), _STATEMENT)),
)
_IMPORTS = ("imports", "import", "includes", "include", "import statements", "use statements")
_ALL = words(*_IMPORTS, *(f"all {the}{each}" for the in ("the ", "") for each in _IMPORTS))
_BY_NAME = "alphabetically|by name|in alphabetical order|into alphabetical order"
_SORT = (
    form(SORT, _ALL, clause(_BY_NAME, nothing(), optional=True)),
    form(PUT, _ALL, clause("in alphabetical order|into alphabetical order|in order", nothing())),
)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with other imports, or None if that is not asked for.

    Raises:
        EditRefused: there is no such import.
    """
    if read(instruction, *_SORT) is not None:
        return _sorted(source)
    words = (word for word in ("use", "include") if re.search(rf"\b{word}s?\b", instruction))
    if any(word != source.language.import_word for word in words):
        return None
    if slots := read(instruction, *_ADD_FROM):
        written = f"from {slots['module']} import {slots['name']}".replace("`", "")
        statement = _statement(written, source.language)
        return placed(source, statement) if statement else None
    for slots in readings(instruction, *_ADD):
        if statement := _statement(slots["i"], source.language):
            return placed(source, statement)
    if slots := read(instruction, _REMOVE):
        return removed(source, slots["i"].strip("`'\""), unused="claim" in slots)
    return None


def _statement(text: str, language: Language) -> str | None:
    """The import as it is written, or None where the words are no import."""
    text = text.strip("`").strip()
    if text in ("import", "imports", "statement", "statements"):
        return None
    if language.bare_import and (match := re.fullmatch(language.bare_import_pattern, text)):
        return language.bare_import.format(match[1])
    if not language.import_pattern or not re.fullmatch(language.import_pattern, text):
        bare = text.removeprefix("import ")
        return _statement(bare, language) if bare != text else None
    end = language.import_end
    return text if text.endswith(";") else f"{text}{end}"


def placed(source: Source, statement: str) -> str:
    """Return the text with an import statement in its place, where several show their order; else as `added` does."""
    text = added(source, _ended(statement, source))
    is_told = source.language.import_order and len(import_statements(source)) > 1
    if text == source.text or not is_told:
        return text
    return str(resolve_name(source.language.import_order)(source.text, text))


def _ended(statement: str, source: Source) -> str:
    """An import as the file ends its statements, where its language may leave the semicolon out."""
    if not (source.language.may_omit_semicolons and statement.endswith(";")):
        return statement
    imports = import_statements(source)
    ends = [
        source.code(node).endswith(";")
        for node in imports or source.root.named_children
        if node.type.endswith(("_statement", "_declaration"))
        and not source.code(node).endswith("}")
    ]
    return statement if not ends or any(ends) else statement.removesuffix(";")


def added(source: Source, statement: str) -> str:
    """Return the text with an import statement after the others, or at the top; unchanged if it is there."""
    statements = import_statements(source)
    if source.language.groups_imports:
        return _added_to_group(source, statements, statement)
    if statement.rstrip(";") in [source.code(node).strip().rstrip(";") for node in statements]:
        return source.text
    if statements and statement.startswith("from __future__"):
        at = statements[0].start_byte
        return source.spliced({(at, at): f"{statement}\n"})
    if statements:
        row = statements[-1].end_point[0] - (statements[-1].end_point[1] == 0)
        at = source.line_starts[row] + len(source.line(row).rstrip("\n").encode("utf-8"))
        return source.spliced({(at, at): f"\n{statement}"})
    row = first_row(source)
    start = (*source.line_starts, len(source.data))[row]
    gap = "\n" if source.text.strip() else ""
    return source.spliced({(start, start): f"{statement}\n{gap}"})


def _added_to_group(source: Source, statements: list[Node], statement: str) -> str:
    path = statement.removeprefix("import ")
    for declaration in statements:
        if path in source.code(declaration):
            return source.text
        for child in declaration.named_children:
            if child.type == "import_spec_list" and child.named_children:
                specs = child.named_children
                after = [s for s in specs if source.code(s) < path and "." not in source.code(s)]
                last = after[-1] if after else None
                at = last.end_byte if last else child.start_byte + 1
                return source.spliced({(at, at): f"\n\t{path}"})
    if len(statements) == 1 and (grouped := _as_group(source, statements[0], path)) is not None:
        return grouped
    package = next((n for n in source.root.named_children if n.type == "package_clause"), None)
    at = statements[-1].end_byte if statements else package.end_byte if package else 0
    gap = "\n" if statements else "\n\n"
    return source.spliced({(at, at): f"{gap}import {path}"})


def _as_group(source: Source, statement: Node, path: str) -> str | None:
    """The text with an import that stood alone and another one as a group, None where that says more than a path."""
    (spec,) = statement.named_children if len(statement.named_children) == 1 else (None,)
    if spec is None or spec.type != "import_spec" or source.code(spec) == '"C"' or path == '"C"':
        return None
    specs = [source.code(spec), path]
    specs.sort(key=_sort_key)
    listed = "".join(f"\t{each}\n" for each in specs)
    return source.spliced({(statement.start_byte, statement.end_byte): f"import (\n{listed})"})


def first_row(source: Source) -> int:
    """Where imports belong in a file that has none: after its comments, docstring and package, above what documents code."""
    nodes = source.root.named_children
    leading = [*takewhile(partial(_is_leading, source), nodes)]
    below = nodes[len(leading)].start_point[0] if len(leading) < len(nodes) else None
    for node in reversed(leading):
        end = node.end_point[0] + (1 if node.end_point[1] else 0)
        if below is None or end < below or not source.code(node).startswith(_OF_CODE):
            return end
        below = node.start_point[0]
    return below if leading and below is not None else 0


def _is_leading(source: Source, node: Node) -> bool:
    is_docstring = node.type == "expression_statement" and source.code(node)[:1] in "\"'"
    is_comment = node.type in source.language.comments
    return is_comment or is_docstring or node.type == "package_declaration"


def _sorted(source: Source) -> str:
    if source.language.import_sorter:
        return str(resolve_name(source.language.import_sorter)(source.text))
    edits: _lists.Edits = {}
    specs = [n for s in import_statements(source) for n in walk(s) if n.type == "import_spec"]
    nodes = specs if source.language.groups_imports else import_statements(source)
    if not nodes:
        raise EditRefused("the file has no imports to sort")
    row = {node.id: number for number, node in enumerate(nodes)}
    blocks = groupby(nodes, key=lambda n: n.start_point[0] - row[n.id])
    for _, block in blocks:  # statements of one line each, on lines that follow each other
        members = list(block)
        if len({node.type for node in members}) > 1:
            continue  # `#include` and `using` are not sorted into each other
        new = sorted((source.code(node) for node in members), key=_sort_key)
        for node, text in zip(members, new, strict=True):
            edits[node.start_byte, node.end_byte] = text
    return source.spliced(edits)


def _sort_key(text: str) -> tuple[str, str]:
    path = re.search(r"[\"'<]([^\"'>]+)[\"'>]", text)
    return (path[1] if path else re.sub(r"^(import|use|static) ", "", text)).lower(), text
