"""Words put for words, in a file or in one definition."""

from specedit.edits.text import TextEdit, apply_edits, line_of, places_of
from specedit.engine.errors import AmbiguousPlace, EditRefused


def replaced(
    text: str, old: str, new: str, *, every: bool, within: str = "", lines_above: int = 0
) -> str:
    """Return a text with `new` where `old` stood. It is all of a file, or the definition `within` under so many lines.

    Raises:
        EditRefused: `old` is not there.
        AmbiguousPlace: it is there several times, and not `every` place is meant.
    """
    places = places_of(text, old)
    if not places:
        raise EditRefused(f"{old!r} is nowhere in {within or 'the file'}")
    if len(places) > 1 and not every:
        lines = [lines_above + line_of(text, place) for place in places]
        where = f" in {within}" if within else ""
        raise AmbiguousPlace(
            f"{old!r} stands {len(places)} times{where}, on lines {', '.join(map(str, lines))}; say "
            '"replace every …" for all',
            lines,
        )
    return apply_edits(text, (TextEdit(place, place + len(old), new) for place in places))
