"""Every tool on the same symbols of the same packages, each result checked in the same way; one row for each."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from specedit.benchmarks.development.environments import Report
from specedit.benchmarks.development.renames import fetching
from specedit.benchmarks.development.renames.checks import Check
from specedit.benchmarks.development.renames.folders import copied
from specedit.benchmarks.development.renames.language_server import LanguageServer
from specedit.benchmarks.development.renames.packages import PACKAGES, Package
from specedit.benchmarks.development.renames.subjects import draw
from specedit.benchmarks.development.renames.tools import Renamed, Renamer, Rope, Specedit

OURS = "specedit"
# What a project is, for TypeScript's server and compiler: as much as each package's own sources need.
_PROJECTS = {
    "javascript": {"allowJs": True, "checkJs": True, "module": "node16", "noEmit": True},
    "typescript": {"module": "nodenext", "noEmit": True, "strict": True, "target": "es2022"},
}


def run(
    names: Sequence[str], tools: Sequence[str], each: int, seed: int, out: Path, report: Report
) -> dict[str, Any]:
    """Return a summary row for each package and tool; every single result becomes a line of JSON in `out`."""
    results = []
    with out.open("w") as file:
        for package in PACKAGES:
            if not names or package.name in names:
                for result in _of_package(package, tools, each, seed, report):
                    print(json.dumps(result), file=file, flush=True)
                    results.append(result)
    return {"rows": summary(results)}


def summary(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what each tool did with each package.

    "told": wrong by the check, at places that the tool said it had left alone. "of theirs": how many of those that a tool
    renamed right specedit did, too.
    """
    rows = []
    for package, tool in dict.fromkeys((r["package"], r["tool"]) for r in results):
        here = [r for r in results if (r["package"], r["tool"]) == (package, tool)]
        ours = {
            _key(r): r["outcome"] for r in results if (r["package"], r["tool"]) == (package, OURS)
        }
        right = [r for r in here if r["outcome"] == "right"]
        shared = sum(ours.get(_key(r)) == "right" for r in right)
        counts = {
            name: sum(r["outcome"] == name for r in here)
            for name in ("right", "refused", "wrong", "told")
        }
        rows.append(
            {
                "package": package,
                "tool": tool,
                **counts,
                "median, s": median(r["seconds"] for r in here),
                "of theirs": f"{shared} of {len(right)}" if tool != OURS else "",
            }
        )
    return rows


def _key(result: dict[str, Any]) -> tuple[Any, ...]:
    return result["subject"]["path"], result["subject"]["line"], result["subject"]["character"]


def _of_package(
    package: Package, tools: Sequence[str], each: int, seed: int, report: Report
) -> Iterator[dict[str, Any]]:
    fetched = fetching.fetch(package, report)
    with copied(fetched) as folder:
        _add_project(package, folder)
        subjects = draw(package, folder, each, seed)
        check = Check(package, folder, report)
        for tool, start in _TOOLS[package.language].items():
            if tools and tool not in tools:
                continue
            renamer = start(package, folder, report)
            try:
                for subject in subjects:
                    result = _result(renamer.rename(subject), check)
                    about = f"{package.name}: {tool}: {subject.instruction()}"
                    report(f"{about}: {result['outcome']} {result['why']}"[:300])
                    yield {
                        "package": package.name,
                        "tool": tool,
                        "subject": asdict(subject),
                        **result,
                    }
            finally:
                renamer.close()


def _result(renamed: Renamed, check: Check) -> dict[str, Any]:
    """The outcome of one rename, and why."""
    about: dict[str, Any] = {"seconds": renamed.seconds, "left": renamed.left}
    if renamed.refusal:
        return {"outcome": "refused", "why": renamed.refusal, **about}
    about["files"] = sorted(renamed.files)
    problem = check.problem(renamed.files)
    if problem:
        return {"outcome": "told" if renamed.left else "wrong", "why": problem, **about}
    if renamed.not_undone:
        why = f"the inverse rename gives something else: {renamed.not_undone}"
        return {"outcome": "wrong", "why": why, **about}
    return {"outcome": "right", "why": "", **about}


def _add_project(package: Package, folder: Path) -> None:
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


def _rope(package: Package, folder: Path, report: Report) -> Renamer:
    return Rope(folder, fetching.python(report), fetching.scripts() / "run_rope.py")


def _pyright(package: Package, folder: Path, report: Report) -> Renamer:
    python = fetching.python(report)
    command = [str(python.parent / "basedpyright-langserver"), "--stdio"]
    settings = {
        "python": {"pythonPath": str(python)},
        "basedpyright.analysis": {"typeCheckingMode": "basic", "diagnosticMode": "openFilesOnly"},
    }
    return LanguageServer(command, folder, package.language, settings)


def _tsserver(package: Package, folder: Path, report: Report) -> Renamer:
    tools = fetching.node_tools(report)
    command = ["node", str(tools / "typescript-language-server/lib/cli.mjs"), "--stdio"]
    options = {"tsserver": {"path": str(tools / "typescript/lib/tsserver.js")}}
    return LanguageServer(command, folder, package.language, {}, options)


def _gopls(package: Package, folder: Path, report: Report) -> Renamer:
    return LanguageServer(["gopls"], folder, package.language, {})


_Start = Callable[[Package, Path, Report], Renamer]
_TOOLS: dict[str, dict[str, _Start]] = {
    "python": {OURS: _specedit, "pyright": _pyright, "rope": _rope},
    "javascript": {OURS: _specedit, "tsserver": _tsserver},
    "typescript": {OURS: _specedit, "tsserver": _tsserver},
    "go": {OURS: _specedit, "gopls": _gopls},
    "rust": {OURS: _specedit},
}
