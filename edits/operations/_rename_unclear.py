"""What a rename must not touch because a name may mean several symbols, by a macro or by what hands keywords on."""

from collections.abc import Callable, Collection

from specedit.edits.operations._rename_choice import line_named
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Place
from specedit.edits.symbols.resolver import Symbols
from specedit.engine.errors import EditRefused


def refuse_mixed(
    request: Request,
    chosen: Collection[Symbol],
    symbols: Symbols,
    shown: Callable[[Place], str] = line_named,
) -> None:
    """Refuse a symbol of which a place may mean it beside others, or where it is not evident which.

    Raises:
        EditRefused: with the line.
    """
    if request.everywhere:
        return
    for occurrence in symbols.names(request.old).occurrences:
        if not occurrence.known and not {*occurrence.several}.isdisjoint(chosen):
            raise EditRefused(
                f"`{request.old}` on {shown(occurrence.place)} {occurrence.reason}: rename it by hand there, "
                'or say "everywhere" to have it renamed there, too'
            )
