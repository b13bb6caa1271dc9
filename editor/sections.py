"""The parts of a text that a target is asked about: what each is to become, and what of that may be vetoed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from specedit.editor.prompt import LEAVE_ALONE, existing_code, with_update
from specedit.editor.result import EditRequest
from specedit.editor.veto import VetoContext
from specedit.edits.prediction import Note, Prediction, Range, VetoPolicy
from specedit.edits.regions import Region, changed_regions
from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines, starts_of


@dataclass(frozen=True, slots=True)
class Section:
    """Lines [first, last) of the text before, what the target is asked about them, and what they should become.

    `at_end`: the text ends with them, so that a line which is missing there shows by the end alone. `context` says what
    the target may veto of `predicted`.
    """

    first: int
    last: int
    text: str
    instruction: str
    predicted: str | None = None
    at_end: bool = False
    context: VetoContext = field(default_factory=VetoContext)


def sections(request: EditRequest, prediction: Prediction, source: Source | None) -> list[Section]:
    """Return what the target is to see of a prediction, in order and not overlapping."""
    body = request.document.body
    old, new = split_lines(body), split_lines(prediction.body)
    notes = sorted(prediction.notes, key=lambda note: note.first)
    unapplied = _unapplied_note_lines(old, new, notes)
    watched = {*prediction.policy.watched, *unapplied}
    shown = [(note.first, note.last) for note in prediction.notes]
    regions = changed_regions(body, prediction.body, source, watched, shown)
    if request.scope == "file" and regions:
        regions = [Region(0, len(old), 0, len(new))]
    longest = max((note.last - note.first for note in notes), default=0)
    about = [_about(region, notes, longest) for region in regions]
    # An edit that does not follow what is shown has no claim to what is not.
    follows = not unapplied and all(
        _contains_in_order(
            new[region.new_first : region.new_last], [note.lines_after for note in those]
        )
        for region, those in zip(regions, about, strict=True)
    )
    policy, starts = prediction.policy, starts_of(new)
    return [
        Section(
            region.first,
            region.last,
            "".join(old[region.first : region.last]),
            _instruction(request, prediction, those, source),
            "".join(new[region.new_first : region.new_last]),
            at_end=region.last == len(old),
            context=VetoContext(
                policy.names,
                policy.new_names,
                _clipped(policy.excluded, region, starts),
                preserves_unshown=follows and bool(policy.names or those),
                incomplete=not unapplied.isdisjoint(range(region.first, region.last)),
                keeps_lines=_differs_in_names(
                    "".join(old[region.first : region.last]),
                    "".join(new[region.new_first : region.new_last]),
                    policy,
                ),
                doubtful=None
                if policy.doubtful is None
                else _clipped(policy.doubtful, region, starts),
            ),
        )
        for region, those in zip(regions, about, strict=True)
    ]


def spliced(body: str, sections: Sequence[Section], texts: Sequence[str]) -> str:
    """Return `body` with each section replaced by its text."""
    lines, parts, at = split_lines(body), [], 0
    for section, text in zip(sections, texts, strict=True):
        parts += [*lines[at : section.first], text]
        at = section.last
    return "".join([*parts, *lines[at:]])


def _differs_in_names(before: str, after: str, policy: VetoPolicy) -> bool:
    """Whether a rename made of one text the other by putting new names where old ones stood, and by nothing else."""
    if not policy.names:
        return False
    old, new = re.split(r"(\w+)", before), re.split(r"(\w+)", after)
    return len(old) == len(new) and all(
        one == other or (one in policy.names and other in policy.new_names)
        for one, other in zip(old, new, strict=True)
    )


def _clipped(ranges: Iterable[Range], region: Region, starts: Sequence[int]) -> tuple[Range, ...]:
    """What a region has of ranges of the predicted text, as ranges of the region's."""
    begin, end = starts[region.new_first], starts[region.new_last]
    return tuple(
        (max(begin, first) - begin, min(end, last) - begin)
        for first, last in ranges
        if first < end and begin < last
    )


def _unapplied_note_lines(
    old: Sequence[str], new: Sequence[str], notes: Sequence[Note]
) -> set[int]:
    """The lines of notes that the prediction does not follow: it lacks a line of theirs, or changes nothing there."""
    unapplied: set[int] = set()
    if not notes:  # a rename in a long file: nothing to compare it for
        return unapplied
    changes = list(changed_lines(old, new))
    has = {line.strip() for line in new}
    for note in notes:
        after = note.lines_after
        near = bisect_left(changes, note.first, key=lambda change: change[1])
        same = "".join(after) == "".join(old[note.first : note.last])
        met = same or (near < len(changes) and changes[near][0] <= note.last)
        if not met or not has.issuperset(line.strip() for line in after):
            unapplied |= set(range(max(0, note.first - 1), min(len(old), note.last + 1)))
    return unapplied


def _contains_in_order(lines: Sequence[str], parts: Iterable[Sequence[str]]) -> bool:
    """Whether a text has the lines of each part one after the other, but for indentations and empty lines."""
    text, at = _bare(lines), 0
    for part in map(_bare, parts):
        # Most come in order: a long text is not searched from its start for each.
        index = text.find(part, at)
        if index < 0 and part not in text:
            return False
        at = max(at, index)
    return True


def _bare(lines: Iterable[str]) -> str:
    return "".join(f"\n{line.strip()}" for line in lines if line.strip()) + "\n"


def _about(region: Region, notes: Sequence[Note], longest: int) -> list[Note]:
    """The notes, given by their beginning, that are about a region."""
    start = bisect_left(notes, region.first - longest, key=lambda note: note.first)
    end = bisect_right(notes, region.last, key=lambda note: note.first)
    return [
        note
        for note in notes[start:end]
        if max(note.first, region.first) < min(note.last, region.last)
        # Something is added there:
        or (note.first == note.last and region.first <= note.first <= region.last)
    ]


def _instruction(
    request: EditRequest, prediction: Prediction, notes: Sequence[Note], source: Source | None
) -> str:
    """What the target is asked about a region: the instruction, and the notes that are about it."""
    if not notes:
        return prediction.instruction or request.instruction or LEAVE_ALONE
    if all(note.is_hunk for note in notes):
        return with_update(request.instruction, "".join(f"@@\n{note.text}" for note in notes))
    comment = (source.language.line_comment, source.language.comment_end) if source else ("#", "")
    marker = existing_code(*comment)
    shown = marker + marker.join(note.text for note in notes) + marker
    return with_update(request.instruction, shown)
