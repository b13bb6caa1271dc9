"""Write strings in double or in single quotes (Python, JavaScript, TypeScript).

"use double quotes", "convert single quotes to double quotes in load". A string that would need escapes in the other
quotes stays as it is, and so do template literals, what stands in the braces of an f-string, and, where single quotes are
asked for, strings in three quotes.
"""

import ast
import re
from collections.abc import Iterator

from specedit.edits.instruction.forms import Form, clause, form, read
from specedit.edits.instruction.slots import either, nothing, thing, words
from specedit.edits.instruction.vocabulary import CONVERT, DEFINITION, MAKE, USE, phrases
from specedit.edits.operations._meant import definition_meant
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.language import parse
from specedit.edits.syntax.nodes import enclosing, is_inside, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "use double quotes",
    "convert double quotes to single quotes in {load}",
)

_STYLES = {"double": '"', "single": "'"}
_ALL = ("", "all ", "all the ", "every ")
_STRINGS = [
    f"{every}{what}"
    for every in _ALL
    for what in ("quotes", "quote", "strings", "string", "string literals", "string quotes")
]
_EVERYWHERE = clause("everywhere|throughout|throughout the file", nothing(), optional=True)
_IN = clause("in|of|inside|within", thing("f", DEFINITION), optional=True)
_FOR = clause("for|in|on|around", words(*_STRINGS), optional=True)
_SHOWN = 5  # lines that a remark names


def _in_style(style: str) -> tuple[str, ...]:
    forms = (
        "{} quotes",
        "{} quote",
        "{}-quotes",
        "{} quoted strings",
        "{}-quoted strings",
        "{}-quoted",
        "{}",
    )
    return tuple(f"{every}{each.format(style)}" for every in _ALL for each in forms)  # fmt: skip


def _forms(old: str, new: str) -> Iterator[Form]:
    """How it is asked for to write what is in `old` style in the `new` one."""
    from_old = either(words(*_in_style(old)), words(*_STRINGS))
    to_new = words(*_in_style(new), new=new)
    shortly = words(*(each for each in _in_style(new) if not each.endswith(new)), new=new)
    yield form(CONVERT, from_old, clause("to|into|with|by|as|to use", to_new), _IN, _EVERYWHERE)
    yield form(
        USE, shortly, clause("instead of|rather than|not", from_old, optional=True), _FOR, _IN, _EVERYWHERE
    )  # fmt: skip
    yield form(
        phrases("switch", "change", "convert"),
        nothing(),
        clause("from", from_old, optional=True),
        clause("to", shortly),
        _IN,
        _EVERYWHERE,
    )
    yield form(MAKE, words(*_STRINGS), clause("|use|be", to_new), _IN, _EVERYWHERE)


_ASKED = (*_forms("single", "double"), *_forms("double", "single"))


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with its strings in the quotes that are asked for, or None if none are.

    Raises:
        EditRefused: the language has not both kinds of quotes, or the file cannot be read.
    """
    named = read(instruction, *_ASKED)
    if named is None:
        return None
    if not source.language.has_equal_quotes:
        raise EditRefused(
            f"quotes are converted where both kinds mean the same, which is not so in {source.language.name}"
        )
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    scope = definition_meant(source, named).outer if "f" in named else source.root
    edits, kept = dict[tuple[int, int], str](), list[int]()
    for node in _strings(source, scope):
        written = _in_quotes(source, node, _STYLES[named["new"]])
        if written is None:
            kept.append(line_of(node))
        elif written != source.code(node):
            edits[node.start_byte, node.end_byte] = written
    text = source.spliced(edits)
    if edits and not _means_the_same(source, text):
        raise EditRefused("a string would mean something else in other quotes")
    remarks = (_remark(kept, named["new"]),) if kept else ()
    unchanged = f"all that can be is in {named['new']} quotes already"
    return Prediction("quotes", text, certain=True, remarks=remarks, unchanged=unchanged)


def _strings(source: Source, scope: Node) -> Iterator[Node]:
    """The strings of a part of the text, but for those that stand in another one."""
    for node in source.nodes:
        is_string = node.is_named and node.type == "string" and is_inside(node, scope)
        if is_string and enclosing(node, ("interpolation",)) is None:
            yield node


def _in_quotes(source: Source, node: Node, quote: str) -> str | None:
    """A string as it is to be written, or None where it would need escapes that it does not have."""
    code = source.code(node)
    match = re.match(r"""(\w*)('''|\"""|'|")""", code)
    assert match is not None, code
    prefix, old = match[1], match[2]
    if old[0] == quote or (len(old) == 3 and quote == "'"):
        return code
    inner = code[match.end() : -len(old)]
    if len(old) == 3:
        fits = quote * 3 not in inner and not inner.endswith(quote)
        is_verbatim = True
    else:
        in_markup = node.parent is not None and node.parent.type == "jsx_attribute"
        is_verbatim = bool(re.search("[rR]", prefix)) or in_markup  # a backslash is no escape there
        fits = quote not in (inner if is_verbatim else re.sub(r"\\.", "", inner, flags=re.DOTALL))
    fields = [source.code(each) for each in walk(node) if each.type == "interpolation"]
    if not fits or any(re.search(r"""["'\\]""", field) for field in fields):
        return None
    if not is_verbatim:
        inner = re.sub(r"\\(.)", lambda m: m[1] if m[1] == old else m[0], inner, flags=re.DOTALL)
    return f"{prefix}{quote * len(old)}{inner}{quote * len(old)}"


def _means_the_same(source: Source, text: str) -> bool:
    """Whether a text is read as the source is, but for how its strings are written."""
    if source.language.standard_parser == "ast":
        try:
            before, after = ast.parse(source.text), ast.parse(text)
            return ast.dump(before) == ast.dump(after)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise EditRefused(f"Python's own parser cannot read this file: {error}") from error
    return _kinds(source.root) == _kinds(parse(text, source.language))


def _kinds(root: Node) -> list[str]:
    """The kinds of all nodes, without the parts and the quotes of strings."""
    parts = ("string_fragment", "escape_sequence", "'", '"')
    return [node.type for node in walk(root) if node.type not in parts]


def _remark(lines: list[int], style: str) -> str:
    shown = ", ".join(map(str, dict.fromkeys(lines[:_SHOWN]))) + ", …" * (len(lines) > _SHOWN)
    return f"strings that would need escapes in {style} quotes stay as they are: line {shown}"
