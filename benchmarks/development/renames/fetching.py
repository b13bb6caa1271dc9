"""Fetches the sources of packages, and the tools that rename, from the registries: once, into the user's cache."""

import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from specedit.benchmarks.development.environments import SCRIPTS, Report, environment
from specedit.benchmarks.development.renames.packages import Package
from specedit.engine import children
from specedit.engine.folders import cache_folder

NODE_TOOLS = (
    "typescript@5.9.3",  # 7 has no tsserver
    "typescript-language-server@4.4.1",
    "@types/node@22.19.1",
    "vitest@3.2.4",
)


def fetch(package: Package, report: Report) -> Path:
    """Return the folder of a package's sources.

    Raises:
        children.Failed: the registry does not have it, or cannot be reached.
    """
    place = kept_folder() / f"{package.name}-{package.version}"
    if not place.exists():
        report(f"fetching {package.name} {package.version} from {package.registry}, once")
        unpacked = place.with_name(f"new-{place.name}")
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        _FETCH[package.registry](package, unpacked, report)
        inside = unpacked / package.root if package.root else _only_folder(unpacked)
        shutil.move(inside, place)
        shutil.rmtree(unpacked, ignore_errors=True)
    return place


def node_tools(report: Report) -> Path:
    """Return the folder of npm's `node_modules` with TypeScript, its language server and a test runner."""
    place = kept_folder() / "node"
    modules = place / "node_modules"
    if not (place / "done").exists():
        report("installing TypeScript and its language server from npm, once")
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text("{}")
        _run("npm", "install", "--silent", "--prefix", str(place), *NODE_TOOLS)
        (place / "done").touch()
    return modules


def python(report: Report) -> Path:
    """Return the Python that has basedpyright, rope, pytest and what the tests of the packages import."""
    return environment("renames", report)


def scripts() -> Path:
    """Return the folder of the scripts that run in other environments."""
    return SCRIPTS


def kept_folder() -> Path:
    """Return where packages, tools and what checks told are kept."""
    return cache_folder() / "benchmarks" / "renames"


def _from_pypi(package: Package, place: Path, report: Report) -> None:
    _run(
        str(python(report)),
        *("-m", "pip", "-q", "--disable-pip-version-check", "download", "--no-deps"),
        *("--no-binary", ":all:", "-d", str(place), f"{package.name}=={package.version}"),
    )
    _unpack(place)


def _from_npm(package: Package, place: Path, report: Report) -> None:
    name = f"{package.name}@{package.version}"
    _run("npm", "pack", "--silent", "--pack-destination", str(place), name)
    _unpack(place)
    folder = _only_folder(place)
    if json.loads((folder / "package.json").read_text()).get("dependencies"):
        options = ("--omit=dev", "--ignore-scripts", "--prefix", str(folder))
        _run("npm", "install", "--silent", *options)
        (folder / "package-lock.json").unlink(missing_ok=True)


def _from_debian(package: Package, place: Path, report: Report) -> None:
    _run("apt-get", "-q", "download", f"{package.archive}={package.version}", folder=place)
    (archive,) = place.glob("*.deb")
    _run("dpkg-deb", "-x", str(archive), str(place))


_FETCH: dict[str, Callable[[Package, Path, Report], None]] = {
    "PyPI": _from_pypi,
    "npm": _from_npm,
    "Debian": _from_debian,
}


def _unpack(place: Path) -> None:
    (archive,) = [*place.glob("*.tar.gz"), *place.glob("*.tgz")]
    with tarfile.open(archive) as tar:
        tar.extractall(place, filter="data")
    archive.unlink()


def _only_folder(place: Path) -> Path:
    (folder,) = [path for path in place.iterdir() if path.is_dir()]
    return folder


def _run(*command: str, folder: Path | None = None) -> None:
    only = os.environ | {"npm_config_update_notifier": "false"}
    done = children.run(
        command,
        children.Descriptors(stdout=children.DEVNULL),
        folder=folder or Path("/"),
        only=only,
    )
    done.check_returncode()
