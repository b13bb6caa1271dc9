"""The code actions: what can be done where the cursor is. Listing them is cheap; the work is done in resolve."""

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from specedit.edits.languages import language_of
from specedit.edits.syntax import Definition, Source
from specedit.engine.errors import EditRefused
from specedit.lsp import convert
from specedit.lsp.documents import Snapshot

KIND = "refactor.rewrite.specedit"
ASK = "specedit.ask"  # a command of the client's: it has the box to type an instruction into
_MOST = 200_000  # characters of a text that is parsed for a menu


def offered(
    snapshot: Snapshot,
    area: types.Range,
    capabilities: types.ClientCapabilities,
    *,
    undo: bool,
    can_ask: bool,
) -> list[types.CodeAction]:
    """Return the actions at a range."""
    where = {
        "textDocument": {"uri": snapshot.uri, "version": snapshot.version},
        "range": {
            "start": {"line": area.start.line, "character": area.start.character},
            "end": {"line": area.end.line, "character": area.end.character},
        },
    }
    found = []
    if can_ask:
        command = types.Command("specedit: edit with instruction…", ASK, arguments=[where])
        found.append(types.CodeAction(command.title, KIND, command=command))
    tags = [types.CodeActionTag.LlmGenerated] if _takes_tags(capabilities) else None
    for instruction in _instructions(snapshot, area):
        data = {"textDocument": where["textDocument"], "instruction": instruction}
        found.append(types.CodeAction(f"specedit: {instruction}", KIND, data=data, tags=tags))
    if undo:
        command = types.Command("specedit: undo the last edit", "specedit.undo", arguments=[where])
        found.append(types.CodeAction(command.title, KIND, command=command))
    return found


def is_wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Return whether a client that wants these kinds `only` wants ours: a kind stands for those below it too."""
    kinds = [kind.value if isinstance(kind, types.CodeActionKind) else kind for kind in only or ()]
    return only is None or any(f"{KIND}.".startswith(f"{kind}.") for kind in kinds if kind)


def _instructions(snapshot: Snapshot, area: types.Range) -> Iterator[str]:
    """What syntax can do at a range without a further word."""
    path = convert.path_of(snapshot.uri)
    language = language_of(str(path)) if path else None
    if language is None or len(snapshot.text) > _MOST:
        return
    try:
        body = snapshot.document.body
    except EditRefused:  # half a character
        return
    source, row = Source(body, language), area.start.line
    if _is_import(source, row):
        yield "sort the imports"
    conditions = [n for n in source.nodes if n.child_by_field_name("condition")]
    if sum(n.start_point[0] == row for n in conditions) == 1:
        yield f"negate the condition on line {row + 1}"
    line = source.line(row) if row < body.count("\n") else ""
    if language.name == "python" and re.search(r"['\"] % |\.format\(", line):
        yield "convert %-formatting and str.format calls to f-strings"
    definition = _defined_on(source, row)
    if definition is not None:
        yield f"delete the {definition.kind} {definition.qualified}"


def _is_import(source: Source, row: int) -> bool:
    nodes = (n for n in source.root.named_children if n.type in source.language.imports)
    return any(node.start_point[0] <= row <= node.end_point[0] for node in nodes)


def _defined_on(source: Source, row: int) -> Definition | None:
    """The definition whose name stands on a line."""
    kinds = ("function", "method", "class")
    named = [d for d in source.definitions if d.kind in kinds and d.node.start_point[0] == row]
    return named[0] if len(named) == 1 else None


def _takes_tags(capabilities: types.ClientCapabilities) -> bool:
    document = capabilities.text_document
    action = document.code_action if document else None
    known = action.tag_support.value_set if action and action.tag_support else ()
    return types.CodeActionTag.LlmGenerated in known
