"""C and C++: one symbol in all files that declare or include it.

After C11, 6.2.2 and 5.1.1.2: what is `static` is of the files whose text has it, by `#include`; a function or variable
with external linkage is one in all files; of the rest files mean the same where they see each other.
"""

from collections.abc import Collection, Iterable

from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.languages.c import CPP, C
from specedit.edits.workspace.c_linkage import Group, Linkage
from specedit.edits.workspace.c_macros import with_users_of_macros
from specedit.edits.workspace.c_names import refuse_of_library
from specedit.edits.workspace.c_program import CProgram
from specedit.edits.workspace.c_refusals import refuse_foreign
from specedit.edits.workspace.c_texts import lines_in_texts, refuse_pasted
from specedit.edits.workspace.includes import Includes
from specedit.edits.workspace.linked import Linked, LinkedProgram
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, NameRefused, SymbolNotFound

_HEADER = ".h"  # which does not tell the language that it is of
_NOT_HERE = "what this file includes does not declare it, as far as the workspace tells"

_Keys = frozenset[tuple[object, str]]


class CFiles(Linked):
    """The files of C and C++ of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        family = [path for path in workspace.paths if language_of(path) in (C, CPP)]
        self._includes = Includes(workspace, family)
        self._linkage = Linkage(self._includes)

    def includers(self, path: str) -> dict[str, tuple[int, ...]]:
        """Return the lines where other files include a file."""
        return self._includes.lines_of(path)

    def renamed(self, request: Request, file: str | None) -> dict[str, FileEdits]:
        """Return what a rename changes in each file."""
        paths = self.mentioning(request.old)
        language = self._language(paths)
        if not language.is_name(request.new):
            raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
        files = self._files_with_users(request)
        program = CProgram(files, request.old, language, self.workspace, self._includes)
        whole, targets = self._chosen(program, request, file)
        group = _one_of(self._linkage.groups_of(targets, whole.joined), file, request)
        if any(symbol.owners for symbol in targets):
            program.separate(whole.joined, group.files, self._linkage)
            whole, targets = self._chosen(program, request, file or group.files[0])
        refuse_foreign(targets, group, whole)
        is_local = all(symbol.is_local for symbol in targets)
        seen = self._includes.closure(group.files[0]) if is_local else self._includes.paths
        refuse_pasted(request.old, seen, self.workspace)
        changed: dict[str, FileEdits] = {}
        for variant in range(program.num_variants):
            _add(changed, self._changes(program, variant, targets, group, request))
        self._add_conditions(changed, program, targets, group, request)
        self._refuse_taken(targets, group, changed, program, request)
        if program.num_variants > 1:
            changed = {p: _without_edited(p, each, self.workspace) for p, each in changed.items()}
        return {path: each for path, each in changed.items() if each.edits or each.left}

    def _files_with_users(self, request: Request) -> list[str]:
        """The files that have the name, or use it through macros."""
        return with_users_of_macros(request.old, self.mentioning, self.workspace.text)

    def _language(self, paths: Iterable[str]) -> Language:
        """C, if no file of C++ can have to do with the files: a header alone does not tell."""
        known = {
            path: None
            for each in paths
            for path in (each, *self._includes.including(each))
            if not path.endswith(_HEADER)
        }
        return C if known and all(language_of(path) == C for path in known) else CPP

    def _chosen(
        self, program: CProgram, request: Request, file: str | None
    ) -> tuple[LinkedProgram, tuple[Symbol, ...]]:
        """The first of the program's texts that declares the symbol, and the symbol in it."""
        for variant in range(program.num_variants):
            whole = LinkedProgram(program.joined(variant), request)
            try:
                return whole, whole.chosen(file)
            except SymbolNotFound:
                if variant + 1 == program.num_variants:
                    raise
        raise SymbolNotFound(request.old, [], "the workspace")

    def _changes(
        self,
        program: CProgram,
        variant: int,
        targets: Collection[Symbol],
        group: Group,
        request: Request,
    ) -> dict[str, FileEdits]:
        """What changes in one of the program's texts."""
        whole, keys = LinkedProgram(program.joined(variant), request), _keys(targets)
        own = [s for s in whole.names.symbols if not _keys([s]).isdisjoint(keys)]
        is_member = any(symbol.owners for symbol in targets)
        is_local = all(symbol.is_local for symbol in targets)
        is_macro = any("macro" in symbol.kinds for symbol in targets)
        renamed, left = list[Occurrence](), []
        for occurrence in whole.names.occurrences:
            is_other = occurrence.symbol not in own and not _is_free(occurrence, targets, whole)
            is_meant = is_macro and occurrence.place.role == "unknown member"
            is_meant |= request.everywhere and bool(occurrence.several)
            if is_other and not is_meant:
                continue
            if is_member or is_local or self._linkage.sees(whole.file_of(occurrence), group.files):
                renamed.append(occurrence)
            elif whole.file_of(occurrence) not in whole.declaring(own):
                left.append((occurrence, _NOT_HERE))
        left += [each for each in whole.unclear(targets) if each[0] not in renamed]
        return whole.changes(renamed, left if not is_local else ())

    def _add_conditions(
        self,
        changed: dict[str, FileEdits],
        program: CProgram,
        targets: Collection[Symbol],
        group: Group,
        request: Request,
    ) -> None:
        """Add what the preprocessor asks for by the name, and note the files that could not be read."""
        is_macro = any("macro" in symbol.kinds for symbol in targets)
        is_plain = not any(symbol.owners or symbol.is_local for symbol in targets)
        for path in self.mentioning(request.old):
            here = changed.setdefault(path, FileEdits())
            data = self.workspace.text(path).encode("utf-8")
            for start, end in program.conditions(path) if is_plain else ():
                if is_macro and self._linkage.sees(path, group.files):
                    here.edits[start, end] = request.new
                else:
                    line = data.count(b"\n", 0, start)
                    here.left.append(Left(line, "the preprocessor asks for it", known=False))
            if is_plain:
                text = self.workspace.text(path)
                for line in lines_in_texts(request.old, text):
                    reason = f"'{request.old}' in a string or a pragma"
                    here.left.append(Left(line, reason, known=False))
            if path in program.broken and not all(symbol.is_local for symbol in targets):
                reason = "this file has what its grammar cannot parse"
                here.left += [Left(line, reason, known=False) for line in program.lines(path)]

    def _refuse_taken(
        self,
        targets: Collection[Symbol],
        group: Group,
        changed: dict[str, FileEdits],
        program: CProgram,
        request: Request,
    ) -> None:
        """Refuse a new name that files beside those of the program mean something by.

        Raises:
            NameRefused: with the file.
        """
        if all(symbol.is_local for symbol in targets):
            return
        new = request.new
        is_member = any(symbol.owners for symbol in targets)
        refuse_of_library(new, is_member=is_member, is_cpp=False)
        edited = [path for path, each in changed.items() if each.edits]
        is_macro = any("macro" in symbol.kinds for symbol in targets)
        spaces = {space for _, space in _keys(targets)}
        for path in self.mentioning(new):
            near = path in edited or self._linkage.sees(path, edited)
            other = CProgram([path], new, program.language, self.workspace, self._includes)
            joined = other.alone(path)
            for symbol in joined.symbols.names(new).symbols:
                is_plain = not symbol.owners and not symbol.is_local
                shares_space = any(space in spaces for _, space in _keys([symbol]))
                (linked, *_) = self._linkage.groups_of([symbol], joined)
                is_known = near or (group.is_external and linked.is_external)
                is_taken = (
                    is_macro
                    or "macro" in symbol.kinds
                    or (is_plain and not is_member and shares_space)
                )
                if is_known and is_taken:
                    raise NameRefused(
                        f"'{new}' is already a {symbol.kinds[0]} of {path}; choose another name"
                    )


def _keys(symbols: Iterable[Symbol]) -> _Keys:
    """What makes symbols of two texts of one program the same: a macro goes with what it stands in for."""
    return frozenset(
        (binding.owner or binding.scope, "value" if space == "macro" else space)
        for symbol in symbols
        for place in symbol.declarations
        for binding in place.bindings
        for space in binding.spaces
    )


def _is_free(occurrence: Occurrence, targets: Collection[Symbol], whole: LinkedProgram) -> bool:
    """Whether a name that its text does not declare is what other files of C declare by it."""
    has_tags = whole.joined.symbols.source.language.has_tags
    if occurrence.symbol is not None or occurrence.place.role != "name" or not has_tags:
        return False
    spaces = {space for _, space in _keys(targets)}
    used = {"value" if space == "macro" else space for space in occurrence.place.spaces}
    is_plain = not any(symbol.owners or symbol.is_local for symbol in targets)
    return is_plain and not spaces.isdisjoint(used)


def _one_of(groups: list[Group], file: str | None, request: Request) -> Group:
    """The group that is meant."""
    fit = [group for group in groups if file is None or file in group.files]
    if len(fit) == 1:
        return fit[0]
    files = [group.files[0] for group in fit or groups]
    raise AmbiguousPlace(
        f"`{request.old}` is declared in {' and '.join(files[:6])}, which do not see each other: "
        f"say `{request.old} in {files[0]}` or `{request.old} in {files[-1]}`",
        [],
    )


def _add(changed: dict[str, FileEdits], more: dict[str, FileEdits]) -> None:
    for path, each in more.items():
        here = changed.setdefault(path, FileEdits())
        here.edits |= each.edits
        here.left += [left for left in each.left if left not in here.left]


def _without_edited(path: str, each: FileEdits, workspace: Workspace) -> FileEdits:
    """What changes, without the places left that one of several texts tells."""
    data = workspace.text(path).encode("utf-8")
    lines = {data.count(b"\n", 0, start) for start, _ in each.edits}
    return FileEdits(each.edits, [left for left in each.left if left.line not in lines])
