"""A package as each tool opens it."""

import json
from collections.abc import Callable
from pathlib import Path

from specedit.benchmarks.development.environments import Report
from specedit.benchmarks.development.renames import fetching
from specedit.benchmarks.development.renames.language_server import LanguageServer
from specedit.benchmarks.development.renames.packages import Package
from specedit.benchmarks.development.renames.rows import OURS
from specedit.benchmarks.development.renames.tools import Renamer, ScriptedRenamer, Specedit, Warm

# What a project is, for TypeScript's server and compiler: as much as each package's own sources need.
_PROJECTS = {
    "javascript": {"allowJs": True, "checkJs": True, "module": "node16", "noEmit": True},
    "typescript": {"module": "nodenext", "noEmit": True, "strict": True, "target": "es2022"},
}

PYRIGHT_SETTINGS = {
    "basedpyright.analysis": {"typeCheckingMode": "basic", "diagnosticMode": "openFilesOnly"}
}


def add_project(package: Package, folder: Path) -> None:
    """Say which files belong together, where a tool would not see it: an installed release may hide the sources."""
    if package.registry == "PyPI":
        (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": ["src", "."]}))
    options = _PROJECTS.get(package.language)
    if options is not None:
        project = {
            "compilerOptions": {**options, "skipLibCheck": True},
            "include": [package.sources],
        }
        (folder / "tsconfig.json").write_text(json.dumps(project))


def _specedit(package: Package, folder: Path, report: Report) -> Renamer:
    return Specedit(folder)


def _warm(package: Package, folder: Path, report: Report) -> Renamer:
    return Warm(folder)


def _rope(package: Package, folder: Path, report: Report) -> Renamer:
    return ScriptedRenamer(folder, fetching.python(report), fetching.scripts() / "run_rope.py")


def _pyright(package: Package, folder: Path, report: Report) -> Renamer:
    python = fetching.python(report)
    command = [str(python.parent / "basedpyright-langserver"), "--stdio"]
    settings = PYRIGHT_SETTINGS | {"python": {"pythonPath": str(python)}}
    return LanguageServer(command, folder, package.language, settings)


def _tsserver(package: Package, folder: Path, report: Report) -> Renamer:
    tools = fetching.node_tools(report)
    command = ["node", str(tools / "typescript-language-server/lib/cli.mjs"), "--stdio"]
    options = {"tsserver": {"path": str(tools / "typescript/lib/tsserver.js")}}
    return LanguageServer(command, folder, package.language, {}, options)


def _gopls(package: Package, folder: Path, report: Report) -> Renamer:
    return LanguageServer(["gopls"], folder, package.language, {})


def tools_of(language: str, *, warm: bool) -> dict[str, "_Start"]:
    """Return what starts each tool; `warm`: ours without a process of its own for each rename."""
    tools = _TOOLS[language]
    return tools | {OURS: _warm} if warm else tools


_Start = Callable[[Package, Path, Report], Renamer]
_TOOLS: dict[str, dict[str, _Start]] = {
    "python": {OURS: _specedit, "pyright": _pyright, "rope": _rope},
    "javascript": {OURS: _specedit, "tsserver": _tsserver},
    "typescript": {OURS: _specedit, "tsserver": _tsserver},
    "go": {OURS: _specedit, "gopls": _gopls},
    "rust": {OURS: _specedit},
}
