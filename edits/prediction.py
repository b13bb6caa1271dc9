"""What is known of an edit before the target has seen it: a predicted text, for the target to verify."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from specedit.edits.text import minimal_edits, split_lines

Range = tuple[int, int]  # [start, end)

HOLE = "\ue001"  # in a predicted text: what only the target can write; a private-use character


@dataclass(frozen=True, slots=True)
class Note:
    """What the target is shown about lines [first, last) of the text before: code as it is to be, or a hunk.

    The lines of a hunk begin with a space, "-" or "+", as in a unified diff.
    """

    first: int
    last: int
    text: str
    is_hunk: bool = False

    @property
    def lines_after(self) -> list[str]:
        """The lines that it wants to see in the text after the edit."""
        lines = split_lines(self.text)
        return [line[1:] for line in lines if not line.startswith("-")] if self.is_hunk else lines


@dataclass(frozen=True, slots=True)
class Left:
    """An occurrence of the old name that a rename leaves as it is, on a 0-based line of the text before.

    `known` says whether it is another symbol for certain, and `reason` which one, or why that cannot be told.
    """

    line: int
    reason: str
    known: bool


@dataclass(frozen=True, slots=True)
class VetoPolicy:
    """What a judge's objections to a predicted text mean, as far as whoever has made it knows; see `editor/veto.py`.

    `names` are what a rename is about, `new_names` those it renames to. Ranges are of characters of the predicted text:
    `excluded` are those that the edit leaves alone by its own rule, `doubtful` those that may be vetoed, where syntax has
    resolved all others; None where it has not. `watched` are lines of the text before that are looked at and left, for the
    judge to see.
    """

    names: frozenset[str] = frozenset()
    new_names: frozenset[str] = frozenset()
    excluded: tuple[Range, ...] = ()
    doubtful: tuple[Range, ...] | None = None
    watched: tuple[int, ...] = ()

    def moved(self, before: str, after: str) -> "VetoPolicy":
        """Return the policy for another text, with the parts of ranges that lie in what both have."""
        stretches = list(_equal_stretches(before, after))
        doubtful = None if self.doubtful is None else _moved(self.doubtful, stretches)
        return replace(self, excluded=_moved(self.excluded, stretches), doubtful=doubtful)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole text after the edit, and what made it: an operation's name, snippet, patch, ops or prediction.

    `notes` say what the instruction does not, and `instruction` what it leaves unsaid: it is the instruction as a target is
    to see it, where that is not as it was given. `policy` is what a target may veto. A `hint` only helps: where the target
    disagrees, it goes on by itself. `certain` says that an operation has resolved every place that the edit is about: what
    is in `left` is another symbol, each for its reason.
    `remarks` tell the user what was ignored, or why nothing changes; `unchanged` why, if they do not. `hole_remedy` is how
    to say what is a `HOLE`, so that nothing is left to write. `final_newline`: whether the last line is to have an ending;
    None leaves that as it is. `removed` are the definitions that it takes out because that is asked for, `breaks`
    those that others cannot go on using as they do, `renames` the instructions of renames that other files may have to
    follow; `takes_callers` says that in a whole workspace the operation changes them, too. `moved_to` is where the file goes, from the workspace's root, "" if it stays where it is. `like` is the file whose
    encoding and line endings one that is new takes, "" if it is not new.
    """

    origin: str
    body: str
    notes: tuple[Note, ...] = ()
    instruction: str | None = None
    policy: VetoPolicy = VetoPolicy()
    hint: bool = False
    certain: bool = False
    left: tuple[Left, ...] = ()
    remarks: tuple[str, ...] = ()
    unchanged: str = "the file already is as asked"
    hole_remedy: str = "say it"
    final_newline: bool | None = None
    removed: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    renames: tuple[str, ...] = ()
    takes_callers: bool = False
    moved_to: str = ""
    like: str = ""

    def with_body(self, body: str) -> "Prediction":
        """Return the prediction of another text; what may be vetoed is known of what is in both."""
        return replace(self, body=body, policy=self.policy.moved(self.body, body))

    @property
    def reason_unchanged(self) -> str:
        """Why nothing is to be done, where that is so."""
        return "; ".join(self.remarks) or self.unchanged

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know of it: the remarks, and each line with a place that nothing could tell."""
        doubtful = {left.line: left.reason for left in self.left if not left.known}
        lines = (f"line {line + 1} is left alone: {doubtful[line]}" for line in sorted(doubtful))
        return (*self.remarks, *lines)


def _equal_stretches(before: str, after: str) -> Iterator[tuple[int, int, int]]:
    """What two texts have in common: [start, end) in the one, and where it begins in the other."""
    at = grown = 0
    for edit in minimal_edits(before, after):
        yield at, edit.start, at + grown
        at, grown = edit.end, grown + len(edit.new_text) - (edit.end - edit.start)
    yield at, len(before), at + grown


def _moved(ranges: Iterable[Range], stretches: Sequence[tuple[int, int, int]]) -> tuple[Range, ...]:
    """The parts of ranges that lie in stretches, moved with them."""
    parts = []
    for start, end in ranges:
        for first, last, to in stretches[bisect_right(stretches, start, key=lambda s: s[1]) :]:
            if first >= end:
                break
            parts.append((max(start, first) - first + to, min(end, last) - first + to))
    return tuple(parts)
