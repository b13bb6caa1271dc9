"""Where files that are no code name what goes elsewhere: settings, pages, scripts. Nothing is changed there, they are listed."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from specedit.edits.moves.paths import Moves
from specedit.edits.prediction import Left
from specedit.edits.syntax.language import words

_SUFFIXES = words(
    ".toml .cfg .ini .yaml .yml .json .json5 .jsonc .md .rst .txt .html .htm .vue .svelte .astro .mdx .sh .mk .cmake .in .am "
    ".ac .gradle .bazel .bzl .ninja .gyp .gypi .xml .conf .ipynb .tcl .ps1 .bat .m .mm .cu .pyx .pxd .css .scss .less"
)
_NAMES = words(
    "Makefile GNUmakefile makefile Dockerfile Jenkinsfile Procfile CODEOWNERS BUILD SConstruct justfile"
)
_GENERATED = words("package-lock.json npm-shrinkwrap.json pnpm-lock.yaml composer.lock")
_MOST = 5  # lines of one file
_MODULES = words(".py .pyi")


def may_mention(path: str) -> bool:
    """Return whether a file is one in which files are named, without being code whose imports are followed."""
    name = PurePosixPath(path)
    return name.name not in _GENERATED and (name.name in _NAMES or name.suffix in _SUFFIXES)


def mentions(path: str, text: str, moves: Moves, tops: Iterable[str]) -> list[Left]:
    """Return the lines of a file that name what goes elsewhere by its path; `tops` are folders that modules are found in."""
    patterns = [(old, _pattern(old, path, moves, tops)) for old in moves.requested]
    lefts = [
        Left(row, f"it names {old}", known=False)
        for row, line in enumerate(text.split("\n"))
        for old, pattern in patterns
        if pattern.search(line)
    ]
    more = len(lefts) - _MOST
    if more > 0:
        lefts[_MOST - 1 :] = [Left(lefts[_MOST - 1].line, f"as are {more} more lines", known=False)]
    return lefts


def _pattern(old: str, path: str, moves: Moves, tops: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(_forms(old, path, is_file=old in moves.files, tops=tops)))


def _forms(old: str, path: str, *, is_file: bool, tops: Iterable[str]) -> Iterator[str]:
    """What names a file or a folder in another file: its path from the root or from there, and its module."""
    suffix = posixpath.splitext(old)[1] if is_file else ""
    bare = old.removesuffix(suffix)
    end = rf"(?:{re.escape(suffix)}|\.o)?(?![\w/-]|\.\w)" if is_file else r"(?![\w-])"
    for written in dict.fromkeys([bare, posixpath.relpath(bare, posixpath.dirname(path) or ".")]):
        if "/" in written:
            yield rf"(?<![\w.-]){re.escape(written)}{end}"
        elif is_file:
            yield rf"(?<![\w.-]){re.escape(written)}(?:{re.escape(suffix)}|\.o)(?![\w-])"
            yield rf"(?<!\.)\./{re.escape(written)}{end}"
        else:
            yield rf"(?<![\w.-])(?:\./)?{re.escape(written)}/"
    if not is_file or suffix in _MODULES:
        yield from _dotted(bare, path, tops)


def _dotted(bare: str, path: str, tops: Iterable[str]) -> Iterator[str]:
    """How a module is written with dots; a name alone counts in settings, where it stands as a value."""
    for top in sorted({*tops, ""}):
        if not f"{bare}/".startswith(f"{top}/") and top:
            continue
        dotted = bare.removeprefix(f"{top}/" if top else "").replace("/", ".")
        if "." in dotted:
            yield rf"(?<!\w){re.escape(dotted)}(?!\w)"
        elif path.endswith((".toml", ".cfg", ".ini")):
            yield rf"""(?:["'=]|^)\s*{re.escape(dotted)}(?=[:."',\s]|$)"""
