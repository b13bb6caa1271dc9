"""What an edit of a workspace changes, and what it leaves."""

from dataclasses import dataclass, field

from specedit.edits.prediction import Left

Edits = dict[tuple[int, int], str]  # byte ranges, and what is to stand there


@dataclass(slots=True)
class FileEdits:
    """What changes in one file, and the places that are left in it because nothing tells what they mean.

    `moved_to` is where the file goes, "" if it stays where it is.
    """

    edits: Edits = field(default_factory=Edits)
    left: list[Left] = field(default_factory=list)
    moved_to: str = ""


Changed = dict[str, FileEdits]  # by file
