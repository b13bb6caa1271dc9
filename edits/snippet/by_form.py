"""The definitions that a lazy snippet shows, put to the file's by the form of their lines: where no grammar can read it."""

from collections.abc import Collection, Sequence

from specedit.edits.snippet.definitions import Matches
from specedit.edits.snippet.match import File, Shown, match, may_leave
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.snippet.whole import WholeDefinition, kept_above
from specedit.edits.syntax.brackets import is_balanced, text_rows
from specedit.edits.syntax.statements import key_of
from specedit.edits.text import indent_of


def find_by_form(given: SnippetLines, file: File, matches: Matches, *, heads: bool) -> Matches:
    """Return `matches` with the definitions that heads, brackets and `end` tell; `heads` of those not shown whole too."""
    taken = {row for whole in matches.wholes for row in range(whole.start, whole.end)}
    wholes, fixed = list(matches.wholes), dict(matches.fixed)
    targets = set()
    for one in match(given, file):
        block = one.block
        if one.target is None or block.head in taken or one.target in targets:
            continue
        targets.add(one.target)
        if _is_complete(given, one):
            whole = _whole(given, one, file)
            wholes.append(whole)
            taken.update(range(whole.start, whole.end))
            continue
        if not heads:
            continue
        fixed.setdefault(block.head, one.target.head)
        ends = block.last - 1, one.target.last - 1
        if block.is_closed and one.target.is_closed and not may_leave(given, block, block.last):
            fixed.setdefault(*ends)
    return Matches(tuple(wholes), fixed, matches.named, matches.behind, matches.only)


def named_values(given: SnippetLines, file: File) -> dict[int, int]:
    """The rows that give a value to a name of the outermost level which snippet and file have once, and those of the file."""
    shown, own = (_values(lines) for lines in (given.lines, file.lines))
    return {
        rows[0]: own[name][0]
        for name, rows in shown.items()
        if len(rows) == len(own.get(name, ())) == 1
        and given.lines[rows[0]] != file.lines[own[name][0]]
    }


def _values(lines: Sequence[str | None]) -> dict[str, list[int]]:
    by_value: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        name = key_of(line) if line and not line[:1].isspace() else None
        if line and name:
            by_value.setdefault(name, []).append(row if is_balanced(line) else -1)
    return {name: rows for name, rows in by_value.items() if -1 not in rows}


def _is_complete(given: SnippetLines, one: Shown) -> bool:
    """Whether a definition is shown to its end, and none of those inside is missing."""
    if one.target is None or not one.block.is_closed:
        return False
    names = {child.name for child in one.block.children}
    return None not in given.lines[one.block.head : one.block.last] and names.issuperset(
        child.name for child in one.target.children
    )


def _whole(given: SnippetLines, one: Shown, file: File) -> WholeDefinition:
    """The snippet's definition in the file's place; comments and attributes that it does not show stay."""
    block, target = one.block, one.target
    assert target is not None
    own = [line or "" for line in given.lines[block.first : block.head]]
    above = file.lines[target.first : target.head]
    start, first = block.first, target.first
    if {line.strip() for line in own} <= {line.strip() for line in above}:
        start, first = (
            block.head,
            target.head,
        )  # the end of a comment of the file's: shown, not given
    kept = kept_above(own, above) if own and start < block.head else []
    margin = indent_of(given.lines[block.head] or ""), indent_of(file.lines[target.head])
    part = [line or "" for line in given.lines[start : block.last]]
    lines = _indented(part, *margin, text_rows(part))
    head = block.head - start
    old = file.lines[target.head]
    if old.strip().endswith(lines[head].strip()):  # `export`, `public`: left out in the snippet
        lines[head] = old
    return WholeDefinition(start, block.last, first, target.last, (*kept, *lines), margin)


def _indented(lines: Sequence[str], less: str, more: str, quoted: Collection[int]) -> list[str]:
    return [
        line
        if not line.strip() or (row in quoted and not line.startswith(less))
        else more + line.removeprefix(less)
        for row, line in enumerate(lines)
    ]
