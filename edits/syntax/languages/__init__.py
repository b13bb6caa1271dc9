"""The languages whose syntax is known: one file defines a `LANGUAGE`, or `LANGUAGES` that are of a kind.

Installed packages add modules of theirs, as entry points in the group `specedit.languages`. `compiled`, `scripting` and `data` have those that are only known for placing and checking: a row each.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import PurePath
from pkgutil import iter_modules

from specedit.edits.syntax.language import Language
from specedit.engine.plugins import plugins

_GROUP = "specedit.languages"


@cache
def all_languages() -> tuple[Language, ...]:
    """Return every language, sorted by name."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    modules += [point.load() for point in plugins(_GROUP).values()]
    known: list[Language] = []
    for module in modules:
        known += getattr(module, "LANGUAGES", None) or (module.LANGUAGE,)
    return tuple(sorted(known, key=lambda language: language.name))


def named(name: str) -> Language:
    """Return the language of that name; it must be one of `all_languages()`."""
    return next(language for language in all_languages() if language.name == name)


def language_of(path: str, *texts: str) -> Language | None:
    """Return the language that a file's name tells, by a well-known name as `Dockerfile` or by suffix, or None.

    None too where its grammar cannot parse one of `texts`, which are then edited as texts without a grammar.
    """
    language = next(_candidates(PurePath(path)), None)
    return language if language is not None and all(map(language.can_parse, texts)) else None


def _candidates(path: PurePath) -> Iterator[Language]:
    for language in all_languages():
        if any(fnmatchcase(path.name, pattern) for pattern in language.filenames):
            yield language
    for suffix in (path.suffix, path.suffix.lower()):
        for language in all_languages():
            if suffix in language.suffixes:
                yield language
