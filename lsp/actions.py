"""The code actions: what can be done where the cursor is. Listing them is cheap; the work is done in resolve."""

from collections.abc import Sequence
from functools import partial

from lsprotocol import types

from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused
from specedit.lsp import convert
from specedit.lsp.documents import Snapshot
from specedit.lsp.offers import REWRITE, Place, offers_at

KIND = REWRITE
ASK = "specedit.ask"  # commands of the client's: it has the box to type an instruction into,
PASTE = "specedit.paste"  # and the clipboard
_MOST = 200_000  # characters of a text that is parsed for a menu


def offered(
    snapshot: Snapshot,
    area: types.Range,
    capabilities: types.ClientCapabilities,
    only: Sequence[types.CodeActionKind | str] | None,
    *,
    undo: bool,
    can_ask: bool,
    can_paste: bool,
) -> list[types.CodeAction]:
    """Return the actions at a range, of the kinds that are wanted. `can_ask`, `can_paste`: the client has ASK and PASTE."""
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
    named = _name_at(source, snapshot, area) if source else None
    name = source.code(named) if source and named else ""
    if can_ask and name:
        add_command(f"rename {name}…", ASK, instruction=f"rename {name} to ")
    tags = [types.CodeActionTag.LlmGenerated] if _takes_tags(capabilities) else None
    place = _place(source, snapshot, area, is_whole=only is not None) if source else None
    for offer in offers_at(source, place, partial(is_wanted, only)) if source and place else ():
        data = {"textDocument": where["textDocument"], "instruction": offer.instruction}
        title = f"specedit: {offer.instruction}"
        marked = tags if offer.kind == KIND else None  # of the others syntax is certain
        actions.append(types.CodeAction(title, offer.kind, data=data, tags=marked))
    if not is_wanted(only):
        return [action for action in actions if action.kind != KIND]
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


def _name_at(source: Source, snapshot: Snapshot, area: types.Range) -> Node | None:
    """The name that the cursor is at."""
    row, column = area.start.line, area.start.character
    if row >= len(source.line_starts):
        return None
    line = source.line(row)
    before = line[: snapshot.units.offset(line, column)]
    at = source.line_starts[row] + len(before.encode("utf-8"))
    return next((n for n in source.identifiers if n.start_byte <= at <= n.end_byte), None)


def _place(source: Source, snapshot: Snapshot, area: types.Range, *, is_whole: bool) -> Place:
    lines = None
    if area.start != area.end:
        first, last = area.start.line, area.end.line
        has_empty_end = area.end.character == 0 and last > first
        lines = (first + 1, last + (not has_empty_end))
    return Place(area.start.line, _name_at(source, snapshot, area), lines, is_whole)


def _takes_tags(capabilities: types.ClientCapabilities) -> bool:
    document = capabilities.text_document
    action = document.code_action if document else None
    known = action.tag_support.value_set if action and action.tag_support else ()
    return types.CodeActionTag.LlmGenerated in known
