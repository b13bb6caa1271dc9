"""Move a function or class of Python to another module, with its imports and its importers'.

"move the function parse to utils/text.py", "move Client from net.py to http/client.py". What would mean something else
there, or would make modules import each other in a circle, is refused.
"""

import ast
from dataclasses import replace

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import Slot, code, either, led, thing
from specedit.edits.instruction.vocabulary import DEFINITION, MOVE, phrases
from specedit.edits.operations import definition as in_file
from specedit.edits.operations import imports, unused_imports
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.workspace import import_lines, load_order
from specedit.edits.workspace.imports import Name
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.module_text import ModuleText
from specedit.edits.workspace.moved_classes import refuse_registered
from specedit.edits.workspace.moved_names import Needs, needs_of
from specedit.edits.workspace.moved_uses import is_python, refuse_patched, uses_of
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

EXAMPLES = ("move the function parse to utils/text.py",)

_PATH = r"[\w./-]+\.py"


def _file_slot(key: str) -> Slot:
    return either(led(phrases("file", "module"), code(key, _PATH)), code(key, _PATH))


_ASKED = form(
    MOVE,
    thing("f", DEFINITION),
    clause("from|in|of", _file_slot("source"), optional=True),
    clause("to|into", _file_slot("to")),
)


def is_recognised(instruction: str) -> bool:
    """Return whether an instruction asks to move a definition to another file."""
    return read(instruction, _ASKED) is not None


def predict(
    instruction: str, workspace: Workspace, file: str | None = None
) -> dict[str, Prediction]:
    """Return what each file becomes that changes.

    Raises:
        EditRefused: what is to be moved, or where to, is not there, or it would not mean the same.
    """
    slots = read(instruction, _ASKED)
    if slots is None:
        raise EditRefused(f"'{instruction}' moves no definition to another file")
    target = _file(slots["to"], workspace)
    home = _file(slots["source"], workspace) if "source" in slots else file
    home = home or _declaring(slots["f"], workspace)
    if home == target:
        raise EditRefused(f"'{slots['f']}' is in {target} already")
    return _Move(slots["f"], home, target, workspace).predictions()


def _file(written: str, workspace: Workspace) -> str:
    name = written.strip("`'\"").removeprefix("./")
    fit = [p for p in workspace.paths if p == name] or [
        p for p in workspace.paths if p.endswith(f"/{name}")
    ]
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{name}' may be {' or '.join(fit[:5])}; say which", [])
    if not fit:
        raise EditRefused(
            f"there is no file '{name}' in the workspace; make it first, it may be empty"
        )
    return fit[0]


def _declaring(name: str, workspace: Workspace) -> str:
    fit = [
        path
        for path in workspace.mentioning(name)
        if is_python(path)
        and any(d.name == name and not d.owner for d in workspace.source(path).definitions)
    ]
    if len(fit) > 1:
        raise AmbiguousPlace(f"'{name}' is defined in {' and '.join(fit[:5])}; say from which", [])
    if not fit:
        raise SymbolNotFound(name, [], "the workspace")
    return fit[0]


# Files that are looked for by their names, and run.
_FOUND_BY_NAME = words("__main__.py conftest.py setup.py")


class _Move:
    """One definition on its way from the file `home` to `target`."""

    def __init__(self, name: str, home: str, target: str, workspace: Workspace) -> None:
        self._name, self._home, self._target, self._workspace = name, home, target, workspace
        for path in (home, target):
            if not path.endswith(".py") or path.rpartition("/")[2] in _FOUND_BY_NAME:
                raise EditRefused(
                    f"{path} is no module of Python; a definition is moved between those"
                )
            if workspace.source(path).root.has_error:
                raise EditRefused(f"{path} has what its grammar cannot parse; mend that first")
        self._modules = PythonModules(workspace)
        self._old = ModuleText(home, workspace.text(home))
        self._new = ModuleText(target, workspace.text(target))

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
        return import_lines.redirected(
            path, Name(self._home, self._name), self._target, self._modules
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
            text = imports.added(self._again(text), f"from {written} import {self._name}")
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
        text = import_lines.without(self._target, Name(self._home, self._name), self._modules)
        for statement in needs.statements:
            text = imports.added(self._again(text), statement)
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
        changed = self._workspace.renewed(
            self._workspace.paths, lambda path: bodies.get(path, self._workspace.text(path)), bodies
        )
        modules = PythonModules(changed)
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
