"""C and C++: names that macros put together of parts."""

import re
from collections.abc import Callable, Iterable, Iterator

from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source

_PASTES = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^()]*)\))?((?:\\\n|[^\n])*##(?:\\\n|[^\n])*)", re.M
)
_CHAIN = re.compile(r"\w+(?:\s*##\s*\w+)+")


def pasting_macros(
    name: str, text: str, mentions: Callable[[str], bool], texts: Iterable[str]
) -> Iterator[str]:
    """Yield the macros of a text that seem to put a name together of parts.

    `mentions` says whether a word is anywhere, and `texts` are those that may call them.
    """
    for match in _PASTES.finditer(text) if "##" in text else ():
        parameters = {each.strip() for each in (match[2] or "").split(",")}
        for chain in _CHAIN.findall(match[3]):
            if _gives(name, re.split(r"\s*##\s*", chain), parameters, mentions, texts):
                yield match[1]
                break


def _gives(
    name: str,
    parts: list[str],
    parameters: set[str],
    mentions: Callable[[str], bool],
    texts: Iterable[str],
) -> bool:
    """Whether parts of which some are parameters may be a name, by the words that texts have."""
    if parameters.isdisjoint(parts):
        return "".join(parts) == name
    if parameters.issuperset(parts):
        splits = (rf"\b{name[:i]}\s*,\s*{name[i:]}\b" for i in range(1, len(name)))
        pattern = re.compile("|".join(splits))
        return len(name) > 1 and any(map(pattern.search, texts))
    given = "".join(r"(\w+)" if part in parameters else re.escape(part) for part in parts)
    fit = re.fullmatch(given, name)
    return fit is not None and all(map(mentions, fit.groups()))


def places_of_pasting(name: str, source: Source) -> Iterator[Place]:
    """Yield a place, at its definition, for each macro that may put a name together: of what, only its calls tell."""
    if "##" not in source.text:
        return
    words = set(re.findall(r"\w+", source.text))
    for node in source.nodes:
        if node.type in ("preproc_def", "preproc_function_def"):
            for macro in pasting_macros(name, text_of(node), words.__contains__, [source.text]):
                reason = f"the macro `{macro}` may put it together"
                yield Place(
                    node, node.start_byte, node.start_byte, "unknown", written="", reason=reason
                )
