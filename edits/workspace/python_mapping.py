"""Python: what a project's settings say of its packages: its own name, folders of packages, and those that are mapped to packages.

After the guide of setuptools, "Package Discovery and Namespace Packages": `package-dir` has the folder of a package by its name, the
root of all by ""; what is below the one is below the other. `where` of `packages.find` has roots, too. They stand in
`pyproject.toml`, `setup.cfg`, or in the call in `setup.py`.
"""

import ast
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from functools import cached_property

from specedit.edits.workspace.workspace import Workspace


class PythonMapping:
    """The packages of a workspace, as its settings have them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def project(self) -> str:
        """The name of the project, as its package would be called; "" if it is not told."""
        name = _table(self._toml, "project").get("name")
        return name.replace("-", "_").lower() if isinstance(name, str) else ""

    @cached_property
    def folders(self) -> tuple[tuple[str, str], ...]:
        """The packages that are mapped, each with its folder, the innermost first; a folder may be the root, ""."""
        return tuple(sorted(((p, f) for p, f in self._pairs.items() if p), reverse=True))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The folders that packages are found in."""
        find = _table(self._toml, "tool", "setuptools", "packages", "find").get("where")
        lists = [*find] if isinstance(find, list) else []
        lists += self._config.get("options.packages.find", {}).get("where", "").split()
        below = [folder for package, folder in self._pairs.items() if not package]
        return tuple(dict.fromkeys([*below, *(_clean(str(each)) for each in lists)]))

    def name_of(self, path: str) -> str:
        """Return the dotted name of what is at a path without suffix, "" if no mapped folder is above it."""
        for package, folder in sorted(self.folders, key=lambda pair: -len(pair[1])):
            if path == folder or path.startswith(f"{folder}/" if folder else ""):
                return ".".join(filter(None, [package, *path[len(folder) :].split("/")]))
        return ""

    def places(self, dotted: str) -> Iterator[str]:
        """Yield the paths without suffix of what a dotted name means, if it is a mapped package or below one."""
        for package, folder in self.folders:
            if f"{dotted}.".startswith(f"{package}."):
                yield "/".join(filter(None, [folder, *dotted[len(package) :].split(".")]))

    def _settings(self, path: str) -> str:
        try:
            return self._workspace.settings(path)
        except KeyError:  # what reads may know the workspace's own files alone
            return ""

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """The folders by their packages, wherever they are told."""
        lines = self._config.get("options", {}).get("package_dir", "").splitlines()
        halves = (line.partition("=") for line in lines if "=" in line)
        pairs = {package.strip(): folder.strip() for package, _, folder in halves}
        pairs |= _in_call(self._settings("setup.py"))
        table = _table(self._toml, "tool", "setuptools", "package-dir")
        pairs |= {str(package): str(folder) for package, folder in table.items()}
        return {package: _clean(folder) for package, folder in pairs.items()}

    @cached_property
    def _toml(self) -> dict[str, object]:
        try:
            return tomllib.loads(self._settings("pyproject.toml"))
        except tomllib.TOMLDecodeError:
            return {}

    @cached_property
    def _config(self) -> dict[str, dict[str, str]]:
        config = ConfigParser(interpolation=None)
        try:
            config.read_string(self._settings("setup.cfg"))
        except ConfigError:
            return {}
        return {name: dict(config[name]) for name in config.sections()}


def _table(settings: object, *keys: str) -> dict[str, object]:
    for key in keys:
        settings = settings.get(key) if isinstance(settings, dict) else None
    return settings if isinstance(settings, dict) else {}


def _in_call(text: str) -> dict[str, str]:
    """The literal `package_dir` of a call in `setup.py`."""
    try:
        calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
        values = [k.value for call in calls for k in call.keywords if k.arg == "package_dir"]
        pairs = ast.literal_eval(values[0]) if len(values) == 1 else {}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return {}
    return {str(p): str(f) for p, f in pairs.items()} if isinstance(pairs, dict) else {}


def _clean(folder: str) -> str:
    """A folder as paths from the root have it."""
    return "/".join(part for part in folder.split("/") if part not in ("", "."))
