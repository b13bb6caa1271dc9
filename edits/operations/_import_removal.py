"""Takes an import out: its line, or its name in a list."""

import re
from collections.abc import Iterator
from contextlib import suppress

from specedit.edits.operations import _import_uses, _lists
from specedit.edits.operations._rows import gaps
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.nodes import enclosing, is_inside, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused, SymbolNotFound

_KEYWORD = re.compile(r"^(?:import|use|#\s*include)\s+")
_BEHIND = re.compile(rb"[\s;,]*(?:(?:#|//|/\*).*)?", re.DOTALL)  # an import, on its lines


def import_statements(source: Source) -> list[Node]:
    """Return the imports of a file, at its top level."""
    return [node for node in source.root.named_children if node.type in source.language.imports]


def removed(source: Source, name: str, *, unused: bool) -> str:
    """Return the text without an import: its line, or its name in a list.

    Raises:
        EditRefused: it is used and said to be unused, or shares its line with other code.
        SymbolNotFound: the file does not import it.
    """
    target = _KEYWORD.sub("", name).rstrip(";").strip("\"'<>")
    for statement in import_statements(source):
        lists = [n for n in walk(statement) if len(_parts(n, statement)) > 1]
        for listed in lists:
            parts = _parts(listed, statement)
            for i, part in enumerate(parts):
                if _is_target(source.code(part), target):
                    if unused:
                        _import_uses.refuse_if_used(
                            source, _imported(source, part, statement), statement
                        )
                    if part.type in ("import_spec",):
                        return _without_lines(source, part)
                    return source.spliced(_removed_part(parts, i))
        last = re.split(r"[\s,{};]+", source.code(statement).rstrip(";} "))[-1]
        whole = source.code(statement).rstrip(";")
        quoted = rf"[\"'<./:]{re.escape(target)}[\"'>.;:]?$|[\"'<]{re.escape(target)}[\"'>]"
        if _is_target(last, target) or target in whole.split() or re.search(quoted, whole):
            if unused:
                _import_uses.refuse_if_used(source, whole, statement)
            return _without_lines(source, statement)
    known = re.findall(r"\w+", " ".join(source.code(node) for node in import_statements(source)))
    raise SymbolNotFound(target, nearest(target, known))


def without_unneeded(source: Source, after: str) -> str:
    """Return the text after an edit without the imports that the text before it needed, and this does not.

    Only what is bound by the last part of a path, or an alias, is told.
    """
    for name, code in [*_bound_by_paths(source)]:
        result = Source(after, source.language, source.path)
        if _uses_import(source, name) and not _uses_import(result, name):
            statements = [n for n in import_statements(result) if code in result.code(n)]
            (spec,) = [n for s in statements for n in _specs(s) if result.code(n) == code]
            around = next(s for s in statements if is_inside(spec, s))
            with suppress(EditRefused):  # what shares its line stays
                after = _without_lines(result, spec if len(_specs(around)) > 1 else around)
    return after


def _specs(statement: Node) -> list[Node]:
    return [node for node in walk(statement) if node.type == "import_spec"]


def _bound_by_paths(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the names that imports bind by their paths, each with what is written for it."""
    bound = dict[str, list[str]]()
    for statement in import_statements(source):
        for spec in _specs(statement):
            path, alias = (text_of(spec.child_by_field_name(f)) for f in ("path", "name"))
            last = re.sub(r"(?:/|\.)v\d+$", "", path.strip('"`')).rpartition("/")[2]
            if alias not in ("_", ".") and path != '"C"':
                bound.setdefault(alias or last, []).append(source.code(spec))
    yield from ((name, codes[0]) for name, codes in bound.items() if len(codes) == 1)


def _uses_import(source: Source, name: str) -> bool:
    """Whether code that is no import has what an import binds by a name."""
    symbols = symbols_of(source)
    return symbols is None or any(
        o.symbol is None or "import" in o.symbol.kinds
        for o in symbols.names(name).occurrences
        if o.place.role == "name" and enclosing(o.place.node, source.language.imports) is None
    )


def _imported(source: Source, part: Node, statement: Node) -> str:
    """A listed name as a statement of its own would have it."""
    from_module = statement.type == "import_from_statement"
    return f"from . import {source.code(part)}" if from_module else source.code(part)


def _parts(node: Node, statement: Node) -> list[Node]:
    """The names that an import statement lists in `node`."""
    if node.type in ("named_imports", "use_list", "import_spec_list"):
        return list(node.named_children)
    if node == statement and statement.type in ("import_statement", "import_from_statement"):
        module = statement.child_by_field_name("module_name")
        kinds = ("dotted_name", "aliased_import")
        return [c for c in statement.named_children if c != module and c.type in kinds]
    return []


def _removed_part(parts: list[Node], i: int) -> _lists.Edits:
    if i + 1 < len(parts):
        return {(parts[i].start_byte, parts[i + 1].start_byte): ""}
    return {(parts[i - 1].end_byte, parts[i].end_byte): ""}


def _is_target(text: str, target: str) -> bool:
    """Whether an imported thing is called `wanted`, by its name, its path or its alias."""
    bare = text.strip().strip("\"'<>;")
    names = {bare, *bare.split(" as "), re.split(r"[./:]+", bare)[-1]}
    return target in names


def _without_lines(source: Source, node: Node) -> str:
    starts = (*source.line_starts, len(source.data))
    first, last = node.start_point[0], node.end_point[0] + (1 if node.end_point[1] else 0)
    end = starts[min(last, len(starts) - 1)]
    before, behind = source.data[starts[first] : node.start_byte], source.data[node.end_byte : end]
    if before.strip() or not _BEHIND.fullmatch(behind):
        raise EditRefused(
            f"'{source.code(node)}' shares line {first + 1} with other code; change it by hand, or by a snippet"
        )
    rows = range(first, min(last, len(starts) - 1))
    edits = {(starts[row], starts[row + 1]): "" for row in gaps(source, {*rows})}
    return source.spliced(edits | {(starts[first], end): ""})
