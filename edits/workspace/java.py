"""Java: one symbol in all files of a workspace."""

from collections.abc import Collection

from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.languages.java import LANGUAGE
from specedit.edits.syntax.nodes import line_of
from specedit.edits.workspace.java_packages import Packages
from specedit.edits.workspace.java_program import JavaProgram
from specedit.edits.workspace.java_refusals import (
    moves,
    refuse_foreign,
    refuse_imported,
    refuse_imported_with_it,
    refuse_taken,
)
from specedit.edits.workspace.linked import Linked, LinkedProgram
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.parts import without_numbers
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, NameRefused


class JavaFiles(Linked):
    """The files of Java of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._packages = Packages(
            workspace, [p for p in workspace.paths if language_of(p) == LANGUAGE]
        )

    def renamed(self, request: Request, file: str | None) -> dict[str, FileEdits]:
        """Return what a rename changes in each file."""
        if not LANGUAGE.is_name(request.new):
            raise NameRefused(f"'{request.new}' is not a java name; choose another")
        paths = self.mentioning(request.old)
        own = self._own_classes(request, paths, file)
        program = JavaProgram(
            [*paths, *self.mentioning(request.new)], self.workspace, self._packages, own
        )
        try:
            return self._changes(program, request, file)
        except EditRefused as refusal:
            raise type(refusal)(*_plain(refusal)) from refusal

    def _own_classes(
        self, request: Request, paths: Collection[str], file: str | None
    ) -> dict[str, str]:
        """The full names of the classes that are renamed or that the symbol is said to belong to, by their bare names.

        Raises:
            AmbiguousPlace: several files declare one of them.
        """
        holder = request.owner.partition(".")[0]
        own = dict[str, str]()
        for name in {request.old, holder} - {""}:
            declaring = [p for p in paths if name in self._packages.declared(p)]
            fit = [p for p in declaring if file in (None, p)]
            if len(fit) > 1 and name == (holder or request.old):
                whole = f"{request.owner}.{request.old}" if holder else request.old
                raise AmbiguousPlace(
                    f"`{name}` is a class of {' and '.join(sorted(fit)[:6])}: say "
                    f"`{whole} in {min(fit)}` or `{whole} in {max(fit)}`",
                    [],
                )
            if len(fit) == 1:
                own[name] = self._packages.full_name(fit[0], name)
        return own

    def _changes(
        self, program: JavaProgram, request: Request, file: str | None
    ) -> dict[str, FileEdits]:
        whole = LinkedProgram(program.joined, request)
        targets = whole.chosen(file)
        refuse_foreign(targets, whole)
        moved = moves(targets, whole, self.workspace)
        refuse_imported(targets, whole, self._packages, program.written)
        renamed = [o for o in whole.names.occurrences if o.symbol in targets]
        is_local = all(symbol.is_local for symbol in targets)
        changed = whole.changes(renamed, [] if is_local else whole.unclear(targets))
        if not is_local:
            self._add_imports(changed, program, targets, whole)
            self._add_strings(changed, request)
        refuse_taken(targets, changed, request, self._packages)
        for path, to in moved.items():
            changed[path].moved_to = to
        return {path: each for path, each in changed.items() if each.edits or each.left}

    def _add_imports(
        self,
        changed: dict[str, FileEdits],
        program: JavaProgram,
        targets: Collection[Symbol],
        whole: LinkedProgram,
    ) -> None:
        """Add the names in imports that are the symbol."""
        old, new = whole.request.old, whole.request.new
        owners = {owner for symbol in targets for owner in symbol.owners}
        tops = whole.declaring(symbol for symbol in targets if not symbol.owners)
        classes = whole.joined.symbols.classes
        for path in self.mentioning(old):
            for each in self._packages.imports(path):
                package_class = self._packages.class_of(each.parts)
                for i, (part, node) in enumerate(zip(each.parts, each.nodes, strict=True)):
                    if part != old or package_class is None or i + 1 < package_class[1]:
                        continue
                    holder = ".".join(
                        [program.written(package_class[0]), *each.parts[package_class[1] : i]]
                    )
                    is_top = (
                        i + 1 == package_class[1] and self._packages.files[package_class[0]] in tops
                    )
                    is_member = i + 1 > package_class[1] and not owners.isdisjoint(
                        [holder, *classes.ancestors(holder)]
                    )
                    if is_member and each.is_static:
                        refuse_imported_with_it(path, holder, targets, whole)
                    if is_top or is_member:
                        here = changed.setdefault(path, FileEdits())
                        here.edits[node.start_byte, node.end_byte] = new

    def _add_strings(self, changed: dict[str, FileEdits], request: Request) -> None:
        """Note the strings that may name the symbol, as reflection does."""
        ends = (f".{request.old}", f"#{request.old}", f"${request.old}")
        for path in self.mentioning(request.old):
            source = self.workspace.source(path)
            for node in source.nodes:
                code = source.code(node) if node.type in LANGUAGE.strings else ""
                if code == request.old or code.endswith(ends):
                    here = changed.setdefault(path, FileEdits())
                    reason = f"'{request.old}' in a string"
                    here.left.append(Left(line_of(node) - 1, reason, known=False))


def _plain(refusal: EditRefused) -> tuple[object, ...]:
    message = without_numbers(str(refusal))
    return (message, []) if isinstance(refusal, AmbiguousPlace) else (message,)
