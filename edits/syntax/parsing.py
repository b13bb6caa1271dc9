"""Whether an edit leaves a file that does not parse, if it did before.

The language's own parser is asked where it is at hand: tree-sitter accepts much that Python does not, as an unexpected
indent. That is what comes with Python. Programs of the machine (`node --check`, `gofmt`) are not run: what PATH offers
differs from machine to machine, a server would start a process for each edit, and some of them read configuration, and
with it code, from the folder of the file.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping

from specedit.edits.syntax.balance import TEMPLATE, lost_balance
from specedit.edits.syntax.language import Language, parse
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.python_parts import compiled, parts_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk

_LONGEST = (
    2_000_000  # most characters for the parsers of a language; Python's takes a second for so many
)
# What Pythons after 3.11 allow; ours can be the older one.
_NEWER_NODES = frozenset(["type_alias_statement", "type_parameter"])
_NEWER_MESSAGES = ("f-string", "multiple exception types must be parenthesized")
_TEMPLATE_STRING = re.compile(r"\b(?:t|rt|tr)['\"]", re.IGNORECASE)
# What holds code of another language, and the one it is in unless it says otherwise.
_EMBEDDING = {"script_element": "javascript", "style_element": "css"}
_LANGUAGES = {
    "ts": "typescript",
    "typescript": "typescript",
    "tsx": "tsx",
    "jsx": "javascript",
    "js": "javascript",
    "module": "javascript",
    "text/javascript": "javascript",
    "application/javascript": "javascript",
    "application/json": "json",
    "application/ld+json": "json",
    "importmap": "json",
    "css": "css",
    "text/css": "css",
}


class _Undecided(Exception):
    """A parser cannot tell whether a text is right."""


def lost_syntax(before: str, after: str, language: Language | None) -> str | None:
    """Return what does not parse in `after`, or None if all is well or `before` did not parse either."""
    is_template = TEMPLATE.search(before) or TEMPLATE.search(after)
    if language is None or not language.is_checked or (language.embeds_code and is_template):
        return lost_balance(before, after, language)
    try:  # what parses needs no looking at what it was
        problem = _own_problem(after, language)
        if problem is None or _own_problem(before, language) is None:
            return problem
    except _Undecided:
        pass
    new = Source(after, language)
    problem = _tree_problem(new.root)
    if problem is None and not language.embeds_code:
        return None
    old = Source(before, language)
    if old.root.has_error:
        return lost_balance(before, after, language)
    if problem is not None:  # what is lost tells more than where the grammar was at its wits' end
        return lost_balance(before, after, language) or problem
    return _embedded_problem(old, new)


def _own_problem(text: str, language: Language) -> str | None:
    parser = _PARSERS.get(language.standard_parser)
    if parser is None or len(text) > _LONGEST:
        raise _Undecided
    try:
        return parser(text)
    except (RecursionError, MemoryError, OverflowError) as error:
        raise _Undecided from error


def _python_problem(text: str) -> str | None:
    if parts_of(text) is not None:
        return None
    try:
        compiled(text)
    except SyntaxError as error:
        if not isinstance(error, IndentationError) and _may_be_newer(text, error):
            raise _Undecided from error
        return _complaint(error.lineno, error.msg)
    except ValueError as error:  # half a character, a NUL
        raise _Undecided from error
    return None


def _may_be_newer(text: str, error: SyntaxError) -> bool:
    """Whether a later Python than this one might accept the text."""
    if error.msg.startswith(_NEWER_MESSAGES) or _TEMPLATE_STRING.search(error.text or ""):
        return True
    return any(node.type in _NEWER_NODES for node in walk(parse(text, named("python"))))


def _json_problem(text: str) -> str | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _complaint(error.lineno, error.msg)
    except ValueError as error:  # a number of thousands of digits
        raise _Undecided from error
    return None


def _toml_problem(text: str) -> str | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        line = place.removeprefix("line ").partition(",")[0]
        return _complaint(int(line) if line.isdigit() else None, message or str(error))
    except ValueError as error:
        raise _Undecided from error
    return None


_PARSERS: Mapping[str, Callable[[str], str | None]] = {
    "ast": _python_problem,
    "json": _json_problem,
    "tomllib": _toml_problem,
}


def _complaint(line: int | None, message: str) -> str:
    where = f"line {line} of the result" if line is not None else "the result"
    return f"{where} does not parse: {message}"


def _tree_problem(root: Node, first_line: int = 0) -> str | None:
    if not root.has_error:
        return None
    at = next((n for n in walk(root) if n.type == "ERROR" or n.is_missing), root)
    while deeper := next((child for child in at.children if child.has_error), None):
        at = deeper
    return f"line {first_line + at.start_point[0] + 1} of the result does not parse"


def _embedded_problem(old: Source, new: Source) -> str | None:
    """Return what does not parse in the scripts and styles of a page, if all of them did before."""
    pieces = _embedded(old)
    if any(parse(old.code(node), language).has_error for node, language in pieces):
        return None
    for node, language in _embedded(new):
        problem = _tree_problem(parse(new.code(node), language), node.start_point[0])
        if problem is not None:
            return problem
    return None


def _embedded(source: Source) -> Iterator[tuple[Node, Language]]:
    if not source.language.embeds_code:
        return
    for node in source.nodes:
        if node.type == "raw_text" and node.parent and node.parent.type in _EMBEDDING:
            language = _language_in(source, node.parent)
            if language is not None:
                yield node, language


def _language_in(source: Source, element: Node) -> Language | None:
    attributes = {}
    for attribute in walk(element.named_children[0]):
        if attribute.type == "attribute":
            name, _, value = source.code(attribute).partition("=")
            attributes[name.strip().lower()] = value.strip("\"' \n\t")
    value = attributes.get("lang", "") or attributes.get("type", "")
    if not value:
        return named(_EMBEDDING[element.type])
    return named(_LANGUAGES[value.lower()]) if value.lower() in _LANGUAGES else None
