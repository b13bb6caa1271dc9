"""The languages whose syntax is known: one file a language, which defines its `LANGUAGE` (or several `LANGUAGES`)."""

from functools import cache
from importlib import import_module
from pathlib import PurePath
from pkgutil import iter_modules

from specedit.edits.language import Language


@cache
def all_languages() -> tuple[Language, ...]:
    """Return every language, sorted by name."""
    found: list[Language] = []
    for module_info in iter_modules(__path__):
        module = import_module(f"{__name__}.{module_info.name}")
        found += getattr(module, "LANGUAGES", None) or (module.LANGUAGE,)
    return tuple(sorted(found, key=lambda language: language.name))


def named(name: str) -> Language:
    """Return the language of that name; it must be one of `all_languages()`."""
    return next(language for language in all_languages() if language.name == name)


def language_of(path: str) -> Language | None:
    """Return the language that a file name's suffix tells, or None."""
    suffix = PurePath(path).suffix
    for language in all_languages():
        if suffix in language.suffixes or suffix.lower() in language.suffixes:
            return language
    return None
