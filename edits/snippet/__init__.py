"""A lazy snippet, code with `... existing code ...` for the rest, placed into the file it is meant for.

The snippet's lines are aligned to the file's at least cost: markers stand for any lines, a line that is only in
the snippet is inserted, one that is only in the file, between two that are in both, is deleted. A definition that is
complete in the snippet takes the place of the file's. Where two alignments are equally good, nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace

from specedit.edits.prediction import Note, Prediction
from specedit.edits.reindented import check_reindented
from specedit.edits.snippet.additions import Addition, renamed_rows, split
from specedit.edits.snippet.blanks import usual_gap
from specedit.edits.snippet.deletions import deleted
from specedit.edits.snippet.frame import without_fence, without_label
from specedit.edits.snippet.headers import split_headers, with_headers
from specedit.edits.snippet.imports import (
    extract_imports,
    insert_after_imports,
    leading_imports,
    merge_imports,
    split_imports,
)
from specedit.edits.snippet.insertion import insertions
from specedit.edits.snippet.leftovers import check_moved, check_unused
from specedit.edits.snippet.match import File, Shown, match, with_class_markers
from specedit.edits.snippet.omissions import Visible, check_left_out, omissions
from specedit.edits.snippet.overloads import check_replaced
from specedit.edits.snippet.placement import Merge, placed
from specedit.edits.snippet.removals import removals, without
from specedit.edits.snippet.text import SnippetLines, parsed_lines
from specedit.edits.snippet.units import in_units_of
from specedit.edits.snippet.unshown import kept_unshown
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines

_UNCHANGED = "the snippet shows nothing that the file lacks; to take something out, show what stands before and after it"


def place(
    body: str, snippet: str, language: Language | None, instruction: str = "", path: str = ""
) -> Prediction:
    """Return `body` with the snippet merged into it. What the `instruction` removes, a snippet may leave out.

    `path` is the file's: a snippet may begin with it.

    Raises:
        EditRefused: the snippet fits nowhere, or in two places.
    """
    lines = [line.rstrip("\n") for line in split_lines(body)]
    code_only = without_label(without_fence(snippet, body), path, lines)
    given = parsed_lines(in_units_of(body, code_only), lines)
    source = Source(body, language) if language else None
    file = File(lines, language)
    headers: tuple[str, ...] = ()
    if source is None or not source.language.imports:
        given, headers = split_headers(given, lines)
    removed = removals(given, match(given, file), file)
    # Beside what is removed, blank lines are not those that the file has.
    usual = len(given.lines) if removed else usual_gap(given)
    for removal in reversed(removed):
        given = given.with_marker(removal.row, removal.row + 1)
    as_written = given.renumbered()
    visible = Visible(as_written, match(as_written, file), file)
    renamed = renamed_rows(as_written, visible.shown, file)
    given = with_class_markers(as_written, visible.shown, renamed)
    shown = match(given, file)
    parted = split(given, shown, _import_rows(given, source), file, instruction)
    check_moved(shown, file)
    rest, imports, code = _without_imports(parted.rest, source)
    merge = (
        placed(rest, file, source, parted.amid, usual) if any(rest.lines) else Merge(lines, (), {})
    )
    only_adds = list(merge.lines) == lines  # definitions and imports: their names tell the place
    merge = _with_additions(merge, file, given, shown, parted.additions)
    check_reindented(lines, merge.lines)
    omitted = omissions(visible, merge.lines, instruction)
    if list(merge.lines) == lines and not (omitted or removed or code or imports or headers):
        check_left_out(visible)
    removed = (*removed, *omitted)
    for removal in removed:
        note = Note(removal.block.first, removal.block.last, "")
        merge = replace(
            merge,
            lines=without(replace(file, lines=merge.lines), removal),
            notes=(*merge.notes, note),
        )
    text, notes = "".join(f"{line}\n" for line in merge.lines), merge.notes
    if source is not None:
        text, notes = _with_imports(text, notes, source, imports, code)
    if headers:
        text = "".join(f"{line}\n" for line in with_headers(text.split("\n")[:-1], headers))
        notes = (Note(0, 0, "".join(f"{line}\n" for line in headers)), *notes)
    check_unused(file, merge.edges, text.split("\n"))
    if language is not None and language.has_overloads:
        check_replaced(lines, text.split("\n"), instruction)
    gone = deleted(lines, text.split("\n")[:-1], merge.gaps, _texts(as_written), language)
    names = (*(removal.block.name for removal in removed), *gone)
    certain = only_adds and not names
    remarks = kept_unshown(visible, source, text.split("\n")) if text != body else ()
    return Prediction(
        "snippet",
        text,
        notes=notes,
        certain=certain,
        remarks=remarks,
        removed=names,
        unchanged=_UNCHANGED,
    )


def _texts(given: SnippetLines) -> frozenset[str]:
    return frozenset(line.strip() for line in given.lines if line is not None)


def _without_imports(
    given: SnippetLines, source: Source | None
) -> tuple[SnippetLines, list[str], list[str]]:
    """The snippet without the imports and the code that the file's imports are to be followed by; and those."""
    if source is None:
        return given, [], []
    rest, imports, code = leading_imports(given, source)
    rest, more = extract_imports(split_imports(rest, source), source)
    return rest, [*imports, *more], code


def _with_imports(
    text: str,
    notes: tuple[Note, ...],
    source: Source,
    imports: Sequence[str],
    code: Sequence[str],
) -> tuple[str, tuple[Note, ...]]:
    if code:
        text, note = insert_after_imports(text, code, source)
        notes = (note, *notes)
    if imports:
        text, about = merge_imports(text, imports, source)
        notes = (*about, *notes)
    return text, notes


def _import_rows(given: SnippetLines, source: Source | None) -> frozenset[int]:
    """The rows of the snippet's first part that only import something."""
    if source is None:
        return frozenset()
    end = given.lines.index(None) if None in given.lines else len(given.lines)
    text = "".join(f"{line or ''}\n" for line in given.lines[:end])
    nodes = [
        n
        for n in Source(text, source.language).root.named_children
        if n.type in source.language.imports
    ]
    return frozenset(
        row for n in nodes for row in range(n.start_point[0], n.end_point[0] + (n.end_point[1] > 0))
    )


def _with_additions(
    merge: Merge,
    file: File,
    given: SnippetLines,
    shown: Sequence[Shown],
    additions: Sequence[Addition],
) -> Merge:
    if not additions:
        return merge
    lines, notes = list(merge.lines), list(merge.notes)
    old, merged = file.lines, replace(file, lines=merge.lines)
    changes = list(changed_lines(old, lines))
    for new in reversed(insertions(merged, merge.rows, given, shown, additions)):
        lines[new.at - new.blank : new.at] = new.lines
        moved = sum((j2 - j1) - (i2 - i1) for i1, i2, j1, j2 in changes if j1 < new.at)
        row = min(max(0, new.at - moved), len(old))
        notes.append(Note(row, row, "".join(f"{line}\n" for line in new.lines)))
    return replace(merge, lines=lines, notes=_joined(notes))


def _joined(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes in order; of those that touch, one is made, since no code is left out between them."""
    joined: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.first, note.last)):
        if joined and joined[-1].last == note.first:
            before = joined.pop()
            note = Note(before.first, note.last, before.text + note.text)
        joined.append(note)
    return tuple(joined)
