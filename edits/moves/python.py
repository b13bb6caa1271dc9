"""Python: modules and packages that get another name or another place.

Imports are written anew, and names of modules with them; in the result every import must lead where it did. Names in
strings are left and listed.
"""

import keyword
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from specedit.edits.moves.python_imports import PythonImports
from specedit.edits.moves.python_names import PythonNames
from specedit.edits.moves.python_places import PythonPlaces, parts_of
from specedit.edits.moves.rules import Setting
from specedit.edits.prediction import Left
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.workspace import load_order
from specedit.edits.workspace.model import Edits, FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import ModuleText, is_python
from specedit.edits.workspace.python import PythonModules
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused

# Files that are looked for by their names.
_BY_NAME = words("__init__.py __init__.pyi __main__.py conftest.py setup.py")
_OF_ITSELF = words("__file__ __path__ __package__ __spec__")


class PythonMoves:
    """The modules of a workspace, some of which go elsewhere."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._modules = PythonModules(setting.workspace)
        self._places = PythonPlaces(setting, self._modules)

    def check_names(self) -> None:
        """Refuse names that no module can have, and places where it would be another one."""
        for old, new in self._setting.moves.requested.items():
            if not self._has_python(old):
                continue
            for path in (old, new):
                if path.rpartition("/")[2] in _BY_NAME:
                    raise EditRefused(f"{path} is looked for by its name, and cannot go elsewhere")
            if is_python(old) != is_python(new):
                raise EditRefused(f"{new} would be no module of Python, as {old} is")
            self._check_name(old, new)
        for path in self._setting.moves.files:
            if is_python(path):
                self._refuse_two(path)

    def _has_python(self, path: str) -> bool:
        files = self._setting.moves.files
        return any(is_python(p) and (p == path or p.startswith(f"{path}/")) for p in files)

    def _check_name(self, old: str, new: str) -> None:
        """Refuse a name that cannot be imported, if the old one can, or that another module or a package's own name has."""
        before, after = parts_of(old), parts_of(new)
        can_be_imported = all(map(_is_name, before[-1:]))
        for part in after if can_be_imported else ():
            if not _is_name(part) and part not in before:
                raise NameRefused(f"'{part}' is not a Python name; choose another")
        folder = "/".join(after[:-1])
        if self._places.top(new) == folder and after[-1] in sys.stdlib_module_names:
            raise NameRefused(
                f"'{after[-1]}' is a module of Python's library, which {new} would stand in for; choose another"
            )
        package = f"{folder}/__init__.py"
        if package in self._setting.workspace.files and before != after:
            named = {each.local for each in self._modules.imports(package)}
            target = self._modules.resolve(package, after[-1])
            if after[-1] in named | self._modules.top_level(package) and target != Name(old, ""):
                raise NameRefused(f"{package} has another '{after[-1]}' already; choose another")

    def _refuse_two(self, path: str) -> None:
        """Refuse a module that there are two of, before or afterwards."""
        image = self._setting.moves.image(path)
        for each, paths in ((path, self._setting.paths), (image, self._setting.paths_after)):
            module = "/".join(parts_of(each))
            if f"{module}.py" in paths and f"{module}/__init__.py" in paths:
                raise EditRefused(f"{module}.py and {module}/ are two modules of one name")

    def edits(self) -> dict[str, FileEdits]:
        """Return what changes in each file."""
        imports = PythonImports(self._setting, self._modules, self._places)
        names = PythonNames(self._setting, self._modules, self._places)
        changed = {}
        for path in self._looked_at:
            self._refuse_star(path)
            edits = names.edits_of(path, imports.edits_of(path))
            changed[path] = FileEdits(edits, [*self._left(path), *self._unclear(path, edits)])
        return {path: each for path, each in changed.items() if each.edits or each.left}

    @cached_property
    def _looked_at(self) -> list[str]:
        """The files that may name what goes elsewhere."""
        requested = self._setting.moves.requested
        stems = {parts_of(each)[-1] for pair in requested.items() for each in pair}
        paths = [path for path in self._setting.workspace.paths if is_python(path)]
        return self._setting.naming(paths, stems)

    def _refuse_star(self, path: str) -> None:
        """Refuse a file that has a module by an import of everything."""
        for each in self._modules.imports(path):
            for old in self._setting.moves.requested if each.name == "*" else ():
                name = parts_of(old)[-1]
                target = self._modules.resolve(each.module, name)
                if (
                    target is None
                    or target.name
                    or self._setting.moves.image(target.module) == target.module
                ):
                    continue
                for occurrence in self._setting.workspace.symbols(path).names(name).occurrences:
                    if occurrence.symbol is None and occurrence.place.role == "name":
                        raise EditRefused(
                            f"{path} imports all names of a module on line {line_of(each.statement)}, and uses '{name}' on "
                            f"line {line_of(occurrence.place.node)}; import it there by its name first"
                        )

    def _left(self, path: str) -> Iterator[Left]:
        """The strings that seem to name what goes elsewhere, and what asks a module where it is."""
        source = self._setting.workspace.source(path)
        patterns = [*self._patterns(path)]
        for node in source.nodes_of(source.language.strings):
            for what, pattern in patterns:
                if pattern.search(source.code(node)):
                    yield Left(line_of(node) - 1, f"'{what}' in a string", known=False)
                    break
        moves = self._setting.moves
        if path in moves.files and moves.files[path].rpartition("/")[0] != path.rpartition("/")[0]:
            for node in source.identifiers:
                if source.code(node) in _OF_ITSELF:
                    reason = f"'{source.code(node)}' is another one there"
                    yield Left(line_of(node) - 1, reason, known=False)

    def _has_around(self, path: str, old: str) -> bool:
        """Whether a file has the package of a module as an object."""
        around = parts_of(old)[:-1]
        taken = (self._modules.resolve(i.module, i.name) for i in self._modules.imports(path))
        return any(n is not None and not n.name and parts_of(n.module) == around for n in taken)

    def _unclear(self, path: str, edits: Edits) -> Iterator[Left]:
        """The members of objects that may be the package of what goes elsewhere."""
        source = self._setting.workspace.source(path)
        for old in self._setting.moves.requested:
            if not self._has_python(old) or not self._has_around(path, old):
                continue
            for node in source.nodes_with(parts_of(old)[-1]):
                access = self._modules.access(node)
                if access is None or source.code(access[1]) != parts_of(old)[-1]:
                    continue
                is_edited = any(start <= access[1].start_byte < end for start, end in edits)
                if not is_edited and self._modules.meaning(path, access[0]) is None:
                    yield Left(
                        line_of(node) - 1, "what it is a member of is not evident", known=False
                    )

    def _patterns(self, path: str) -> Iterator[tuple[str, re.Pattern[str]]]:
        """What names a module in a string: its path with dots, that of its file, and its name where modules are looked up."""
        text = self._setting.workspace.text(path)
        looks_up = "import_module" in text or "__import__" in text or self._modules.is_lazy(path)
        looks_up = looks_up or any(
            self._has_around(path, old) for old in self._setting.moves.requested
        )
        for old in self._setting.moves.requested:
            if not self._has_python(old):
                continue
            top = self._modules.top(old if is_python(old) else f"{old}/__init__.py")
            parts = parts_of(old)
            dotted = self._modules.mapping.name_of("/".join(parts))
            dotted = dotted or ".".join(parts[len(top.split("/")) if top else 0 :])
            name, file = re.escape(parts[-1]), re.escape(old.rpartition("/")[2])
            forms = (
                [rf"^[\w./:-]*(?<!\w){re.escape(dotted)}(?:[.:][\w.:-]*)?$"]
                if "." in dotted
                else []
            )
            forms += [rf"^{name}[.:][\w.:]+$"] if "." not in dotted else []
            forms += (
                [rf"^\.*{name}(?:[.:][\w.:]+)?$"] if looks_up else [rf"^\.+{name}(?:\.[\w.]+)?$"]
            )
            forms += [rf"(?:^|/){file}$"] if is_python(old) else [rf"/{file}(?:/|$)|^{file}/"]
            yield (dotted if "." in dotted else parts[-1]), re.compile("|".join(forms))

    def check_result(self, bodies: dict[str, str], after: Workspace) -> None:
        """See that every import leads where it did, and that every name is still bound."""
        modules, image = PythonModules(after), self._setting.moves.image
        for path in self._looked_at:
            led = Counter(Name(image(n.module), n.name) for n in _targets(path, self._modules))
            leads = Counter(_targets(image(path), modules))
            for name in sorted((led - leads) + (leads - led), key=str):
                what = f"'{name.name}' of {name.module}" if name.name else name.module
                how = "could no longer import" if led[name] > leads[name] else "would import"
                raise EditRefused(f"{image(path)} {how} {what}")
            if path in bodies:
                lost = ModuleText(path, bodies[path]).unresolved() - self._unresolved(path)
                if lost:
                    raise EditRefused(f"{path} would no longer have '{min(lost)}'")

        if any(
            parts_of(o)[:-1] != parts_of(n)[:-1] for o, n in self._setting.moves.requested.items()
        ):
            load_order.refuse_new_circles(self._looked_at, image, self._modules, modules)

    def _unresolved(self, path: str) -> frozenset[str]:
        return ModuleText(path, self._setting.workspace.text(path)).unresolved()


def _targets(path: str, modules: PythonModules) -> Iterator[Name]:
    """Yield what a file's imports lead to: modules, and names of modules."""
    for each in modules.imports(path):
        if each.module and each.statement.type != "import_statement":
            known = modules.resolve(each.module, each.name) if each.name != "*" else None
            yield known or Name(each.module, each.name)
    for statement in modules.workspace.source(path).nodes_of(["import_statement"]):
        for child in statement.named_children:
            choices = modules.choices(text_of(child.child_by_field_name("name") or child), path)
            if len(choices) == 1:
                yield Name(choices[0], "")


def _is_name(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)
