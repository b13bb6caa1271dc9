"""What a target may veto of a rename, and what it must be told of one."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from specedit.edits.operations._rename_instruction import read
from specedit.edits.prediction import Left, VetoPolicy
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import spans_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.text import changed_lines, split_lines
from specedit.engine.errors import EditRefused

_SCOPE_NOTE = "Comments and strings stay as they are."


def with_scope_note(instruction: str) -> str:
    """Return the instruction, and where it is a rename in code alone, that too: a model cannot know our rule."""
    if not _is_in_code_alone(instruction):
        return instruction
    return f"{instruction.strip().rstrip('.')}. {_SCOPE_NOTE}"


def veto_policy(
    instruction: str,
    source: Source,
    after: Source,
    symbols: Symbols,
    left: Collection[Left] = (),
) -> VetoPolicy:
    """Return what may be vetoed of the text `after`, which a rename makes of `source` without what it has `left`.

    `symbols` are those of the text after.

    What is in comments and strings, or known to be another symbol's, stays by the rename's own rule; where nothing tells
    what a name means, a target may.
    """
    body = after.text
    names, new_names = _changed_words(source.text, body)
    unclear = {place.line for place in left if not place.known}
    clear = {place.line for place in left} - unclear
    watched = _watched(instruction, source, body, clear)
    if not names:  # two names that change places: which of them is where is the target's to judge
        return VetoPolicy(watched=watched)
    kept, doubtful = names - new_names, None
    excluded = _excluded_text_ranges(instruction, after, symbols)
    if source.text.count("\n") == body.count("\n"):  # else lines of one are not lines of the other
        excluded += _names_on(clear, after, kept)
        doubtful = after.in_characters(_names_on(unclear, after, kept))
    return VetoPolicy(names, new_names, after.in_characters(excluded), doubtful, watched)


def _excluded_text_ranges(
    instruction: str, source: Source, symbols: Symbols
) -> list[tuple[int, int]]:
    """The byte ranges of the comments and strings that a rename in code alone does not look through."""
    if not _is_in_code_alone(instruction):
        return []
    texts = source.language.comments | source.language.strings
    code = {
        (occurrence.place.node.start_byte, occurrence.place.node.end_byte)
        for request in read(instruction) or ()
        for occurrence in symbols.names(request.new).occurrences
    }
    return sorted({*spans_of(source.root, texts, source.language)} - code)


def _is_in_code_alone(instruction: str) -> bool:
    try:
        requests = read(instruction)
    except EditRefused:
        return False
    return requests is not None and not any(
        r.comments or r.docstrings or r.strings for r in requests
    )


def _changed_words(before: str, after: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that occur more or less often after an edit, and those that occur more often."""
    old, new = (Counter(re.findall(r"\w+", text)) for text in (before, after))
    more = frozenset(new - old)
    return more | frozenset(old - new), more


def _names_on(
    rows: Collection[int], after: Source, names: Collection[str]
) -> list[tuple[int, int]]:
    """Byte ranges of the predicted text where one of the names stays on these lines."""
    return [
        (node.start_byte, node.end_byte)
        for node in (_named(after, names) if rows else ())
        if node.start_point[0] in rows
    ]


def _watched(
    instruction: str, source: Source, body: str, clear: Collection[int]
) -> tuple[int, ...]:
    """The lines of code where a name stays that changes elsewhere: places that a rename may have missed."""
    old, new = split_lines(source.text), split_lines(body)
    names = set(re.findall(r"\w+", instruction)) & set(re.findall(r"\w+", source.text))
    changed = {line for i1, i2, _, _ in changed_lines(old, new) for line in range(i1, i2)}
    renamed = {word for line in changed for word in re.findall(r"\w+", old[line])} & names
    rows = {node.start_point[0] for node in _named(source, renamed)}
    return tuple(sorted(rows - changed - set(clear)))


def _named(source: Source, names: Collection[str]) -> Iterator[Node]:
    return source.nodes_named(names, source.language.names | source.language.members)
