"""What is to go where, as the rules of a language are given it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.prediction import Prediction
from specedit.edits.workspace.workspace import Workspace


@dataclass(frozen=True)
class MoveRequest:
    """A definition that is to go from the file `home` to `target`, which may not be there yet."""

    name: str
    home: str
    target: str
    given: Workspace

    @property
    def is_new(self) -> bool:
        """Whether the target is yet to be made."""
        return self.target not in self.given.files

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace in which the target is there, if need be as an empty file."""
        if not self.is_new:
            return self.given
        paths = sorted([*self.given.paths, self.target])
        return self.given.renewed(paths, lambda path: self._text(path), [self.target])

    def _text(self, path: str) -> str:
        return "" if path == self.target else self.given.text(path)


# What each file becomes that changes.
# Raises:
#     EditRefused: the definition would not mean the same there, or a use of it cannot be followed.
Rules = Callable[[MoveRequest], dict[str, Prediction]]
