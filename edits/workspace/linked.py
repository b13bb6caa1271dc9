"""Languages whose files are one program: a name means the same in all of them, as a linker or a class path has it."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from pkgutil import resolve_name

from specedit.edits.operations import rename as in_file
from specedit.edits.operations._rename_choice import choose, refuse_inherited
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_unclear import refuse_mixed
from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of
from specedit.edits.workspace.joined import Joined
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, NameRefused


class Linked(ABC):
    """The files of a workspace in one such language."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @abstractmethod
    def renamed(self, request: Request, file: str | None) -> dict[str, FileEdits]:
        """Return what a rename changes in each file; `file` is the one that declares the symbol, if it is told.

        Raises:
            EditRefused: it cannot be done in one of the files.
        """

    def includers(self, path: str) -> dict[str, tuple[int, ...]]:
        """Return the lines where other files include a file by its name, as people count them."""
        return {}

    def mentioning(self, name: str) -> list[str]:
        """Return the files of this language that have a word."""
        return [path for path in self.workspace.mentioning(name) if kind_of(path) is type(self)]


def linked_of(request: Request, workspace: Workspace, file: str | None) -> Linked | None:
    """Return the files of the language that is meant, None if it is one whose files import each other.

    Raises:
        AmbiguousPlace: files of several languages declare the name.
    """
    paths = [file] if file is not None else workspace.mentioning(request.old)
    kinds = {kind_of(path) for path in paths}
    if len(kinds) > 1:
        declaring = [p for p in paths if workspace.symbols(p).names(request.old).symbols]
        kinds = {kind_of(path) for path in declaring} or {None}
        if len(kinds) > 1 and kinds != {None}:
            first = {kind_of(path): path for path in reversed(declaring)}
            ways = " or ".join(f"`{request.old} in {path}`" for path in sorted(first.values()))
            raise AmbiguousPlace(
                f"files of several languages declare `{request.old}`: say {ways}", []
            )
    kind = kinds.pop() if kinds else None
    return kind(workspace) if kind is not None else None


def kind_of(path: str) -> type[Linked] | None:
    """Return what knows the files of the language of one, None if they import each other."""
    return kind_in(language_of(path))


def kind_in(language: Language | None) -> type[Linked] | None:
    """Return what knows the files of a language, None if they import each other."""
    known = resolve_name(language.modules) if language is not None and language.modules else None
    return known if isinstance(known, type) and issubclass(known, Linked) else None


class LinkedProgram:
    """The files of a program as one text, and what a rename is in it."""

    def __init__(self, joined: Joined, request: Request) -> None:
        self.joined, self.request = joined, request
        self.names = joined.symbols.names(request.old)

    def files_of(self, symbol: Symbol) -> set[str]:
        """Return the files that declare a symbol."""
        return {self.joined.place(place.start)[0] for place in symbol.declarations}

    def declaring(self, symbols: Iterable[Symbol]) -> set[str]:
        """Return the files that declare some symbols."""
        return {file for symbol in symbols for file in self.files_of(symbol)}

    def declared_in(self, file: str) -> list[Symbol]:
        """Return the symbols of the name that a file declares."""
        return [symbol for symbol in self.names.symbols if file in self.files_of(symbol)]

    def chosen(self, file: str | None) -> tuple[Symbol, ...]:
        """Return the symbols that are meant.

        Raises:
            EditRefused: there is no such symbol, or several; the message names files and their lines.
        """
        request, among = self.request, None
        if file is not None:
            among = self.declared_in(file)
            if request.line is not None:
                line = self.joined.line_of(file, request.line - 1) + 1
                more = (request.last_line or request.line) - request.line
                request = replace(request, line=line, last_line=line + more)
        elif request.line is not None:
            raise AmbiguousPlace(f"line {request.line} is one of many files; say of which", [])
        try:
            chosen = choose(request, self.joined.symbols, among)
            refuse_inherited(self.request.old, chosen, self.joined.symbols)
            refuse_mixed(request, chosen, self.joined.symbols)
        except AmbiguousPlace as refusal:
            raise AmbiguousPlace(self.joined.with_files(str(refusal)), []) from refusal
        except EditRefused as refusal:
            raise EditRefused(self.joined.with_files(str(refusal))) from refusal
        return chosen

    def file_of(self, occurrence: Occurrence) -> str:
        """Return the file that an occurrence stands in."""
        return self.joined.place(occurrence.place.start)[0]

    def unclear(self, targets: Collection[Symbol]) -> list[tuple[Occurrence, str]]:
        """Return the occurrences of which nothing tells whether they mean the symbols, with the reasons."""
        is_member = any(symbol.owners for symbol in targets)
        accesses = ("member", "unknown member", "key")
        return [
            (o, o.reason)
            for o in self.names.occurrences
            if o.symbol is None
            and not o.known
            and not self.joined.is_written(o.place.start)
            and (is_member or o.place.role not in accesses)
        ]

    def changes(
        self, renamed: Collection[Occurrence], left: Iterable[tuple[Occurrence, str]]
    ) -> dict[str, FileEdits]:
        """Return the edits of some occurrences, and the lines of those that are left.

        Raises:
            NameRefused: the new name is taken where they stand.
        """
        old, new, changed = (
            self.request.old,
            self.request.new,
            defaultdict[str, FileEdits](FileEdits),
        )
        written = in_file.edits_of(renamed, self.request)
        for (start, end), text in written.items():
            if self.joined.is_written(start):
                continue
            path, at = self.joined.place(start)
            changed[path].edits[at, at + end - start] = text
        for occurrence, reason in left:
            path, at = self.joined.place(occurrence.place.start)
            line = self.joined.line(line_of(occurrence.place.node) - 1)[1]
            changed[path].left.append(Left(line, reason, known=False))
        try:
            unclear = check_free(
                old, new, written, written, self.joined.symbols.with_edits(written)
            )
        except NameRefused as refusal:
            raise NameRefused(self.joined.with_files(str(refusal))) from refusal
        known = {line_of(o.place.node) - 1 for o in renamed if o.place.role == "unknown member"}
        for each in unclear:
            if each.line in known:
                continue  # what told it is not in the text
            path, line = self.joined.line(each.line)
            changed[path].left.append(Left(line, each.reason, known=False))
        return changed
