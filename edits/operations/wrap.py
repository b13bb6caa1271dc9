"""Wrap code in try, with or if.

"wrap the body of load in try/except ValueError", "wrap lines 3-5 in `if debug`", "wrap lines 10-12 in with lock". What the
handler of an exception does is left to the model, unless the instruction says it: "... and return None".
"""

import re
from collections.abc import Sequence

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import code, either, led, lines, thing, trailed, words
from specedit.edits.instruction.vocabulary import CLASS, FUNCTION, WRAP, phrases
from specedit.edits.operations._meant import function_meant
from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.language import Language, is_code
from specedit.edits.syntax.source import Source
from specedit.edits.text import indent_of, whole_number
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "wrap the body of {load} in try/except {ValueError} and return {None}",
    "wrap lines {3-5} in `if {debug}`",
    "wrap lines {10-12} in with {lock}",
)

_F = thing("f", FUNCTION)
_OF = [
    f"{whole}{body} of"
    for whole in ("", "whole ", "entire ")
    for body in ("body", "content", "contents", "code")
]
_OWNER = clause("of", thing("owner", CLASS), optional=True)
_HOW = clause("in|inside|within|into|with|by", code("how"))
_FORMS = (
    form(WRAP, either(led(phrases(*_OF), _F), trailed(_F, phrases("body"))), _OWNER, _HOW),
    form(WRAP, words("body", "whole body"), _HOW, clause("of|in", _F), _OWNER),
    form(WRAP, lines("a", "b"), _HOW),
)
_TRY = re.compile(
    r"(?:a )?try(?: ?[/-] ?| and |\.{3}| )?(?:except|catch)?(?P<block> block| statement)?"
    r"(?: (?:for |catching |with |on )?(?!(?:and|that|which|returning)\b)(?P<e>[\w.]+))?"
    r"(?:,? (?:and |that |which )?(?P<then>(?:return(?:s|ing)?|raises?|logs?|prints?|ignores?|pass|continue|break)\b.*))?",
    re.I | re.S,
)
_IF = re.compile(
    r"(?:an )?if(?: (?:statement|block|condition)(?: (?:on|for|with|that checks))?)? (?P<c>.+)",
    re.I | re.S,
)
_WITH = re.compile(
    r"(?:a )?with(?: (?:statement|block)(?: (?:on|for|with))?)? (?P<c>.+)", re.I | re.S
)
_REMEDY = (
    'say what the handler does, as in "wrap the body of load in try/except OSError and return None"'
)
_SIMPLE = re.compile(r"(?:return|raise|throw|pass|continue|break)\b[^\n]*")


def predict(instruction: str, source: Source) -> str | Prediction | None:
    """Return the text with the lines wrapped, or None if that is not asked for.

    Raises:
        EditRefused: there are no such lines, or the language does not have the statement.
    """
    language = source.language
    instruction = re.sub(r"`((?:if|with|try|except|catch)\b[^`]*)`", r"\1", instruction)
    slots = read(instruction, *_FORMS)
    if slots is None:
        return None
    if how := _TRY.fullmatch(slots["how"].replace("`", "")):
        then = re.sub(r"^(return|raise)(?:s|ing)\b", r"\1", how["then"] or "")
        is_vague = then and not _SIMPLE.match(then) and how["block"]
        if is_vague or how["e"] in ("block", "statement", "clause") or len(then.split()) > 3:
            return None
        if not language.catch:
            raise EditRefused(f"{language.name} has no try")
        handler = then if _SIMPLE.match(then) else HOLE
        is_checked = language.blocks_by_indentation and handler != HOLE
        if is_checked and not is_code("def f():\n    {}\n", handler, language):
            return None
        text = _wrapped(source, slots, *_try(language, how["e"] or "", handler))
        return Prediction("wrap", text, certain=HOLE not in text, hole_remedy=_REMEDY)
    if how := _IF.fullmatch(slots["how"]):
        condition = how["c"].strip("`").removeprefix("if ").rstrip(":")
        by_indentation = language.blocks_by_indentation
        if by_indentation and not is_code("if {}:\n    pass\n", condition, language):
            return None
        bare = language.bare_conditions or condition.startswith("(")
        head = f"if {condition}" if bare else f"if ({condition})"
        begin, end = (":", ()) if by_indentation else (" {", ("}",))
        return _wrapped(source, slots, head + begin, end)
    if how := _WITH.fullmatch(slots["how"]):
        if not language.has_with:
            raise EditRefused(f"{language.name} has no with")
        context = how["c"].strip("`").removeprefix("with ").rstrip(":")
        is_word = context in ("statement", "block")
        if is_word or not is_code("with {}:\n    pass\n", context, language):
            return None
        return _wrapped(source, slots, f"with {context}:", ())
    return None


def _try(language: Language, exception: str, handler: str) -> tuple[str, tuple[str, ...]]:
    """The line before, and the lines after; a deeper line begins with a tab."""
    exception = exception.strip("`").removeprefix("except ").removeprefix("catch ").rstrip(":")
    catch = language.catch.format(exception or language.base_exception)
    if language.blocks_by_indentation:
        return "try:", (f"{catch}:", f"\t{handler}")
    if handler != HOLE:
        handler = f"{handler.rstrip(';')};"
    return "try {", (f"}} {catch} {{", f"\t{handler}", "}")


def _wrapped(source: Source, slots: dict[str, str], head: str, tail: Sequence[str]) -> str:
    first, last = _rows(source, slots)
    rows = [row for row in range(first, last) if source.line(row).strip()]
    if not rows:
        raise EditRefused("there is nothing in these lines to wrap")
    unit = _unit(source)
    quoted = source.rows_in_strings(source.root)
    indent = min(
        (indent_of(source.line(row)) for row in rows if row not in quoted), key=len, default=""
    )
    lines = [source.line(row) for row in range(first, last)]
    deeper = [
        unit + line if line.strip() and first + i not in quoted else line
        for i, line in enumerate(lines)
    ]
    after = [f"{indent}{line.replace(chr(9), unit)}\n" for line in tail]
    count = len(source.line_starts) - 1
    return "".join(
        [source.lines(0, first), f"{indent}{head}\n", *deeper, *after, source.lines(last, count)]
    )


def _rows(source: Source, slots: dict[str, str]) -> tuple[int, int]:
    if "a" in slots:
        first, last = (whole_number(slots.get(end, slots["a"])) for end in ("a", "b"))
        count = len(source.line_starts) - 1
        if not 1 <= first <= last <= count:
            raise EditRefused(f"the file has lines 1 to {count}, not {first} to {last}")
        return first - 1, last
    definition = function_meant(source, slots)
    value = definition.node.child_by_field_name("value") or definition.node
    body = value.child_by_field_name("body")
    if body is None:
        raise EditRefused(f"'{definition.name}' has no body")
    statements = [c for c in body.named_children if c.type != "statement_list"]
    statements = statements or [s for c in body.named_children for s in c.named_children]
    if statements and source.language.has_docstrings and source.code(statements[0])[:1] in "\"'":
        statements = statements[1:]  # the docstring stays first
    if not statements or statements[0].start_point[0] == definition.node.start_point[0]:
        raise EditRefused(f"the body of '{definition.name}' does not stand on lines of its own")
    return statements[0].start_point[0], statements[-1].end_point[0] + 1


def _unit(source: Source) -> str:
    """One step of indentation, as the file has it."""
    indents = [
        indent_of(line)
        for line in source.text.split("\n")
        if line.strip() and not line.lstrip().startswith(("*", "/*"))
    ]
    if any(indent.startswith("\t") for indent in indents):
        return "\t"
    widths = sorted({len(indent) for indent in indents if indent})
    return " " * (widths[0] if widths and widths[0] > 1 else 4)
