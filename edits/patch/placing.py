"""Where each block of a patch goes: where it stands, else where it nearly does; or it is applied already."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from specedit.edits.patch.anchors import scopes
from specedit.edits.patch.blind import blind_fit
from specedit.edits.patch.block import Fit, PatchBlock, Unsettled
from specedit.edits.patch.done import Done, done, is_added_at
from specedit.edits.patch.nearly import nearly
from specedit.edits.patch.rows import Rows, Standing
from specedit.edits.patch.search import Search
from specedit.edits.patch.shift import Shift
from specedit.engine.errors import AmbiguousPlace, EditRefused

_SLIGHT = 0.5  # the cost of a few blank lines


def fits(
    blocks: Sequence[PatchBlock], lines: Sequence[str], names: Sequence[str] = ()
) -> list[Fit | None]:
    """Return where each block goes, None for one that is applied already. `names` are what messages call them.

    Raises:
        EditRefused: a block is not in the file, or, as `AmbiguousPlace`, it fits in several places.
    """
    rows = Rows(lines)
    searches = [
        Search(
            block,
            names[number - 1] if names else f"block {number} of {len(blocks)}",
            rows,
            scopes(block.anchors, lines, rows.bare) if block.anchors else None,
        )
        for number, block in enumerate(blocks, 1)
    ]
    standing = [_standing(search) for search in searches]
    taken = _taken(blocks, standing)
    standing = [_untaken(*each, taken) for each in zip(blocks, standing, strict=True)]
    shift = Shift(blocks, standing)
    made = [
        _fit(number, replace(search, taken=taken), standing[number], shift)
        for number, search in enumerate(searches)
    ]
    if None in made and any(fit is not None and fit.cost for fit in made):
        numbers = ", ".join(str(i + 1) for i, fit in enumerate(made) if fit is None)
        raise EditRefused(
            f"block {numbers} of {len(blocks)} is applied already, and another one fits only nearly; "
            "make a patch for the file as it is"
        )
    return made


def _standing(search: Search) -> Standing:
    """The rows where a block stands as it is, white space and signs aside, and where its anchors lead."""
    block = search.block
    if not block.weight or any(tag == "~" for tag, _ in block.old):
        return Standing()
    stands = search.rows.standing([text for _, text in block.old])
    rows, size = stands.rows, len(block.old)
    if block.at_end and len(rows) > 1:
        rows = tuple(row for row in rows if not any(search.rows.bare[row + size :])) or rows
    if search.scopes:
        inside = tuple(row for row in rows if search.is_inside(row, size))
        rows = inside or tuple(row for row in rows if row > search.scopes[0][0])
    elif search.scopes is not None and len(rows) > 1:
        rows = ()  # an anchor that the file lacks is no matter only where a block stands but once
    return replace(stands, rows=rows)


def _taken(blocks: Sequence[PatchBlock], standing: Sequence[Standing]) -> frozenset[int]:
    """The rows that blocks take out which stand in one place: those of no other block."""
    return frozenset(
        stands.rows[0] + i
        for block, stands in zip(blocks, standing, strict=True)
        if len(stands.rows) == 1
        for i, (tag, text) in enumerate(block.old)
        if tag == "-" and text.strip()
    )


def _untaken(block: PatchBlock, stands: Standing, taken: frozenset[int]) -> Standing:
    """Where a block stands of several places: not where it would take out what another one does."""
    if len(stands.rows) < 2:
        return stands
    removed = [i for i, (tag, _) in enumerate(block.old) if tag == "-"]
    rows = tuple(row for row in stands.rows if taken.isdisjoint(row + i for i in removed))
    return replace(stands, rows=rows or stands.rows)


def _fit(number: int, search: Search, standing: Standing, shift: Shift) -> Fit | None:
    block, rows = search.block, standing.rows
    if not block.weight:
        return blind_fit(search, numbers_are_right=shift.is_none)
    made = done(search)
    if made.is_telling and made.level < standing.level:
        return None  # what it replaces stands only where white space is another
    shifts = shift.chosen(number, block, rows)
    if len(rows) == 1 or len(shifts) == 1:
        fit = _where_it_stands(search, rows[0] if len(rows) == 1 else shifts[0], made)
        is_told = len(rows) == 1 or shifts[0] == block.line
        is_exact = is_told and standing.level == 0 and not made.rows
        return fit and replace(fit, is_exact=is_exact)
    if {block.line, block.line_after} & {*made.rows}:
        return None
    if rows:
        raise search.ambiguous(rows)
    return None if made.is_telling else _where_it_nearly_stands(search, made)


def _where_it_stands(search: Search, at: int, made: Done) -> Fit | None:
    block, line = search.block, search.block.line
    if is_added_at(block, at, made):
        return None
    if line is not None and at != line:
        if made.is_telling and {line, block.line_after} & {*made.rows}:
            return None
        if line in made.rows:
            raise AmbiguousPlace(
                f"{search.name} is for line {at + 1}, or applied already on line {line + 1}; add lines that tell",
                [at + 1, line + 1],
            )
        if _near_number(search, line, _SLIGHT):
            raise search.ambiguous([line, at])
    size = len(block.old)
    return Fit(tuple(range(at, at + size)), tuple(at + seam for seam in block.seams))


def _where_it_nearly_stands(search: Search, made: Done) -> Fit | None:
    near = _nearly(search)
    if made.rows and isinstance(near, Fit):
        raise AmbiguousPlace(
            f"{search.name} seems to be applied already on line {made.rows[0] + 1}, and nearly fits elsewhere",
            [row + 1 for row in made.rows],
        )
    if len(made.rows) == 1:
        return None
    if isinstance(near, Fit):
        return near
    if near is not None:
        raise search.unsettled(near)
    raise search.anchor_refused() if search.scopes == [] else search.absent()


def _nearly(search: Search) -> Fit | Unsettled | None:
    block, lines, bare = search.block, search.rows.lines, search.rows.bare
    if search.scopes is None:
        near = nearly(block, lines, bare)
        if isinstance(near, Unsettled) and search.taken:
            near = nearly(block, lines, bare, search.taken) or near
        if isinstance(near, Unsettled) and block.line is not None:
            return _near_number(search, block.line) or near
        return near
    each = [
        (first, nearly(block, lines[first:last], bare[first:last])) for first, last in search.scopes
    ]
    fits = [near.lowered(by) for by, near in each if near is not None]
    if len(fits) > 1:
        return Unsettled(tuple(f.rows[0] or 0 for f in fits), "behind several such lines")
    return fits[0] if fits else None


def _near_number(search: Search, line: int, most: float = inf) -> Fit | None:
    """Where a block nearly stands that begins just at its number, at a cost of `most`."""
    first, last = max(0, line), line + 2 * len(search.block.old)
    near = nearly(search.block, search.rows.lines[first:last], search.rows.bare[first:last])
    if not isinstance(near, Fit) or near.rows[0] != 0 or near.cost > most:
        return None
    return near.lowered(first)
