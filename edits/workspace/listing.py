"""Which files a workspace has: those that its version control would not ignore."""

import os
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from specedit.engine.errors import EditRefused

MOST_FILES = 100_000
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
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}{entry.name}"
        if entry.is_symlink() or not _is_text(path):
            continue
        if entry.is_dir():
            is_skipped = entry.name.startswith(".") or entry.name in _SKIPPED
            if is_skipped or os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                continue
            if not _is_ignored(f"{path}/", rules):
                yield from _walk(root, f"{path}/", rules)
        elif entry.is_file() and not _is_ignored(path, rules):
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
        text = (root / folder).joinpath(*name).read_text("utf-8")
        return folder, GitIgnoreSpec.from_lines(text.splitlines())
    except (OSError, ValueError):
        return None


def _is_ignored(path: str, rules: tuple[_Rules | None, ...]) -> bool:
    """Whether the innermost rules that say anything of a path ignore it."""
    for rule in reversed(rules):
        if rule is not None:
            folder, spec = rule
            told = spec.check_file(path[len(folder) :]).include
            if told is not None:
                return bool(told)
    return False
