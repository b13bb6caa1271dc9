"""C and C++: the files that use the macros whose bodies have a name."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

_DEFINED = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\r?\n|[^\n])*)", re.M)


def with_users_of_macros(
    name: str, mentioning: Callable[[str], Sequence[str]], text: Callable[[str], str]
) -> list[str]:
    """Return the files that mention a name, and those that use macros which stand for it, through others, too."""
    paths = dict.fromkeys(mentioning(name))
    waiting, known = [name], {name}
    while waiting:
        word = waiting.pop()
        macros = {*_standing_for(word, map(text, mentioning(word)))} - known
        known |= macros
        waiting += sorted(macros)
        paths |= dict.fromkeys(path for macro in sorted(macros) for path in mentioning(macro))
    return [*paths]


def _standing_for(word: str, texts: Iterable[str]) -> Iterator[str]:
    """The macros in whose bodies a word stands."""
    for text in texts:
        for match in _DEFINED.finditer(text) if "define" in text else ():
            if word in match[2] and re.search(rf"\b{re.escape(word)}\b", match[2]):
                yield match[1]
