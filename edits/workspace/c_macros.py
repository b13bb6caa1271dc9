"""C and C++: of what a macro names a member, by where it is used."""

import re
from collections.abc import Collection, Iterator

from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

_OBJECT = re.compile(r"(?<![\w.>)])\(*(\w+)\)*\s*(?:->|\.)\s*$")


def is_member_of(occurrence: Occurrence, targets: Collection[Symbol], symbols: Symbols) -> bool:
    """Return whether a member in the body of a macro is that of some classes, wherever the macro is used.

    So it is if all uses of which it can be told say so, and one does.
    """
    place, macro = occurrence.place, occurrence.place.node.parent
    if place.role != "unknown member" or macro is None or place.node.type != "preproc_arg":
        return False
    body = symbols.source.data[place.node.start_byte : place.start].decode("utf-8")
    written = _OBJECT.search(body)
    if written is None:
        return False
    owners = {owner for symbol in targets for owner in symbol.owners}
    types = {*_types_at_uses(written[1], macro, symbols)} - {""}
    return bool(types) and types <= owners


def _types_at_uses(name: str, macro: Node, symbols: Symbols) -> Iterator[str]:
    """What a name in the body of a macro is where the macro is used, "" where that is not evident."""
    called = text_of(macro.child_by_field_name("name"))
    listed = macro.child_by_field_name("parameters")
    parameters = [text_of(each) for each in listed.named_children] if listed is not None else []
    for node in symbols.source.nodes_with(called):
        parent = node.parent
        if node.type != "identifier" or text_of(node) != called or parent is None:
            continue
        if name not in parameters:
            if parent != macro:
                yield symbols.type_named(name, node)
        elif parent.type == "call_expression":
            given = parent.child_by_field_name("arguments")
            arguments = given.named_children if given is not None else []
            if len(arguments) == len(parameters):
                yield symbols.type_of(arguments[parameters.index(name)])
