"""What a language says of files that go elsewhere: what names them, and whether the result means the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from specedit.edits.moves.paths import Moves
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace


@dataclass(frozen=True)
class Setting:
    """A workspace in which files are to go elsewhere; `paths` are all files below its root, of whatever kind."""

    workspace: Workspace
    moves: Moves
    paths: frozenset[str]

    @cached_property
    def paths_after(self) -> frozenset[str]:
        """Where all files are afterwards."""
        return frozenset(self.moves.listing(self.paths))

    @cached_property
    def places_after(self) -> Workspace:
        """The workspace as it is afterwards, for questions that need no texts."""
        return self.after({})

    def after(self, bodies: dict[str, str]) -> Workspace:
        """Return the workspace as it is afterwards; `bodies` are the texts that change, by the old paths."""
        image = self.moves.image
        old = {image(path): path for path in self.workspace.paths}
        changed = {image(path) for path in {*bodies, *self.moves.files}}

        def read(path: str) -> str:
            if path not in old:  # it says how the others belong together
                return self.workspace.settings(path)
            return bodies.get(old[path], self.workspace.text(old[path]))

        return self.workspace.renewed(old, read, changed)

    def naming(self, paths: Collection[str], words: Iterable[str]) -> list[str]:
        """Return those of the files that go elsewhere, or have one of the words."""
        having = {path for word in words for path in self.workspace.mentioning(word)}
        return sorted(path for path in paths if path in self.moves.files or path in having)


class Rules(Protocol):
    """The rules of one language, made for one `Setting`."""

    def __init__(self, setting: Setting) -> None: ...

    def check_names(self) -> None:
        """Refuse names and places that the language does not bear.

        Raises:
            EditRefused: with the reason.
        """

    def edits(self) -> dict[str, FileEdits]:
        """Return what changes in each file, by its old path.

        Raises:
            EditRefused: a use cannot be followed.
        """

    def check_result(self, bodies: dict[str, str], after: Workspace) -> None:
        """See in the result that every import means what it did.

        Raises:
            EditRefused: with the file.
        """
