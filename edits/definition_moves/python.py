"""Move a function or class of Python to another module, with its imports and its importers'.

What would mean something else there, or would make modules import each other in a circle, is refused.
"""

import ast
from collections.abc import Iterable
from dataclasses import replace

from specedit.edits.definition_moves import python_new, python_through
from specedit.edits.definition_moves.python_classes import refuse_registered
from specedit.edits.definition_moves.python_needs import Needs, needs_of
from specedit.edits.definition_moves.python_uses import refuse_patched, uses_of
from specedit.edits.definition_moves.request import MoveRequest
from specedit.edits.operations import _python_sorting, unused_imports
from specedit.edits.operations import definition as in_file
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.workspace import import_lines, load_order
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import ModuleText, is_python
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


def predict(request: MoveRequest) -> dict[str, Prediction]:
    """Return what each file becomes that changes.

    Raises:
        EditRefused: the definition would not mean the same there, or a use of it cannot be followed.
    """
    return _Move(request).predictions()


# Files that are looked for by their names, and run.
_FOUND_BY_NAME = words("__main__.py conftest.py setup.py")


class _Move:
    """One definition on its way from the file `home` to `target`."""

    def __init__(self, request: MoveRequest) -> None:
        self._name, self._home, self._target = request.name, request.home, request.target
        self._workspace = request.workspace
        for path in (self._home, self._target):
            if not path.endswith(".py") or path.rpartition("/")[2] in _FOUND_BY_NAME:
                raise EditRefused(
                    f"{path} is no module of Python; a definition is moved between those"
                )
            if self._workspace.source(path).root.has_error:
                raise EditRefused(f"{path} has what its grammar cannot parse; mend that first")
        self._modules = PythonModules(self._workspace)
        if request.is_new:
            python_new.check_name(self._target, self._modules)
        self._old = ModuleText(self._home, self._workspace.text(self._home))
        self._begin = self._workspace.text(self._target)
        if request.is_new and (futures := sorted(self._old.futures())):
            self._begin = f"from __future__ import {', '.join(futures)}\n"
        self._new = ModuleText(self._target, self._begin)

    def predictions(self) -> dict[str, Prediction]:
        node = self._old.definition(self._name)
        self._old.refuse_bound_here(node)
        self._old.refuse_done_on_import(node)
        self._new.refuse_done_on_import(node)
        if isinstance(node, ast.ClassDef):
            refuse_registered(node, self._old, self._modules)
        for path in (self._home, self._target):
            if self._modules.is_lazy(path) or self._modules.twin(path):
                raise EditRefused(f"{path} has a stub, or looks names up when they are asked for")
        uses = uses_of(self._name, self._home, self._target, self._modules)
        needs = needs_of(node, self._old, self._new, self._modules)
        refuse_patched(self._home, (*needs.names, self._name), self._modules)
        bodies = {
            path: body
            for path in uses
            if path not in (self._home, self._target)
            and (body := self._followed(path)) != self._workspace.text(path)
        }
        bodies[self._home] = self._without(uses[self._home], needs)
        bodies[self._target] = self._with(needs)
        self._check(bodies, needs)
        made = {path: Prediction("move", body, certain=True) for path, body in bodies.items()}
        made[self._home] = replace(made[self._home], removed=(self._name,))
        return made

    def _followed(self, path: str) -> str:
        """Another file, which has the definition from the new module."""
        modules, statements = self._modules, tuple[str, ...]()
        symbol, before = Name(self._home, self._name), self._workspace.text(path)
        if python_through.accesses(path, symbol, modules):
            named = python_through.direct(path, symbol, self._target, modules)
            statements = named.statements
            modules = PythonModules(self._changed({path: named.text}))
        text = import_lines.redirected(path, symbol, self._target, modules)
        if statements:
            return self._with_imports(path, text, statements)
        return _python_sorting.sorted_as(before, text, self._ours(path)) if text != before else text

    def _with_imports(self, path: str, text: str, statements: Iterable[str]) -> str:
        source = self._again(text, path)
        return _python_sorting.with_imports(source, statements, self._ours(path))

    def _ours(self, path: str) -> set[str]:
        """The names by which modules of the workspace begin, as far as a file or the new module's import has them."""
        statements = (each.statement for each in self._modules.imports(path))
        named = (
            each.child_by_field_name("module_name") or each.named_children[0] for each in statements
        )
        written = {
            text_of(each).partition(".")[0].split()[0] for each in named if text_of(each)[:1] != "."
        }
        return written | {self._target.split("/")[0].removesuffix(".py")}

    def _changed(self, bodies: dict[str, str]) -> Workspace:
        """The workspace with other texts."""
        return self._workspace.renewed(
            self._workspace.paths, lambda path: bodies.get(path, self._workspace.text(path)), bodies
        )

    def _without(self, own: FileEdits, needs: Needs) -> str:
        """The old module without the definition, which it imports if it uses it."""
        source = self._workspace.source(self._home)
        definition = source.definition(self._name)
        outer = definition.outer
        is_used = any(not outer.start_byte <= start < outer.end_byte for start, _ in own.edits)
        text = in_file.without(source, definition)
        if is_used:
            _refuse_late_imports(source, outer.start_point[0], self._home)
            written = import_lines.module_as(self._home, self._target, self._modules)
            text = self._with_imports(self._home, text, [f"from {written} import {self._name}"])
        free = [n for n in needs.foreign if not self._is_taken(n)]
        return unused_imports.without_unused(self._again(text, self._home), free)

    def _is_taken(self, name: str) -> bool:
        """Whether another file may have an imported name from the old module."""
        for path in self._workspace.mentioning(name):
            for taken in self._modules.imports(path) if is_python(path) else ():
                if (
                    path != self._home
                    and taken.module == self._home
                    and taken.name in (name, "*", "")
                ):
                    return True
                if path != self._home and self._modules.resolve(taken.module, taken.name) == Name(
                    self._home, ""
                ):
                    return True
        return False

    def _with(self, needs: Needs) -> str:
        """The new module with the definition behind all else, or behind its imports where it uses it."""
        home = self._workspace.source(self._home)
        block = home.lines(*home.lines_of(home.definition(self._name))).rstrip("\n") + "\n"
        uses = self._name in self._new.binders
        symbol = Name(self._home, self._name)
        text = import_lines.without(self._target, symbol, self._modules) or self._begin
        text = self._with_imports(self._target, text, needs.statements)
        source = self._again(text)
        imported = [n for n in source.root.named_children if n.type in source.language.imports]
        if not uses or not imported:
            return f"{text.rstrip()}\n\n\n{block}" if text.strip() else block
        if needs.own:
            raise EditRefused(
                f"{self._target} uses '{self._name}', which uses '{needs.own[0]}' of it: where it would stand cannot be told"
            )
        _refuse_late_imports(source, _first_row_of_code(source), self._target)
        row = imported[-1].end_point[0] + 1
        count = len(source.line_starts) - 1
        rest = source.lines(row, count).lstrip("\n")
        return f"{source.lines(0, row)}\n\n{block}\n\n{rest}".rstrip("\n") + "\n"

    def _again(self, text: str, path: str = "") -> Source:
        return Source(text, self._workspace.source(self._home).language, path)

    def _check(self, bodies: dict[str, str], needs: Needs) -> None:
        """See in the result that every name means what it did, and that all modules can be loaded."""
        modules = PythonModules(self._changed(bodies))
        for path, body in bodies.items():
            before, after = ModuleText(path, self._workspace.text(path)), ModuleText(path, body)
            lost = after.unresolved() - before.unresolved() - needs.builtins
            if lost:
                raise EditRefused(f"{path} would no longer have '{min(lost)}'")
        for path in bodies.keys() - {self._home, self._target}:
            for each in self._modules.imports(path):
                if each.module == self._home and each.name == self._name:
                    _check_same(path, each.local, Name(self._target, self._name), modules)
        for name in needs.names:
            old = self._modules.resolve(self._home, name)
            if old is not None:
                _check_same(self._target, name, old, modules)
        load_order.refuse_circles(bodies, self._modules, modules)


def _check_same(path: str, name: str, target: Name, modules: PythonModules) -> None:
    if modules.resolve(path, name) != target:
        raise EditRefused(f"{path} could not import '{name}' from {target.module} by its path")


def _first_row_of_code(source: Source) -> int:
    """Where something else than imports, comments and a docstring begins."""
    for node in source.root.named_children:
        is_text = node.type in source.language.comments or source.code(node)[:1] in "\"'"
        if node.type not in source.language.imports and not is_text:
            return int(node.start_point[0])
    return len(source.line_starts)


def _refuse_late_imports(source: Source, row: int, path: str) -> None:
    """Refuse to add an import behind others that stand below a row, as it would come too late."""
    late = [n for n in source.root.named_children if n.type in source.language.imports]
    if late and late[-1].start_point[0] >= row:
        raise EditRefused(
            f"line {line_of(late[-1])} of {path} imports below other code; move it up first"
        )
