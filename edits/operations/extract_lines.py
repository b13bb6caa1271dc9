"""Make lines of a function a function or a method of their own (Python, JavaScript, TypeScript).

"extract lines 10-20 into a function named parse_header". What the lines need is passed, and what is used of them behind
them is returned. A function goes before the definition that the lines stand in, a method behind its own.
"""

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import either, led, lines, stating, thing, words
from specedit.edits.instruction.vocabulary import FACTOR, phrases
from specedit.edits.operations import _python_flow as flow
from specedit.edits.operations import _script_extraction
from specedit.edits.operations._extraction import (
    SCOPED,
    Part,
    body_of,
    indent_of,
    part_of,
    top_row,
    unit_of,
)
from specedit.edits.operations._python_frame import refuse_unmovable
from specedit.edits.operations._python_variables import Exchange, Variables, name_of
from specedit.edits.symbols.python_bindings import parameters
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.nodes import enclosing, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import walk
from specedit.engine.errors import EditRefused, NameRefused

EXAMPLES = ("extract lines {10-20} into a function named {parse_header}",)

_LINES = led(
    phrases("", *(f"code {where}" for where in ("on", "in", "at", "of", "from"))),
    lines("first", "last"),
)
_NAMED = either(
    *(
        stating(led(phrases(kind, f"{kind} called", f"{kind} named"), thing("f")), kind=kind)
        for kind in ("function", "method")
    )
)
_NEW = phrases(
    "", "new", "separate", "helper", "new helper", "separate helper", "its own", "their own"
)
_INTO = led(
    _NEW, either(_NAMED, words("function", kind="function"), words("method", kind="method"))
)
_ASKED = (
    form(FACTOR, _LINES, clause("to|into|out to|out into", _INTO)),
    form(phrases("extract"), led(phrases("new", ""), _NAMED), clause("from|out of", _LINES)),
)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the lines as a function, and a call of it in their place; None if that is not asked for.

    Raises:
        EditRefused: the lines are no whole statements of a function, or would mean something else in another one.
    """
    named = read(instruction, *_ASKED)
    if named is None:
        return None
    if not source.language.in_order:
        raise EditRefused(f"lines are not made a function in {source.language.name}")
    if "f" not in named:
        raise EditRefused('say what it is to be called, as in "… into a function named parse"')
    _refuse_name(source, named["f"])
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    first = int(named["first"])
    part = part_of(source, first, int(named.get("last", first)))
    is_method = named["kind"] == "method"
    if source.language.standard_parser != "ast":
        return _script_extraction.extracted(source, part, named["f"], is_method=is_method)
    receiver = _receiver(part, is_method=is_method)
    refuse_unmovable(part.statements, part.holder, is_method=is_method)
    returns = _returns(part)
    symbols = symbols_of(source)
    assert symbols is not None
    exchange = Variables(part.statements, part.holder, symbols).exchange(returns=returns)
    return _extracted(source, part, named["f"], exchange, receiver, returns=returns)


def _refuse_name(source: Source, name: str) -> None:
    if not source.language.is_name(name):
        raise NameRefused(f"'{name}' is not a {source.language.name} name; choose another")
    for node in source.identifiers:
        if source.code(node) == name:
            raise NameRefused(f"'{name}' is a name already, on line {line_of(node)}")


def _receiver(part: Part, *, is_method: bool) -> str:
    """The name of the object that a method is to have, "" for a function.

    Raises:
        EditRefused: the lines stand in no method that has one.
    """
    if not is_method:
        return ""
    around = part.holder.parent
    decorators = [c for c in around.named_children if c.type == "decorator"] if around else []
    owner = enclosing(part.holder, SCOPED)
    own = parameters(part.holder)
    if owner is None or owner.type != "class_definition" or decorators or own[:1] != ["self"]:
        raise EditRefused(
            f"'{name_of(part.holder)}' is no plain method: say \"into a function\", which is passed what it needs"
        )
    return own[0]


def _returns(part: Part) -> bool:
    """Whether the function returns with the lines: then the call returns what they do.

    Raises:
        EditRefused: it does on some ways only.
    """
    returns = [
        node
        for statement in part.statements
        for node in walk(statement)
        if node.type == "return_statement" and enclosing(node, SCOPED) == part.holder
    ]
    if not returns:
        return False
    body = part.holder.child_by_field_name("body")
    block = part.statements[-1].parent
    is_end = block == body and body is not None and body.named_children[-1] == part.statements[-1]
    if not is_end and not flow.leaves(part.statements[-1]):
        raise EditRefused(
            f"line {line_of(returns[0])} returns from the function, and the lines may be left at their end too"
        )
    return True


def _extracted(
    source: Source, part: Part, name: str, exchange: Exchange, receiver: str, *, returns: bool
) -> str:
    needed = [each for each in exchange.needed if each != receiver]
    is_async = any(n.type == "await" for s in part.statements for n in walk(s))
    given = ", ".join(exchange.given)
    call = f"{'await ' * is_async}{f'{receiver}.' * bool(receiver)}{name}({', '.join(needed)})"
    call = f"return {call}" if returns else f"{given} = {call}" if given else call
    indent = indent_of(source, part.first)
    starts = (*source.line_starts, len(source.data))
    end = "\n" if source.lines(part.last - 1, part.last).endswith("\n") else ""
    edits = {(starts[part.first], starts[part.last]): f"{indent}{call}{end}"}
    outer = indent_of(source, part.holder.start_point[0]) if receiver else ""
    unit = unit_of(source, part)
    listed = ", ".join([receiver, *needed] if receiver else needed)
    head = f"{outer}{'async ' * is_async}def {name}({listed}):\n"
    body = body_of(source, part, f"{outer}{unit}")
    if given:
        body += f"{outer}{unit}return {given}\n"
    if receiver:
        at = starts[part.holder.end_point[0] + 1]
        text = f"\n{head}{body}"
        if not source.lines(0, part.holder.end_point[0] + 1).endswith("\n"):
            text = f"\n{text}".removesuffix("\n")
    else:
        at = starts[top_row(source, part.holder)]
        text = f"{head}{body}\n\n"
    edits[at, at] = text
    return source.spliced(edits)
