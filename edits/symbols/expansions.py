"""What names mean in what macros stand for: what they mean where these are used."""

from collections import defaultdict
from collections.abc import Sequence

from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.syntax.nodes import line_of

_MOST_LINES = 4


def by_uses(occurrences: Sequence[Occurrence], symbols: Sequence[Symbol]) -> tuple[Occurrence, ...]:
    """Return the occurrences, those in macros with what they mean in all uses of these; the uses go.

    What means several symbols has them as `several`; where a use does not tell, they are all that it may be.
    """
    uses: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        expansion = occurrence.place.expansion
        if expansion is not None and expansion.body is not None:
            uses[expansion.body].append(occurrence)
    resolved = []
    for occurrence in occurrences:
        expansion = occurrence.place.expansion
        if expansion is None:
            used = uses.get(occurrence.place.start)
            resolved.append(_in_macro(occurrence, used, symbols) if used else occurrence)
        elif expansion.body is None:
            resolved.append(_given(occurrence, symbols))
    return tuple(resolved)


def _given(occurrence: Occurrence, symbols: Sequence[Symbol]) -> Occurrence:
    """What a macro is given, which it makes a member of, or another name."""
    if occurrence.symbol is not None or occurrence.known:
        return occurrence
    several = tuple(s for s in symbols if s.owners)
    return Occurrence(occurrence.place, None, occurrence.reason, several=several)


def _in_macro(
    body: Occurrence, uses: Sequence[Occurrence], symbols: Sequence[Symbol]
) -> Occurrence:
    place = body.place
    meant = {use.symbol for use in uses if use.symbol is not None}
    if place.role == "name":
        meant |= {body.symbol} if body.symbol is not None else set()
        if len(meant) < 2:
            return Occurrence(place, next(iter(meant), None), body.reason, body.known)
        reason = f"is in the body of the macro `{_macro(uses)}`, which means several symbols by it"
        return Occurrence(place, None, reason, several=tuple(meant))
    unclear = [use for use in uses if use.symbol is None and not use.known]
    if len(meant) == 1 and all(use.symbol is not None for use in uses):
        return Occurrence(place, next(iter(meant)))
    if not meant and not unclear:
        return Occurrence(place, None, uses[0].reason, known=True)
    if unclear:
        meant = {s for s in symbols if s.owners or place.role == "unknown"}
        lines = ", ".join(
            map(str, sorted({line_of(use.place.node) for use in unclear})[:_MOST_LINES])
        )
        reason = (
            f"is in the body of the macro `{_macro(uses)}`; of what, is not evident on line {lines}"
        )
    else:
        reason = f"is in the body of the macro `{_macro(uses)}`, which is used for several types"
    return Occurrence(place, None, reason, several=tuple(meant))


def _macro(uses: Sequence[Occurrence]) -> str:
    expansion = uses[0].place.expansion
    return expansion.macro if expansion is not None else ""
