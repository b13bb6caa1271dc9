"""What is to be done about a request: which lines the target sees, and what is expected of them."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from specedit.editor import unwritten
from specedit.editor.config import Accept
from specedit.editor.result import EditRequest
from specedit.editor.veto import VetoContext
from specedit.edits import (
    operations,
    ops,
    own_words,
    patch,
    plain_text,
    scope,
    snippet,
    update_tags,
)
from specedit.edits.languages import language_of
from specedit.edits.operations.rename import left_alone, spelled_out
from specedit.edits.prediction import Note, Prediction
from specedit.edits.prompt import LEAVE_ALONE, existing_code, with_update
from specedit.edits.regions import Region, changed_regions
from specedit.edits.safety import Wording
from specedit.edits.syntax import Source
from specedit.edits.text import changed_lines, ended, line_by_line, split_lines, with_line_feeds
from specedit.engine.errors import EditRefused, InvalidRequest


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


@dataclass(frozen=True, slots=True)
class Plan:
    """The sections, in order and not overlapping, and the prediction that they come from."""

    sections: tuple[Section, ...]
    prediction: Prediction | None
    named: str  # all that the caller wrote
    code: str = ""  # what of it is a snippet, a patch or the like

    @property
    def wording(self) -> Wording:
        """What the gate is told of what the caller wrote."""
        return Wording(self.named, self.code)


def make(request: EditRequest, accept: Accept = "auto", *, can_write: bool = True) -> Plan:
    """Return the plan for a request. Needs no target.

    `can_write`: whether there is a target that makes edits which nothing but itself predicts.

    Raises:
        InvalidRequest: nothing is asked for, or two things at once.
        NotUnderstood: no operation recognises the instruction, and the target cannot write.
        EditRefused: what is asked for does not fit the file.
    """
    try:
        made = _made(request)
        if not can_write:
            unwritten.check(request, made.prediction)
        return made
    except EditRefused:
        is_rename = own_words.asks_for_rename(request.instruction)
        if accept != "exact" or request.given or not can_write or is_rename:
            raise
        # Under `exact` the target answers, whatever syntax makes of the instruction; but a rename is for syntax to make.
        body = request.document.body
        whole = Section(0, body.count("\n"), body, _asked(request))
        return Plan((whole,), None, request.instruction)


def _made(request: EditRequest) -> Plan:
    body = request.document.body
    tagged = update_tags.read(request.snippet, body) if request.snippet else None
    if tagged is not None:
        asked, update = tagged
        request = replace(request, instruction=request.instruction or asked, snippet=update)
    language = language_of(request.path)
    source = Source(body, language) if language else None
    bounds = scope.resolve(request.scope, body, source)
    prediction = _predict(request, source)
    code = "\n".join(filter(None, request.given.values()))
    named = f"{request.instruction}\n{code}"
    if prediction is None:
        if request.scope == "auto" and source is not None:
            bounds = scope.named_in(request.instruction, source)
        first, last = bounds or (0, body.count("\n"))
        text = "".join(split_lines(body)[first:last])
        return Plan((Section(first, last, text, _asked(request)),), None, named, code)
    if request.snippet is not None:  # to show a call, or a line like another, names nothing
        named = "\n".join([request.instruction, *prediction.removed])
    if request.ops is not None:  # what they delete, they name
        named = "\n".join([named, *(note.text for note in prediction.notes)])
    if bounds is not None:
        prediction = _inside(prediction, body, bounds)
    return Plan(tuple(sections(request, prediction, source)), prediction, named, code)


def watched(prediction: Prediction, source: Source, instruction: str) -> tuple[int, ...]:
    """Return the lines of code where a name stands that a rename changes elsewhere: places that it may have missed."""
    if prediction.origin != "rename":
        return ()
    old, new = split_lines(source.text), split_lines(prediction.body)
    names = set(re.findall(r"\w+", instruction)) & set(re.findall(r"\w+", source.text))
    kept = {line for i1, i2, _, _ in changed_lines(old, new) for line in range(i1, i2)}
    gone = {w for i in kept for w in re.findall(r"\w+", old[i])} & names
    rows = {n.start_point[0] for n in source.identifiers if source.code(n) in gone}
    return tuple(sorted(rows - kept - _resolved(prediction)))


def _resolved(prediction: Prediction) -> set[int]:
    """The lines where a name that stays is known to be another symbol's wherever it stands."""
    return {left.line for left in prediction.left} - _unresolved(prediction)


def _unresolved(prediction: Prediction) -> set[int]:
    """The lines where nothing tells whether a name that stays is the symbol."""
    return {left.line for left in prediction.left if not left.known}


def _predict(request: EditRequest, source: Source | None) -> Prediction | None:
    body = request.document.body
    given = request.given
    if len(given) > 1:
        raise InvalidRequest(f"{' and '.join(given)} were given; give one of them")
    if not given and not request.instruction.strip():
        raise InvalidRequest("the instruction is empty; say what to change")
    if request.snippet is not None:
        return snippet.place(body, request.snippet, source.language if source else None)
    if request.patch is not None:
        return patch.place(body, request.patch, request.path)
    if request.ops is not None:
        text = ops.apply_ops(request.document.text, request.ops)
        return _told(Prediction("ops", ended(with_line_feeds(text)), certain=True), body)
    if request.prediction is not None:
        made = Prediction("prediction", ended(with_line_feeds(request.prediction)), hint=True)
        if made.body == body and request.instruction.strip():
            return None  # it hints at nothing; the instruction stands
        return made if request.instruction.strip() else _told(made, body)
    made_by = operations.predict(request.instruction, source) if source is not None else None
    if made_by is None or source is None:
        return plain_text.predict(request.instruction, body, request.path)
    return replace(made_by, watched=watched(made_by, source, request.instruction))


def _told(prediction: Prediction, body: str) -> Prediction:
    """The prediction with a note for each change: without an instruction the target must be told of it."""
    old, new = split_lines(body), split_lines(prediction.body)
    notes = []
    for i1, i2, j1, j2 in changed_lines(old, new):
        shown = [f" {line}" for line in old[max(0, i1 - 2) : i1]]
        shown += [f"-{line}" for line in old[i1:i2]] + [f"+{line}" for line in new[j1:j2]]
        shown += [f" {line}" for line in old[i2 : i2 + 2]]
        notes.append(Note(max(0, i1 - 1), min(len(old), i2 + 1), "".join(shown)))
    return replace(prediction, notes=tuple(notes))


def _inside(prediction: Prediction, body: str, bounds: tuple[int, int]) -> Prediction:
    """The prediction's changes inside the scope; what was given by the caller must not reach out of it."""
    old, new = split_lines(body), split_lines(prediction.body)
    first, last = bounds
    parts, at = [], 0
    for i1, i2, j1, j2 in line_by_line(changed_lines(old, new)):
        inside = first <= i1 and i2 <= last
        if not inside and prediction.notes:
            raise EditRefused(
                f"the edit changes line {i1 + 1}, outside of lines {first + 1} to {last}"
            )
        parts += [*old[at:i1], *(new[j1:j2] if inside else old[i1:i2])]
        at = i2
    kept = "".join([*parts, *old[at:]])
    if kept == body != prediction.body:
        lines = ", ".join(str(i1 + 1) for i1, *_ in [*changed_lines(old, new)][:10])
        raise EditRefused(
            f"there is nothing to change in lines {first + 1} to {last}: the {prediction.origin} is about line {lines}"
        )
    return replace(prediction, body=kept)


def sections(request: EditRequest, prediction: Prediction, source: Source | None) -> list[Section]:
    """Return what the target is to see of a prediction."""
    body = request.document.body
    old, new = split_lines(body), split_lines(prediction.body)
    is_rename = prediction.origin == "rename"
    names, new_names = _renamed(body, prediction.body) if is_rename else (frozenset(), frozenset())
    shown = [(note.first, note.last) for note in prediction.notes]
    notes = sorted(prediction.notes, key=lambda note: note.first)
    longest = max((note.last - note.first for note in notes), default=0)
    unmet = _unmet(prediction.origin, old, new, notes)
    watched = {*prediction.watched, *unmet}
    regions = changed_regions(body, prediction.body, source, watched, shown)
    if request.scope == "file" and regions:
        regions = [Region(0, len(old), 0, len(new))]
    about = [_about(region, notes, longest) for region in regions]
    after = Source(prediction.body, source.language) if source and names else None
    excluded: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] | None = None
    if after is not None:
        excluded = left_alone(request.instruction, after)
        if len(old) == len(new):  # else lines of one text are not lines of the other
            lines, unclear = _resolved(prediction), _unresolved(prediction)
            excluded = [*excluded, *_names_on(lines, after, names - new_names)]
            doubtful = _names_on(unclear, after, names - new_names)
    # An edit that does not follow what is shown has no claim to what is not.
    follows = not unmet and all(
        _stand_in(
            new[region.new_first : region.new_last], [_shown(prediction.origin, n) for n in those]
        )
        for region, those in zip(regions, about, strict=True)
    )
    return [
        Section(
            region.first,
            region.last,
            "".join(old[region.first : region.last]),
            _instruction(request, prediction.origin, those, source),
            "".join(new[region.new_first : region.new_last]),
            at_end=region.last == len(old),
            context=VetoContext(
                names,
                new_names,
                after.of_lines(region.new_first, region.new_last, excluded) if after else (),
                preserves_unshown=follows and bool(names or those),
                incomplete=not unmet.isdisjoint(range(region.first, region.last)),
                doubtful=after.of_lines(region.new_first, region.new_last, doubtful)
                if after and doubtful is not None
                else None,
            ),
        )
        for region, those in zip(regions, about, strict=True)
    ]


def _names_on(
    rows: Collection[int], after: Source, names: Collection[str]
) -> list[tuple[int, int]]:
    """Byte ranges of the predicted text where one of the names stays on these lines."""
    return [
        (node.start_byte, node.end_byte)
        for node in after.identifiers
        if node.start_point[0] in rows and after.code(node) in names
    ]


def _unmet(origin: str, old: Sequence[str], new: Sequence[str], notes: Sequence[Note]) -> set[int]:
    """The lines of notes that the prediction does not follow: it lacks a line of theirs, or changes nothing there."""
    unmet: set[int] = set()
    if not notes:  # a rename in a long file: nothing to compare it for
        return unmet
    changes = list(changed_lines(old, new))
    has = {line.strip() for line in new}
    for note in notes:
        shown = _shown(origin, note)
        near = bisect_left(changes, note.first, key=lambda change: change[1])
        same = "".join(shown) == "".join(old[note.first : note.last])
        met = same or (near < len(changes) and changes[near][0] <= note.last)
        if not met or not has.issuperset(line.strip() for line in shown):
            unmet |= set(range(max(0, note.first - 1), min(len(old), note.last + 1)))
    return unmet


def _shown(origin: str, note: Note) -> list[str]:
    """The lines that a note wants to see in the text after the edit."""
    lines = split_lines(note.text)
    if origin == "snippet":
        return lines
    return [line[1:] for line in lines if not line.startswith("-")]  # a hunk


def _stand_in(lines: Sequence[str], parts: Iterable[Sequence[str]]) -> bool:
    """Whether the lines of each part stand in a text one after the other, but for indentations and empty lines."""
    text, at = _bare(lines), 0
    for part in map(_bare, parts):
        found = text.find(
            part, at
        )  # most come in order: a long text is not searched from its start for each
        if found < 0 and part not in text:
            return False
        at = max(at, found)
    return True


def _bare(lines: Iterable[str]) -> str:
    return "".join(f"\n{line.strip()}" for line in lines if line.strip()) + "\n"


def _renamed(before: str, after: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that occur more or less often after an edit, and those that occur more often."""
    old, new = (Counter(re.findall(r"\w+", text)) for text in (before, after))
    more = frozenset(new - old)
    return more | frozenset(old - new), more


def _about(region: Region, notes: Sequence[Note], longest: int) -> list[Note]:
    """The notes, given by their beginning, that are about a region."""
    start = bisect_left(notes, region.first - longest, key=lambda note: note.first)
    end = bisect_right(notes, region.last, key=lambda note: note.first)
    return [
        n
        for n in notes[start:end]
        if max(n.first, region.first) < min(n.last, region.last)
        or (
            n.first == n.last and region.first <= n.first <= region.last
        )  # something is added there
    ]


def _asked(request: EditRequest) -> str:
    """The instruction, and in code what it leaves unsaid."""
    language = language_of(request.path)
    renames = language is not None and language.has_operations
    return spelled_out(request.instruction) if renames else request.instruction


def _instruction(
    request: EditRequest, origin: str, notes: Sequence[Note], source: Source | None
) -> str:
    """What the target is asked about a region: the instruction, and the notes that are about it."""
    if not notes:
        asked = _asked(request) if origin == "rename" else request.instruction
        return asked or LEAVE_ALONE
    if origin == "snippet":
        language = source.language if source else None
        marker = (
            existing_code(language.line_comment, language.comment_end)
            if language
            else existing_code("#")
        )
        shown = marker + marker.join(note.text for note in notes) + marker
    else:
        shown = "".join(f"@@\n{note.text}" for note in notes)
    return with_update(request.instruction, shown)
