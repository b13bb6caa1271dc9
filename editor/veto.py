"""What a judge's objection means: the one place that says what may veto a prediction.

A judge objects where it would have written another token than the predicted one. The first row of this table whose
situation holds decides: below `least`, how likely the predicted token is over the judge's own choice, stands the
verdict; from there on the token passes. (After h11, whose state machine is a table too.)

| situation     | least     | verdict | because |
|---------------|-----------|---------|---------|
| settled       | 0         | ignore  | syntax has resolved this place of a rename: it is not in doubt |
| waived        | 0         | waive   | asked to go on, the judge only left out lines that are not shown, and those stay |
| excluded      | 0         | ignore  | comments, strings and other symbols stay as they are by the rename's own rule |
| name missed   | 0.2       | veto    | an old name stays in code where the judge would make it the new one: a place was forgotten |
| name unmoved  | 0         | ignore  | a rename changes names alone; what is copied in order and has none of them was not edited |
| incomplete    | 1         | veto    | the prediction lacks a line that it was shown: only the judge's own choice may pass |
| implausible   | threshold | veto    | anything else that the judge finds implausible |
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property

from specedit.editor.token_spans import TokenSpans
from specedit.edits.copied import copied_positions

_MOST_WAIVED = 8  # of a section: one that needs more of them is not understood


class Verdict(StrEnum):
    """What becomes of an objection."""

    ACCEPT = "accept"  # the predicted token is likely enough
    IGNORE = "ignore"  # it says nothing about the edit
    WAIVE = "waive"  # it was looked into, and says nothing
    VETO = "veto"


class Situation(Enum):
    """The rows of the table; `least` is None where the request's threshold decides."""

    label: str
    least: float | None  # how likely the predicted token must be, over the judge's own choice
    verdict: Verdict

    def __init__(self, label: str, least: float | None, verdict: Verdict) -> None:
        self.label, self.least, self.verdict = label, least, verdict

    SETTLED = ("settled", 0.0, Verdict.IGNORE)
    WAIVED = ("waived", 0.0, Verdict.WAIVE)
    EXCLUDED = ("excluded", 0.0, Verdict.IGNORE)
    NAME_MISSED = ("name missed", 0.2, Verdict.VETO)
    NAME_UNMOVED = ("name unmoved", 0.0, Verdict.IGNORE)
    INCOMPLETE = ("incomplete", 1.0, Verdict.VETO)
    IMPLAUSIBLE = ("implausible", None, Verdict.VETO)


@dataclass(frozen=True, slots=True)
class VetoContext:
    """What is known of the predicted text of a section.

    `names` are what a rename is about, `new_names` those it renames to. `excluded_ranges` are characters of the text that
    the rename leaves alone by its own rule. `preserves_unshown`: what is not shown in the instruction stays.
    `incomplete`: the text lacks something that is shown. `doubtful` are the characters that may be vetoed, where syntax has
    resolved all others; None where it has not. `keeps_lines`: but for the new names it is the source, word for word, so that
    no line can have been lost or added.
    """

    names: frozenset[str] = frozenset()
    new_names: frozenset[str] = frozenset()
    excluded_ranges: tuple[tuple[int, int], ...] = ()
    preserves_unshown: bool = False
    incomplete: bool = False
    doubtful: tuple[tuple[int, int], ...] | None = None
    keeps_lines: bool = False


class VetoRules:
    """Decides about the objections to the tokens of one predicted text."""

    def __init__(
        self,
        source_ids: Sequence[int],
        answer_ids: Sequence[int],
        tokens: TokenSpans,
        context: VetoContext,
    ) -> None:
        self._context = context
        self._waived: set[int] = set()
        self._length = len(answer_ids)
        whole = tokens.text
        places = [slice(*span) for span in tokens.spans]
        starts, ends = [place.start for place in places], [place.stop for place in places]
        copied = copied_positions(source_ids, answer_ids)
        named = [m for m in re.finditer(r"\w+", whole) if m[0] in context.names]
        in_name = _covered(len(whole), (match.span() for match in named))
        is_excluded = _covered(len(whole), context.excluded_ranges)
        # A name that goes on shows in the token behind it.
        doubtful = [(start, end + 1) for start, end in context.doubtful or ()]
        is_doubtful = _covered(len(whole), doubtful)
        self._doubtful = {i for i, place in enumerate(places) if any(is_doubtful[place])}
        line_starts = {
            i
            for i in copied
            if not context.keeps_lines
            and (i == 0 or "\n" in whole[places[i]] or "\n" in whole[places[i - 1]])
        }
        self._copied = {i for i in copied if not any(in_name[places[i]])}
        self._line_starts = line_starts & self._copied
        self._excluded = {i for i in copied - line_starts if all(is_excluded[places[i]])}
        # What stands of an old name before each token of it, and before the one behind it.
        self._begun = {
            i: whole[match.start() : max(match.start(), starts[i])]
            for match in named
            if match[0] not in context.new_names and not is_excluded[match.start()]
            for i in range(bisect_right(ends, match.start()), bisect_right(starts, match.end()))
            if i in copied
        }

    def situation(self, position: int, preferred: str) -> Situation:
        """Return in which situation the judge prefers the text `preferred` to the token at a position."""
        context = self._context
        if context.doubtful is not None and position not in self._doubtful:
            return Situation.SETTLED
        if position in self._waived:
            return Situation.WAIVED
        if context.names and position in self._excluded:
            return Situation.EXCLUDED
        if context.names and self._is_missed(position, preferred):
            return Situation.NAME_MISSED
        if context.names and self._is_unmoved(position, preferred):
            return Situation.NAME_UNMOVED
        return Situation.INCOMPLETE if context.incomplete else Situation.IMPLAUSIBLE

    @cached_property
    def in_doubt(self) -> range:
        """The places from the first that may be vetoed, whatever the judge prefers there, to the last."""
        doubts = [i for i in range(self._length) if self._may_be_vetoed(i)]
        return range(doubts[0], doubts[-1] + 1) if doubts else range(0)

    def _may_be_vetoed(self, position: int) -> bool:
        context = self._context
        if context.doubtful is not None and position not in self._doubtful:
            return False
        if not context.names:
            return True
        if position in self._excluded:
            return False
        is_copied = position in self._copied and position not in self._line_starts
        return position in self._begun or not is_copied

    def least(self, position: int, preferred: str, threshold: float) -> float:
        """Return how likely the token at a position must be, over `preferred`, to pass."""
        situation = self.situation(position, preferred)
        if situation.verdict is not Verdict.VETO:
            return 0.0
        return max(threshold, situation.least or 0.0)

    def decide(self, position: int, preferred: str, ratio: float, threshold: float) -> Verdict:
        """Return what an objection is, to a token that is `ratio` times as likely as `preferred`."""
        situation = self.situation(position, preferred)
        if situation.verdict is not Verdict.VETO:
            return situation.verdict
        passes = ratio >= self.least(position, preferred, threshold)
        return Verdict.ACCEPT if passes else Verdict.VETO

    def may_be_waived(self, position: int) -> bool:
        """Return whether it is worth asking the judge how it would go on from there."""
        may = self._context.preserves_unshown and len(self._waived) < _MOST_WAIVED
        return may and position in self._copied

    @property
    def has_waived(self) -> bool:
        """Whether any objection was let be."""
        return bool(self._waived)

    def waive(self, position: int) -> None:
        """Let the objections at a position be: the judge would only leave out lines that stay."""
        self._waived.add(position)

    def _is_missed(self, position: int, preferred: str) -> bool:
        """Whether an old name is there, in code, that the judge would make the new one."""
        typed = self._begun.get(position)
        if typed is None:
            return False
        completed = typed + preferred.strip()
        new_names = self._context.new_names
        return any(len(completed) > len(typed) and name.startswith(completed) for name in new_names)

    def _is_unmoved(self, position: int, preferred: str) -> bool:
        """Whether the text is copied there, in order and without a name.

        Where a line begins one may be lost, if any can: there only the wish for a name counts for nothing.
        """
        word = preferred.strip()
        wants_name = bool(word) and any(name.startswith(word) for name in self._context.names)
        return position in self._copied and (position not in self._line_starts or wants_name)


def _covered(length: int, ranges: Iterable[tuple[int, int]]) -> bytearray:
    """Which characters of a text some ranges cover: 1 or 0 for each."""
    covered = bytearray(length)
    for start, end in ranges:
        covered[start:end] = bytes([1]) * (min(end, length) - start)
    return covered
