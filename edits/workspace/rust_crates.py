"""Rust: the crates of a workspace, and the modules that their files make.

After the reference, "Modules" and "Crates and source files", and Cargo's book on the layout of packages. A module is
called by its file and, where it stands within one, its own path: "src/net.rs", "src/net.rs#tests".
"""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property

from specedit.edits.workspace.workspace import Workspace

_MODULE = re.compile(
    r'(?:#\[path\s*=\s*"([^"]+)"\]\s*(?:#\[[^\]]*\]\s*)*)?(?<![\w/])mod\s+(?:r#)?(\w+)\s*;'
)
_ROOTS = re.compile(
    r"(?:src/(?:lib|main)|src/bin/[^/]+(?:/main)?|build|(?:tests|examples|benches)/[^/]+(?:/main)?)\.rs"
)
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")


class RustCrates:
    """The packages of a workspace with their crates, and which file is which module."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._manifests: dict[str, Mapping[str, object]] = {}

    @cached_property
    def children(self) -> dict[str, dict[str, str]]:
        """The modules of each file that are files, by their names."""
        return {p: dict(self._modules_of(p)) for p in self._workspace.paths if p.endswith(".rs")}

    @cached_property
    def parents(self) -> dict[str, frozenset[str]]:
        """The files whose module each file is."""
        parents: dict[str, set[str]] = {}
        for path, modules in self.children.items():
            for each in modules.values():
                parents.setdefault(each, set()).add(path)
        return {path: frozenset(above) for path, above in parents.items()}

    def roots(self, path: str) -> frozenset[str]:
        """Return the roots of the crates that a file is of."""
        above, seen = [path], {path}
        for each in above:  # grows
            for parent in self.parents.get(each, ()):
                if parent not in seen:
                    seen.add(parent)
                    above.append(parent)
        return frozenset(each for each in above if each not in self.parents)

    def _modules_of(self, path: str) -> Iterator[tuple[str, str]]:
        folder, _, file = path.rpartition("/")
        is_top = file in ("mod.rs", "lib.rs", "main.rs") or self._is_root(path)
        inside = folder if is_top else path.removesuffix(".rs")
        for match in _MODULE.finditer(self._workspace.text(path)):
            name = match[2]
            files = [_join(inside, f"{name}.rs"), _join(inside, f"{name}/mod.rs")]
            if match[1]:
                files = [posixpath.normpath(_join(folder, match[1]))]
            yield from ((name, each) for each in files if each in self._workspace.files)

    def _is_root(self, path: str) -> bool:
        package = self.package_of(path)
        return package is not None and bool(
            _ROOTS.fullmatch(path.removeprefix(f"{package}/" if package else ""))
        )

    def package_of(self, path: str) -> str | None:
        """Return the folder of the package that a file is in."""
        folder = posixpath.dirname(path)
        while True:
            if "package" in self._manifest(folder):
                return folder
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def lib_root(self, package: str) -> str | None:
        """Return the root of the library of a package, if it has one."""
        stated = _table(self._manifest(package), "lib").get("path", "src/lib.rs")
        path = posixpath.normpath(_join(package, str(stated)))
        return path if path in self._workspace.files else None

    def crate_name(self, package: str) -> str:
        """Return what others call the library of a package."""
        manifest = self._manifest(package)
        stated = _table(manifest, "lib").get("name") or _table(manifest, "package").get("name", "")
        return str(stated).replace("-", "_")

    def extern(self, path: str, name: str) -> str | None:
        """Return the root of the crate that a file means by a name, if that is one of the workspace."""
        package = self.package_of(path)
        if package is None:
            return None
        library = self.lib_root(package)
        if (
            name == self.crate_name(package)
            and library is not None
            and library not in self.roots(path)
        ):
            return library
        return self._dependencies(package).get(name)

    def used_by(self, path: str) -> frozenset[str]:
        """Return the roots of the libraries of the workspace that a file may use."""
        package = self.package_of(path)
        if package is None:
            return frozenset()
        own = self.lib_root(package)
        return frozenset([*self._dependencies(package).values(), *([own] if own else [])])

    def _dependencies(self, package: str) -> dict[str, str]:
        """The libraries of the workspace that a package depends on by their paths, by the names that it calls them."""
        crates = {}
        for key, stated in self._stated_dependencies(self._manifest(package)):
            folder = package
            if stated.get("workspace") is True:
                folder, stated = self._inherited(package, key)
            if "path" in stated:
                other = posixpath.normpath(_join(folder, str(stated["path"])))
                other = "" if other == "." else other
                library = self.lib_root(other)
                is_renamed = "package" in stated
                name = key.replace("-", "_") if is_renamed else self.crate_name(other)
                if library is not None:
                    crates[name] = library
        return crates

    def _stated_dependencies(
        self, manifest: Mapping[str, object]
    ) -> Iterator[tuple[str, dict[str, object]]]:
        tables = [
            manifest,
            *(t for t in _table(manifest, "target").values() if isinstance(t, dict)),
        ]
        for table in tables:
            for kind in _DEPENDENCIES:
                for key, stated in _table(table, kind).items():
                    if isinstance(stated, dict):
                        yield key, stated

    def _inherited(self, package: str, key: str) -> tuple[str, dict[str, object]]:
        folder = package
        while True:
            stated = _table(_table(self._manifest(folder), "workspace"), "dependencies").get(key)
            if isinstance(stated, dict):
                return folder, stated
            if not folder:
                return package, {}
            folder = posixpath.dirname(folder)

    def _manifest(self, folder: str) -> Mapping[str, object]:
        if folder not in self._manifests:
            try:
                values = tomllib.loads(self._workspace.settings(_join(folder, "Cargo.toml")))
            except tomllib.TOMLDecodeError:
                values = {}
            self._manifests[folder] = values
        return self._manifests[folder]


def _table(manifest: Mapping[str, object], key: str) -> dict[str, object]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
