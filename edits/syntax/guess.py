"""Which language a text without a name is in, where its syntax leaves no doubt about its kind."""

from specedit.edits.syntax.languages import all_languages
from specedit.edits.syntax.source import Source


def path_like(text: str) -> str:
    """Return a file's name as it would tell the language of `text`, "" where none is evident.

    A language whose operations are known, that reads the text without an error and finds definitions in it. Of kin that all
    do, as C and C++, it is the one with the fewest words of its own.
    """
    languages = [each for each in all_languages() if each.has_operations and each.can_parse(text)]
    sources = [Source(text, language) for language in languages]
    fitting = [s.language for s in sources if not s.root.has_error and _has_definitions(s)]
    if not fitting:
        return ""
    smallest = min(fitting, key=lambda each: (len(each.keywords), -len(each.suffixes)))
    return f"file{smallest.suffixes[0]}"


def _has_definitions(source: Source) -> bool:
    """Whether there are others than assignments, which many languages write alike."""
    return any(definition.kind != "constant" for definition in source.definitions)
