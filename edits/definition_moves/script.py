"""Move a definition of JavaScript or TypeScript to another module, with its imports and its importers'.

After ECMA-262, 16.2 "Modules": an import is bound to what the other module exports, whatever its name there, and modules are
loaded before those that import them. What would mean something else, or makes modules load each other, is refused.
"""

import json
import posixpath
from dataclasses import replace

from specedit.edits.definition_moves import script_paths, script_statements
from specedit.edits.definition_moves.request import MoveRequest
from specedit.edits.definition_moves.script_followed import Followed, Moved
from specedit.edits.definition_moves.script_module import DEFAULT, ScriptModule
from specedit.edits.definition_moves.script_movable import movable
from specedit.edits.definition_moves.script_needs import Needs, ScriptNeeds
from specedit.edits.definition_moves.script_origins import Naming, ScriptModules
from specedit.edits.definition_moves.script_result import ScriptResult
from specedit.edits.definition_moves.script_statements import Wanted
from specedit.edits.definition_moves.script_taken import TakenOut
from specedit.edits.operations._lists import Edits
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import walk
from specedit.engine.errors import EditRefused

_FUNCTIONS = words("function_declaration generator_function_declaration")
_TYPED = (".ts", ".tsx", ".mts", ".cts")
_DECLARING = (".d.ts", ".d.mts", ".d.cts")


def predict(request: MoveRequest) -> dict[str, Prediction]:
    """Return what each file becomes that changes.

    Raises:
        EditRefused: the definition would not mean the same there, or a use of it cannot be followed.
    """
    return _Move(request).predictions()


class _Move:
    """One definition on its way from the file `home` to `target`."""

    def __init__(self, request: MoveRequest) -> None:
        self._request, self._workspace = request, request.workspace
        self._name, self._home, self._target = request.name, request.home, request.target
        self._modules = ScriptModules(self._workspace)
        self._old, self._new = map(self._modules.module, (self._home, self._target))
        self._scripts = [path for path in self._workspace.paths if _is_alike(path, self._home)]
        self._naming = Naming(self._modules, self._scripts)

    def predictions(self) -> dict[str, Prediction]:
        self._refuse_unlike()
        definition = movable(self._name, self._old)
        taken = TakenOut(definition, self._old, self._modules)
        given, uses = frozenset(each.as_name for each in taken.own_exports), taken.uses()
        is_bound = definition.kind != "class" and any(
            n.type == "this" for n in walk(definition.node)
        )
        moved = Moved(self._name, self._home, self._target, given, is_bound)
        needs = ScriptNeeds(
            self._name, definition.outer, self._old, self._new, self._modules
        ).find()
        bodies = dict(Followed(moved, self._modules, self._naming).texts())
        kept = self._is_kept(given)
        wanted = self._wanted(taken, bool(uses), kept)
        bodies[self._home] = taken.text(wanted, needs, self._sample().source)
        bodies[self._target] = self._with(definition, needs, exported=bool(given or uses))
        ScriptResult(moved, self._modules, self._naming, bodies).check(needs)
        made = {path: Prediction("move", body, certain=True) for path, body in bodies.items()}
        remarks = (f"{self._home} goes on exporting it, for {kept}",) if kept else ()
        made[self._home] = replace(made[self._home], removed=(self._name,), remarks=remarks)
        return made

    def _refuse_unlike(self) -> None:
        """Refuse two files that are not read alike."""
        for path in (self._home, self._target):
            if path.endswith(_DECLARING) or self._modules.twin(path):
                raise EditRefused(
                    f"{path} only declares what another file has, or is declared by one"
                )
            if self._modules.module(path).source.root.has_error:
                raise EditRefused(f"{path} has what its grammar cannot parse; mend that first")
            module = self._modules.module(path)
            module.refuse_common()
            if not module.is_module and not (path == self._target and module.is_empty):
                raise EditRefused(f"{path} is no module: it neither imports nor exports anything")
            if acting := next(iter(module.acting()), None):
                raise EditRefused(
                    f"line {line_of(acting)} of {path} does something when the module is loaded, on which '{self._name}' may "
                    "depend"
                )
        if self._home.endswith(_TYPED) != self._target.endswith(_TYPED):
            raise EditRefused(f"only one of {self._home} and {self._target} has types")
        if self._kind(self._home) != self._kind(self._target):
            raise EditRefused(f"{self._home} and {self._target} are modules of two kinds")
        if not self._new.is_empty and self._old.directives != self._new.directives:
            unlike = sorted({*self._old.directives} ^ {*self._new.directives})
            raise EditRefused(f'only one of {self._home} and {self._target} has "{unlike[0]}"')

    def _kind(self, path: str) -> str:
        """What the nearest `package.json` says of the modules of its folder."""
        folder = posixpath.dirname(path)
        while True:
            text = self._workspace.settings(posixpath.join(folder, "package.json"))
            try:
                if text:
                    return str(json.loads(text).get("type", ""))
            except (ValueError, AttributeError):
                return ""
            if not folder:
                return ""
            folder = posixpath.dirname(folder)

    def _is_kept(self, given: frozenset[str]) -> str:
        """For whom the old module has to go on exporting the definition, "" for nobody."""
        if not given:
            return ""
        if self._modules.is_entry(self._home):
            return "those who install the package"
        return (
            ""
            if self._naming.files(self._home)
            else "those who find it by its path: nothing imports it"
        )

    def _sample(self) -> ScriptModule:
        """A module that shows how imports are written here: the old one, if it has any."""
        near = (self._home, self._target, *self._naming.files(self._home), *self._scripts)
        return next((m for m in map(self._modules.module, near) if m.imports), self._old)

    def _wanted(self, taken: TakenOut, is_used: bool, kept: str) -> list[Wanted]:
        """What the old module imports of the new one, and hands on."""
        if not is_used and not kept:
            return []
        importers = self._naming.files(self._home)
        written = script_paths.new(self._home, self._target, importers, self._modules)
        wanted = [Wanted(self._name, self._name, written, taken.is_type)] if is_used else []
        names = [each.as_name for each in taken.own_exports] if kept else []
        return wanted + [
            Wanted(self._name, each, written, taken.is_type, "export") for each in names
        ]

    def _with(self, definition: Definition, needs: Needs, *, exported: bool) -> str:
        """The new module with the definition behind all else, or behind its imports where it uses it."""
        block, source = self._block(definition, exported=exported), self._new.source
        was_taken = self._without_own()
        text = source.spliced(was_taken)
        for each in needs.wanted:
            again = Source(text, source.language, self._target)
            text = script_statements.with_name(again, each, self._sample().source)
        if self._new.is_empty and self._old.directives:
            quoted = "".join(self._old.source.line(n) for n in range(self._rows_of_directives()))
            text = f"{quoted.rstrip()}\n\n{text}" if text.strip() else quoted
        if was_taken and needs.own:
            raise EditRefused(
                f"{self._target} uses '{self._name}', which uses '{needs.own[0]}' of it: where it would stand cannot be told"
            )
        if not was_taken or definition.node.type in _FUNCTIONS:
            return f"{text.rstrip()}\n\n{block}" if text.strip() else block
        return _behind_imports(Source(text, source.language), block)

    def _rows_of_directives(self) -> int:
        nodes = self._old.source.root.named_children
        last = [n for n in nodes if n.type == "expression_statement"][: len(self._old.directives)]
        return int(last[-1].end_point[0]) + 1

    def _block(self, definition: Definition, *, exported: bool) -> str:
        """The lines of the definition, with its comments, exported or not."""
        source, outer = self._old.source, definition.outer
        edits: Edits = {}
        if outer.type != "export_statement":
            edits = {(outer.start_byte, outer.start_byte): "export "} if exported else {}
        else:
            default = next((child for child in outer.children if child.type == DEFAULT), None)
            if default is not None and default.next_sibling is not None:
                edits = {(default.start_byte, default.next_sibling.start_byte): ""}
        again = Source(source.spliced(edits), source.language)
        return again.lines(*again.lines_of(again.definition(self._name))).rstrip("\n") + "\n"

    def _without_own(self) -> Edits:
        """The edits that take the definition out of what the new module imports, or hands on.

        Raises:
            EditRefused: it has another name there.
        """
        edits = Edits()
        passed = [*self._new.imports, *self._new.exports]
        here = [
            e
            for e in passed
            if e.written and self._modules.find(e.written, self._target) == self._home
        ]
        for each in here:
            origin = self._modules.of_import(self._target, each)
            is_it = (origin.module, origin.name) == (self._home, self._name)
            if is_it and each.as_name != self._name:
                raise EditRefused(
                    f"line {line_of(each.statement)} of {self._target} calls '{self._name}' by another name: '{each.as_name}'"
                )
            if origin.name == "*" and each.as_name:
                raise EditRefused(
                    f"line {line_of(each.statement)} of {self._target} has {self._home} as an object: import what it uses by name"
                )
        for statement in dict.fromkeys(each.statement for each in here):
            parts = [
                e.node
                for e in here
                if e.statement == statement and e.as_name == self._name and e.name != "*"
            ]
            if parts:
                edits |= script_statements.without(self._new.source, statement, parts)
        return edits


def _behind_imports(source: Source, block: str) -> str:
    imported = [n for n in source.root.named_children if n.type == "import_statement"]
    row = imported[-1].end_point[0] + 1 if imported else 0
    rest = source.lines(row, len(source.line_starts) - 1).lstrip("\n")
    before = source.lines(0, row)
    gap = "\n" if before else ""
    return f"{before}{gap}{block}\n{rest}".rstrip("\n") + "\n"


def _is_alike(path: str, other: str) -> bool:
    languages = [language_of(each) for each in (path, other)]
    return len({each.modules for each in languages if each is not None}) == 1
