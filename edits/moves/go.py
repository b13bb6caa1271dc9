"""Go: files that get another name in their package, which nothing names."""

import posixpath
import re

from specedit.edits.moves.rules import Setting
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

# What Go reads from the end of a name: tests, and systems and processors that a file is for.
_END = re.compile(
    r"(?:_(?:aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|unix|wasip1|windows))?"
    r"(?:_(?:386|amd64|arm|arm64|loong64|mips|mips64|mips64le|mipsle|ppc64|ppc64le|riscv64|s390x|wasm))?(?:_test)?\.go$"
)


class GoMoves:
    """The files of Go of a workspace, some of which go elsewhere."""

    def __init__(self, setting: Setting) -> None:
        self._moves = setting.moves

    def check_names(self) -> None:
        """Refuse to take a file out of its package, or to have it built otherwise."""
        for old, new in self._moves.files.items():
            language = language_of(old)
            if language is None or language.moves != _RULES:
                continue
            if posixpath.dirname(old) != posixpath.dirname(new):
                raise EditRefused(
                    f"{old} cannot go to {new}: a folder is a package of Go, and its import paths are not followed"
                )
            if _ending(old) != _ending(new) or new.rpartition("/")[2][:1] in "._":
                raise EditRefused(
                    f"{new} would not be built when {old} is: Go reads the end of a file's name"
                )

    def edits(self) -> dict[str, FileEdits]:
        """Return nothing: no file of Go names another one."""
        return {}

    def check_result(self, bodies: dict[str, str], after: Workspace) -> None:
        """There is nothing to be seen: a package is the same whatever its files are called."""


def _ending(path: str) -> str:
    match = _END.search(posixpath.basename(path))
    return match[0] if match else ""


_RULES = "specedit.edits.moves.go:GoMoves"
