"""C and C++: files that get another name or another place, with what includes them.

A path in quotes is looked for beside the file; where a compiler is told to look besides is not known: there the one file is
meant whose path ends so, and it is written from the same folder again, or refused.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.moves.rules import Setting
from specedit.edits.prediction import Left
from specedit.edits.syntax.languages import language_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused

_INCLUDE = re.compile(
    r'^[ \t]*#[ \t]*(?:include|import|include_next|embed)[ \t]*(?:"(?P<quoted>[^"\n]+)"|<(?P<angled>[^>\n]+)>)',
    re.MULTILINE,
)
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".inl", ".inc", ".ipp", ".tpp")
_RULES = "specedit.edits.moves.c:CMoves"


@dataclass(frozen=True, slots=True)
class Include:
    """What a file includes: as it is `written` in some bytes, in quotes or not."""

    written: str
    start: int
    end: int
    line: int
    is_quoted: bool


class CMoves:
    """The files of a workspace, some of which go elsewhere."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def check_names(self) -> None:
        """Refuse another suffix, by which a file would be compiled otherwise."""
        for old, new in self._setting.moves.files.items():
            before, after = (posixpath.splitext(path)[1] for path in (old, new))
            are_headers = before in _HEADERS and after in _HEADERS
            if _is_c(old) and before != after and not are_headers:
                raise EditRefused(
                    f"{new} would not be compiled as {old} is: keep the suffix {before}"
                )

    def edits(self) -> dict[str, FileEdits]:
        """Return what changes in each file."""
        changed = {}
        for path in self._looked_at:
            here = FileEdits()
            for each in self._includes(path, self._setting.workspace):
                new = self._rewritten(each, path, here)
                if new != each.written:
                    here.edits[each.start, each.end] = new
            if here.edits or here.left:
                changed[path] = here
        return changed

    @cached_property
    def _looked_at(self) -> list[str]:
        """The files that go elsewhere, or may include one that does."""
        names = {posixpath.basename(path) for path in self._setting.moves.files}
        text, files = self._setting.workspace.text, self._setting.moves.files
        return [
            path
            for path in filter(_is_c, self._setting.workspace.paths)
            if path in files or any(name in text(path) for name in names)
        ]

    def _includes(self, path: str, workspace: Workspace) -> Iterator[Include]:
        text = workspace.text(path)
        for match in _INCLUDE.finditer(text):
            kind = "quoted" if match["quoted"] is not None else "angled"
            start = len(text[: match.start(kind)].encode())
            end = start + len(match[kind].encode())
            line = text.count("\n", 0, match.start()) + 1
            yield Include(match[kind], start, end, line, kind == "quoted")

    def _rewritten(self, include: Include, path: str, here: FileEdits) -> str:
        """What is to stand in the place of an include."""
        image, moves = self._setting.moves.image, self._setting.moves
        to, written = image(path), include.written
        beside = _beside(path, written)
        if include.is_quoted and beside in self._setting.paths:
            if _beside(to, written) == image(beside):
                return written
            return posixpath.relpath(image(beside), posixpath.dirname(to) or ".")
        fit = self._ending(written, self._setting.paths)
        if not any(each in moves.files for each in fit):
            is_lost = include.is_quoted and not fit and path in moves.files
            if is_lost and posixpath.dirname(to) != posixpath.dirname(path):
                reason = f"where '{written}' is found cannot be told"
                here.left.append(Left(include.line - 1, reason, known=False))
            return written
        if len(fit) > 1:
            raise AmbiguousPlace(
                f"line {include.line} of {path} includes what may be {' or '.join(sorted(fit)[:5])}; write its path",
                [include.line],
            )
        (target,) = fit
        if not include.is_quoted and "/" not in written:
            raise EditRefused(
                f"line {include.line} of {path} includes <{written}>, which may be {target} or the system's; write it in quotes"
            )
        folder = target.removesuffix(written).rstrip("/")
        after = f"{image(folder)}/" if folder else ""
        if not image(target).startswith(after):
            raise EditRefused(
                f"how {path} is to include {image(target)} cannot be told: line {include.line} finds it from {folder}"
            )
        return image(target).removeprefix(after)

    def _ending(self, written: str, paths: frozenset[str]) -> list[str]:
        """The files whose path ends as it is written."""
        plain = posixpath.normpath(written)
        if plain.startswith(".."):
            return []
        return [path for path in paths if f"/{path}".endswith(f"/{plain}")]

    def check_result(self, bodies: dict[str, str], after: Workspace) -> None:
        """See that every include leads where it did."""
        image, setting = self._setting.moves.image, self._setting
        for path in self._looked_at:
            pairs = zip(
                self._includes(path, setting.workspace),
                self._includes(image(path), after),
                strict=True,
            )
            for old, new in pairs:
                led = self._target(old, path, setting.paths)
                leads = self._target(new, image(path), setting.paths_after)
                if leads != {image(each) for each in led}:
                    raise EditRefused(
                        f"'{new.written}' in {image(path)} would lead to {', '.join(sorted(leads)) or 'no file'}"
                    )

    def _target(self, include: Include, path: str, paths: frozenset[str]) -> set[str]:
        beside = _beside(path, include.written)
        if include.is_quoted and beside in paths:
            return {beside}
        return {*self._ending(include.written, paths)}


def _beside(path: str, written: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), written))


def _is_c(path: str) -> bool:
    language = language_of(path)
    return language is not None and language.moves == _RULES
