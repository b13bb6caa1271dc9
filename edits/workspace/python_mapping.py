"""Python: what a project's settings say of its packages: its own name, and folders that are mapped to packages.

After the guide of setuptools, "Package Discovery and Namespace Packages": `package-dir` in `pyproject.toml` has the
folder of a package by its name; what is below the one is below the other.
"""

import tomllib
from functools import cached_property

from specedit.edits.workspace.workspace import Workspace


class PythonMapping:
    """The packages of a workspace, as its settings have them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def project(self) -> str:
        """The name of the project, as its package would be called; "" if it is not told."""
        project = self._settings.get("project")
        name = project.get("name") if isinstance(project, dict) else None
        return name.replace("-", "_").lower() if isinstance(name, str) else ""

    @cached_property
    def folders(self) -> tuple[tuple[str, str], ...]:
        """The packages that are mapped, each with its folder, the innermost first."""
        pairs = self._of_tool()
        clean = {package: folder.removeprefix("./").strip("/") for package, folder in pairs.items()}
        return tuple(sorted(((p, f) for p, f in clean.items() if p and f), reverse=True))

    def name_of(self, path: str) -> str:
        """Return the dotted name of what is at a path without suffix, "" if no mapped folder is above it."""
        for package, folder in sorted(self.folders, key=lambda pair: -len(pair[1])):
            if f"{path}/".startswith(f"{folder}/"):
                return package + path[len(folder) :].replace("/", ".")
        return ""

    @cached_property
    def _settings(self) -> dict[str, object]:
        try:
            return tomllib.loads(self._workspace.settings("pyproject.toml"))
        except (
            tomllib.TOMLDecodeError,
            KeyError,
        ):  # what reads may know the workspace's own files alone
            return {}

    def _of_tool(self) -> dict[str, str]:
        table: object = self._settings
        for key in ("tool", "setuptools", "package-dir"):
            table = table.get(key) if isinstance(table, dict) else None
        pairs = table.items() if isinstance(table, dict) else ()
        return {str(package): str(folder) for package, folder in pairs}
