"""Go: the packages of a workspace, and what the files of one import."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.workspace.workspace import Workspace

_CLAUSE = re.compile(r"^package[ \t]+(\w+)", re.MULTILINE)
_MODULE = re.compile(r'^module[ \t]+"?([^\s"]+)', re.MULTILINE)
_REPLACED = re.compile(
    r"^(?:replace[ \t]+)?[ \t]*(\S+)(?:[ \t]+v\S+)?[ \t]+=>[ \t]+(\.\.?\S*)", re.MULTILINE
)
_USED = re.compile(r"^(?:use[ \t]+)?[ \t]*(\.\.?[^\s()]*)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file imports: a path, what it is called here ("." and "_" are as they are written), and on which line.

    `unit` is the package, None for one that the workspace does not have; `may_be_ours` where it seems to be one, but
    cannot be told.
    """

    path: str
    local: str
    line: int
    unit: str | None
    may_be_ours: bool = False


class GoPackages:
    """The packages of a workspace, each called by its folder and its name."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._imports: dict[str, tuple[Imported, ...]] = {}
        self._modules: dict[str, str | None] = {}
        self._replaced: dict[str, dict[str, str]] = {}

    @cached_property
    def of_file(self) -> dict[str, str]:
        """The package of each file but for vendored ones."""
        packages = {}
        for path in self._workspace.paths:
            if path.endswith(".go") and "vendor" not in path.split("/")[:-1]:
                clause = _CLAUSE.search(self._workspace.text(path))
                name = clause[1] if clause else ""
                packages[path] = f"{posixpath.dirname(path)}:{name}"
        return packages

    @cached_property
    def files(self) -> dict[str, tuple[str, ...]]:
        """The files of each package."""
        files: dict[str, list[str]] = defaultdict(list)
        for path, unit in self.of_file.items():
            files[unit].append(path)
        return {unit: tuple(paths) for unit, paths in files.items()}

    @cached_property
    def _in_folder(self) -> dict[str, str]:
        """The package of each folder that can be imported: not one of tests, nor a program that is left out of builds."""
        by_name: dict[str, list[str]] = defaultdict(list)
        for unit, paths in self.files.items():
            folder, _, name = unit.rpartition(":")
            is_tests = name.endswith("_test") and all(p.endswith("_test.go") for p in paths)
            if not is_tests:
                by_name[folder].append(unit)
        return {
            folder: max(units, key=lambda unit: (not unit.endswith(":main"), len(self.files[unit])))
            for folder, units in by_name.items()
        }

    def name_of(self, unit: str) -> str:
        """Return the name that a package gives itself."""
        return unit.rpartition(":")[2]

    def imports(self, path: str) -> Sequence[Imported]:
        """Return what a file imports."""
        if path not in self._imports:
            self._imports[path] = tuple(self._read_imports(path))
        return self._imports[path]

    def _read_imports(self, path: str) -> Iterator[Imported]:
        for declaration in self._workspace.source(path).root.named_children:
            if declaration.type != "import_declaration":
                continue
            specs = declaration.named_children
            if specs and specs[0].type == "import_spec_list":
                specs = specs[0].named_children
            for spec in specs:
                written = text_of(spec.child_by_field_name("path"))[1:-1]
                folder, may_be_ours = self._folder(written, posixpath.dirname(path))
                unit = self._in_folder.get(folder) if folder is not None else None
                local = text_of(spec.child_by_field_name("name"))
                local = local or (self.name_of(unit) if unit else _guessed(written))
                is_unclear = unit is None and (may_be_ours or folder is not None)
                yield Imported(written, local, line_of(spec) - 1, unit, is_unclear)

    def _folder(self, written: str, importer: str) -> tuple[str | None, bool]:
        """The folder of an imported package, if it is one of the workspace's; and whether it seems to be one."""
        if written.startswith("."):
            return posixpath.normpath(posixpath.join(importer, written)), False
        top = self._top(importer)
        for module, folder in self._reached(top).items():
            if written == module or written.startswith(f"{module}/"):
                below = written[len(module) + 1 :]
                return "/".join(filter(None, [folder, below])), False
        ends = f"/{written}"
        return None, any(
            ends.endswith(f"/{f}") for f in self._in_folder if f.count("/") or f == written
        )

    def _reached(self, top: str | None) -> dict[str, str]:
        """The modules that one uses as they are in the workspace, innermost first, with their folders."""
        if top is None:
            return {}
        if top not in self._replaced:
            reached = {self._module(top) or "": top}
            text = self._workspace.settings(_join(top, "go.mod"))
            for module, folder in _REPLACED.findall(text):
                reached[module] = _normal(_join(top, folder))
            for folder in self._used_with(top):
                if module := self._module(folder):
                    reached.setdefault(module, folder)
            self._replaced[top] = dict(sorted(reached.items(), key=lambda pair: -len(pair[0])))
        return self._replaced[top]

    def _used_with(self, top: str) -> Iterator[str]:
        """The folders of the modules that `go.work` names beside one."""
        for above in _upwards(top):
            text = self._workspace.settings(_join(above, "go.work"))
            folders = [_normal(_join(above, each)) for each in _USED.findall(text)]
            if top in folders:
                yield from folders
                return

    def _top(self, folder: str) -> str | None:
        """The folder of the module that another folder is in."""
        return next((each for each in _upwards(folder) if self._module(each) is not None), None)

    def _module(self, folder: str) -> str | None:
        """The path of the module that is in a folder itself."""
        if folder not in self._modules:
            match = _MODULE.search(self._workspace.settings(_join(folder, "go.mod")))
            self._modules[folder] = match[1] if match else None
        return self._modules[folder]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _normal(path: str) -> str:
    path = posixpath.normpath(path)
    return "" if path == "." else path


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the root."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _guessed(path: str) -> str:
    """What a package seems to call itself, which only its own files say."""
    parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+", part)] or [path]
    return re.sub(r"\.v\d+$|\.go$", "", parts[-1]).removeprefix("go-").replace("-", "_")
