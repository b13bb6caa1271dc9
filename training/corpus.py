"""The code that lessons are made from: packages with pinned versions, all under permissive licences.

`python training/corpus.py` fetches them from PyPI, npm and Debian 12 into the cache, once, and prints what it has.
Python's own standard library comes with the interpreter (PSF licence).
"""

import hashlib
import random
import re
import subprocess
import sysconfig
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packages import MANIFEST, OTHER_NAMES, OTHER_VERSIONS

from specedit.edits.syntax.language import Language, parse
from specedit.edits.syntax.languages import language_of
from specedit.engine.folders import cache_folder

# How often each language is drawn.
_SHARES = {
    "python": 28,
    "typescript": 12,
    "javascript": 12,
    "go": 14,
    "java": 12,
    "rust": 12,
    "c": 5,
    "cpp": 5,
}
_LONGEST_LINE = 160
_LONGEST_FILE = 80_000  # bytes
_OTHER = "other"  # folder of the other versions
_SKIPPED = frozenset({"dist", "build", "node_modules", "vendor", "testdata", "idlelib", "lib2to3"})


@dataclass(frozen=True, slots=True)
class Module:
    """One source file."""

    name: str
    text: str
    language: Language


def draw(rng: random.Random, *, held_out: bool) -> Module:
    """Return a file of a language drawn by its share. One package's file in eight is held out."""
    return rng.choice(modules(held_out)[_language(rng)])


def draw_versions(rng: random.Random, *, held_out: bool) -> tuple[Module, Module]:
    """Return a file as it is in two versions of its package, in any order."""
    one, other = rng.choice(_versions(held_out)[_language(rng)])
    return (one, other) if rng.random() < 0.5 else (other, one)


def _language(rng: random.Random) -> str:
    return rng.choices(list(_SHARES), list(_SHARES.values()))[0]


@cache
def modules(held_out: bool) -> dict[str, list[Module]]:
    """Return the files by language: whole, parsable, written by hand."""
    library = Path(sysconfig.get_paths()["stdlib"])
    sources = [(library, p) for p in library.rglob("*.py") if "site-packages" not in p.parts]
    by_share = {name: [] for name in _SHARES}
    for path, language in _files(held_out, sources):
        text = _readable(path)
        if text is not None:
            by_share[language.name].append(Module(path.name, text, language))
    return by_share


@cache
def _versions(held_out: bool) -> dict[str, list[tuple[Module, Module]]]:
    """Return the files that both versions of a package have, and not alike."""
    others = {}
    for path in (folder() / _OTHER).rglob("*"):
        others[_key(path.relative_to(folder() / _OTHER))] = path
    by_share = {name: [] for name in _SHARES}
    for path, language in _files(held_out):
        other = others.get(_key(path.relative_to(folder())))
        if other is None or not other.is_file():
            continue
        one, two = _readable(path), _readable(other)
        if one and two and one != two and len(two) < 2 * _LONGEST_FILE:
            by_share[language.name].append(
                (Module(path.name, one, language), Module(path.name, two, language))
            )
    return by_share


def _key(path: Path) -> str:
    """A path without the numbers of versions."""
    return re.sub(r"[-_]?\d+(\.\d+)+[^/]*", "", path.as_posix())


def _files(
    held_out: bool, others: Iterable[tuple[Path, Path]] = ()
) -> Iterator[tuple[Path, Language]]:
    """Source files of the manifest, and of other folders."""
    root = folder()
    sources = [(root, p) for name in MANIFEST for p in (root / name).rglob("*") if p.is_file()]
    for base, path in sorted([*sources, *others]):
        language = language_of(path.name)
        relative = path.relative_to(base)
        if language is None or language.name not in _SHARES or _SKIPPED & set(relative.parts):
            continue
        digest = hashlib.sha256(relative.as_posix().encode()).digest()[0]
        if (digest % 8 == 0) == held_out and 400 < path.stat().st_size < _LONGEST_FILE:
            yield path, language


def _readable(path: Path) -> str | None:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return None
    if "\r" in text or "\f" in text or any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        return None
    return text if text.endswith("\n") else f"{text}\n"


def parses(text: str, language: Language) -> bool:
    """Whether a text has no syntax error."""
    return not parse(text, language).has_error


def folder() -> Path:
    """Return where the packages are unpacked."""
    return cache_folder() / "corpus"


def fetch() -> None:
    """Download and unpack what is not there yet."""
    for registry, packages in MANIFEST.items():
        for package, (version, _) in packages.items():
            _fetch(registry, package, version, folder() / registry / package.replace("/", "-"))
    for registry, versions in OTHER_VERSIONS.items():
        for package, version in versions.items():
            target = folder() / _OTHER / registry / package.replace("/", "-")
            _fetch(registry, OTHER_NAMES.get(package, package), version, target)


def _fetch(registry: str, package: str, version: str, target: Path) -> None:
    if not target.is_dir():
        print(f"fetching {package} {version} from {registry}", flush=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder()) as scratch:
            whole = Path(scratch) / "whole"
            whole.mkdir()
            _FETCHERS[registry](package, version, whole)
            whole.rename(target)


def _pypi(package: str, version: str, target: Path) -> None:
    command = ["pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(target)]
    subprocess.run([*command, f"{package}=={version}"], check=True)
    for wheel in target.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(target)


def _npm(package: str, version: str, target: Path) -> None:
    subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=target, check=True)
    _untar(target, "*.tgz")


def _debian(package: str, version: str, target: Path) -> None:
    subprocess.run(
        ["apt-get", *_apt_options(), "download", f"{package}={version}"], cwd=target, check=True
    )
    for archive in target.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive.name, "."], cwd=target, check=True)


def _debian_source(package: str, version: str, target: Path) -> None:
    command = ["apt-get", *_apt_options(), "source", "--download-only", f"{package}={version}"]
    subprocess.run(command, cwd=target, check=True)
    _untar(target, "*.orig.tar.*z")


def _untar(target: Path, pattern: str) -> None:
    for archive in target.glob(pattern):
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")


@cache
def _apt_options() -> tuple[str, ...]:
    """The lists of Debian 12 and 13, kept beside the corpus: whatever this machine's own sources are."""
    home = folder() / "apt"
    (home / "lists").mkdir(parents=True, exist_ok=True)
    lines = [
        f"{kind} http://deb.debian.org/debian {release} main\n"
        for kind in ("deb", "deb-src")
        for release in ("bookworm", "trixie")
    ]
    (home / "sources.list").write_text("".join(lines))
    settings = (
        f"Dir::Etc::sourcelist={home / 'sources.list'}",
        "Dir::Etc::sourceparts=-",
        f"Dir::State::lists={home / 'lists'}",
    )
    options = ("-q", *(word for setting in settings for word in ("-o", setting)))
    subprocess.run(["apt-get", *options, "update"], check=True)
    return options


_FETCHERS: dict[str, Callable[[str, str, Path], None]] = {
    "pypi": _pypi,
    "npm": _npm,
    "debian": _debian,
    "debian-source": _debian_source,
}

if __name__ == "__main__":
    fetch()
    for part in (False, True):
        counts = Counter({name: len(files) for name, files in modules(part).items()})
        print("held out" if part else "to learn from", dict(counts))
