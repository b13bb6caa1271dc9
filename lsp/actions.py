"""The code actions: what can be done where the cursor is. Listing them is cheap; the work is done in resolve."""

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused
from specedit.lsp import convert
from specedit.lsp.documents import Snapshot

KIND = "refactor.rewrite.specedit"
ASK = "specedit.ask"  # commands of the client's: it has the box to type an instruction into,
PASTE = "specedit.paste"  # and the clipboard
_MOST = 200_000  # characters of a text that is parsed for a menu


def offered(
    snapshot: Snapshot,
    area: types.Range,
    capabilities: types.ClientCapabilities,
    *,
    undo: bool,
    can_ask: bool,
    can_paste: bool,
) -> list[types.CodeAction]:
    """Return the actions at a range. `can_ask`, `can_paste`: the client has the commands ASK and PASTE."""
    where = {
        "textDocument": {"uri": snapshot.uri, "version": snapshot.version},
        "range": {
            "start": {"line": area.start.line, "character": area.start.character},
            "end": {"line": area.end.line, "character": area.end.character},
        },
    }
    actions = []

    def add_command(title: str, name: str, **more: str) -> None:
        command = types.Command(f"specedit: {title}", name, arguments=[where | more])
        actions.append(types.CodeAction(command.title, KIND, command=command))

    if can_ask:
        add_command("edit with instruction…", ASK)
    source = _source(snapshot)
    name = _name_at(source, snapshot, area) if source else ""
    if can_ask and name:
        add_command(f"rename {name}…", ASK, instruction=f"rename {name} to ")
    tags = [types.CodeActionTag.LlmGenerated] if _takes_tags(capabilities) else None
    for instruction in _instructions(source, area.start.line) if source else ():
        data = {"textDocument": where["textDocument"], "instruction": instruction}
        actions.append(types.CodeAction(f"specedit: {instruction}", KIND, data=data, tags=tags))
    if can_paste:
        add_command("apply snippet from clipboard", PASTE)
    if undo:
        add_command("undo the last edit", "specedit.undo")
    return actions


def is_wanted(only: Sequence[types.CodeActionKind | str] | None, kind: str = KIND) -> bool:
    """Return whether a client that wants these kinds `only` wants a kind: it stands for those below it too."""
    kinds = [each.value if isinstance(each, types.CodeActionKind) else each for each in only or ()]
    return only is None or any(f"{kind}.".startswith(f"{above}.") for above in kinds if above)


def _source(snapshot: Snapshot) -> Source | None:
    """The text with its tree, if it is in a language that has operations and short enough for a menu."""
    path = convert.path_of(snapshot.uri)
    language = language_of(str(path)) if path else None
    if language is None or not language.has_operations or len(snapshot.text) > _MOST:
        return None
    try:
        return Source(snapshot.document.body, language)
    except EditRefused:  # half a character
        return None


def _name_at(source: Source, snapshot: Snapshot, area: types.Range) -> str:
    """The name that the cursor is at, or ""."""
    row, column = area.start.line, area.start.character
    if row >= len(source.line_starts):
        return ""
    line = source.line(row)
    before = line[: snapshot.units.offset(line, column)]
    at = source.line_starts[row] + len(before.encode("utf-8"))
    names = (n for n in source.identifiers if n.start_byte <= at <= n.end_byte)
    return next(map(source.code, names), "")


def _instructions(source: Source, row: int) -> Iterator[str]:
    """What syntax can do on a line without a further word."""
    if _is_import(source, row):
        yield "sort the imports"
    conditions = [n for n in source.nodes if n.child_by_field_name("condition")]
    if sum(n.start_point[0] == row for n in conditions) == 1:
        yield f"negate the condition on line {row + 1}"
    line = source.line(row) if row < len(source.line_starts) else ""
    if source.language.has_f_strings and re.search(r"['\"] % |\.format\(", line):
        yield "convert %-formatting and str.format calls to f-strings"
    definition = _defined_on(source, row)
    if definition is not None:
        is_movable = definition.kind == "method" and bool(definition.owner)
        if is_movable and source.language.receiver_is_parameter:
            yield f"move the method {definition.qualified} to the top level"
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
