"""Which files a workspace has: those that its version control would not ignore."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from specedit.engine.errors import EditRefused

MOST_FILES = 100_000
_LONGEST_RULES = 1_000_000  # bytes of an ignore file
_MOST_STARS = 4  # in one pattern: the time that it takes is a power of their number
_SKIPPED = frozenset(["node_modules", "__pycache__", "site-packages"])


def root_of(folder: Path) -> Path:
    """Return the top of the repository that a folder is in, or the folder itself."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def list_files(root: Path, suffixes: frozenset[str] | None = None) -> Iterator[str]:
    """Yield the files with these suffixes, or all, as paths from `root` with slashes, sorted.

    Ignored files, links, hidden folders, virtual environments and installed packages are left out.

    Raises:
        EditRefused: there are more than `MOST_FILES`.
    """
    count = 0
    for path in _walk(root, "", (_ignored(root, "", (".git", "info", "exclude")),)):
        if suffixes is None or os.path.splitext(path)[1] in suffixes:
            count += 1
            if count > MOST_FILES:
                raise EditRefused(f"{root} has more than {MOST_FILES} files; give --root")
            yield path


_Rules = tuple[str, GitIgnoreSpec]


def _walk(root: Path, folder: str, rules: tuple[_Rules | None, ...]) -> Iterator[str]:
    rules = (*rules, _ignored(root, folder, (".gitignore",)))
    inside = [(iter(_entries(root, folder)), rules)]  # folders may be nested deeper than calls
    while inside:
        entries, rules = inside[-1]
        path = next(entries, None)
        if path is None:
            inside.pop()
        elif not _is_ignored(path, rules):
            if path.endswith("/"):
                rules = (*rules, _ignored(root, path, (".gitignore",)))
                inside.append((iter(_entries(root, path)), rules))
            else:
                yield path


def _entries(root: Path, folder: str) -> Iterator[str]:
    """The files and folders right in a folder, as paths from the root, folders with a slash at the end."""
    try:
        with os.scandir(root / folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}{entry.name}"
        if entry.is_symlink() or not _is_text(path):
            continue
        if entry.is_dir():
            is_skipped = entry.name.startswith(".") or entry.name in _SKIPPED
            if not is_skipped and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                yield f"{path}/"
        elif entry.is_file():
            yield path


def _is_text(path: str) -> bool:
    """Whether a name can be written in UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ignored(root: Path, folder: str, name: tuple[str, ...]) -> _Rules | None:
    """The rules of one ignore file, with the folder that they are for."""
    try:
        lines = _read_rules((root / folder).joinpath(*name)).splitlines()
        kept = [line for line in lines if len(re.findall(r"\*+", line)) <= _MOST_STARS]
        return folder, GitIgnoreSpec.from_lines(kept)
    except (OSError, ValueError):
        return None


def _read_rules(path: Path) -> str:
    """The text of an ignore file; "" for what is none: a link, which git does not follow either, a pipe, a device."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(file, "rb") as stream:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LONGEST_RULES:
            return ""
        return stream.read(_LONGEST_RULES).decode("utf-8")


def _is_ignored(path: str, rules: tuple[_Rules | None, ...]) -> bool:
    """Whether the innermost rules that say anything of a path ignore it."""
    for rule in reversed(rules):
        if rule is not None:
            folder, spec = rule
            is_listed = spec.check_file(path[len(folder) :]).include
            if is_listed is not None:
                return bool(is_listed)
    return False
