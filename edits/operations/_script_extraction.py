"""Makes lines of a function of JavaScript or TypeScript a function or a method of their own.

What the lines need is passed, and what is used of them behind them is returned. A function goes before the statement of the
module that the lines stand in, a method behind its own.
"""

from collections.abc import Sequence

from specedit.edits.operations import _script_frame as frame
from specedit.edits.operations._extraction import (
    FUNCTIONS,
    Part,
    body_of,
    indent_of,
    is_first,
    top_row,
    unit_of,
)
from specedit.edits.operations._script_variables import Exchange, Variables
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.nodes import enclosing, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_ENDED = ("expression_statement", "lexical_declaration", "return_statement")
_GOES_ON = "([`+-/*,.?:=<>&|^%"  # what a line begins with that goes on with the one before


def extracted(source: Source, part: Part, name: str, *, is_method: bool) -> str:
    """Return the text with the lines of `part` as a function `name`, and a call of it in their place.

    Raises:
        EditRefused: they would mean something else in another function.
    """
    if is_method:
        _refuse_no_method(source, part)
    frame.refuse_unmovable(part.statements, part.holder, is_method=is_method)
    is_typed = source.language.annotation_form != ""
    returns = frame.returns(part.statements, part.holder, is_typed=is_typed)
    if returns and _is_async(part) and enclosing(part.statements[0], ("try_statement",)):
        raise EditRefused(
            "the lines wait and return within a `try`, which would catch what they return"
        )
    symbols = symbols_of(source)
    assert symbols is not None
    exchange = Variables(part.statements, part.holder, symbols).exchange()
    if returns and (exchange.declared or exchange.assigned):
        raise EditRefused(
            "the lines return from the function, and what they set is used behind them"
        )
    end = ";" if _has_semicolons(part.holder) else ""
    results = exchange.declared or exchange.assigned
    call = _call(part, name, exchange, returns=returns, is_method=is_method)
    if call.startswith("[") and not end:
        raise EditRefused(
            f"the lines set {' and '.join(results)}, which cannot be given back in one statement without semicolons"
        )
    call += end or _end_before(source, part)
    listed = ", ".join(
        f"{each.name}: {frame.type_of(symbols, each.name, each.declaration)}"
        if is_typed
        else each.name
        for each in exchange.needed
    )
    last = f"return {_shape(results, exchange)}{end}" if results else ""
    head = f"{'async ' * _is_async(part)}{'function ' * (not is_method)}{name}({listed}) {{\n"
    # What they set and do not need is a variable of their own.
    own = {(node.start_byte, node.start_byte): "let " for node in exchange.fresh}
    outer = indent_of(source, part.holder.start_point[0]) if is_method else ""
    inner = f"{outer}{unit_of(source, part)}"
    body = body_of(Source(source.spliced(own), source.language), part, inner)
    body += f"{inner}{last}\n" * bool(last)
    return _written(source, part, call, f"{outer}{head}{body}{outer}}}\n", is_method=is_method)


def _refuse_no_method(source: Source, part: Part) -> None:
    holder = part.holder
    name = text_of(holder.child_by_field_name("name"))
    if name == "constructor" and source.language.annotation_form:
        raise EditRefused(
            "what a constructor sets is not moved to a method: its compiler looks for it there"
        )
    owner = enclosing(holder, ("class_body", "object"))
    if holder.type != "method_definition" or owner is None or owner.type != "class_body":
        raise EditRefused('the lines stand in no method of a class: say "into a function"')
    whole = owner.parent
    extends = whole is not None and any(c.type == "class_heritage" for c in whole.named_children)
    if extends or any(child.type == "static" for child in holder.children):
        raise EditRefused(
            f"'{name}' is static, or of a class that extends another, which may have a "
            'method of that name: say "into a function"'
        )


def _has_semicolons(holder: Node) -> bool:
    """Whether the statements of a function end with semicolons."""
    ends = [text_of(node)[-1] == ";" for node in walk(holder) if node.type in _ENDED]
    return not ends or sum(ends) * 2 > len(ends)


def _end_before(source: Source, part: Part) -> str:
    """A semicolon, where the code behind the lines would go on with the call."""
    behind = source.data[part.statements[-1].end_byte :].decode("utf-8").lstrip()
    return ";" if behind and behind[0] in _GOES_ON and not behind.startswith(("//", "/*")) else ""


def _shape(names: Sequence[str], exchange: Exchange) -> str:
    """How results are handed over: one as it is, several that are declared as an object, several that are set as a list."""
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names)
    return f"{{ {listed} }}" if exchange.declared else f"[{listed}]"


def _is_async(part: Part) -> bool:
    """Whether the lines wait; `for await` does too."""
    return any(
        node.type in ("await_expression", "await") and enclosing(node, FUNCTIONS) == part.holder
        for statement in part.statements
        for node in walk(statement)
    )


def _call(part: Part, name: str, exchange: Exchange, *, returns: bool, is_method: bool) -> str:
    passed = ", ".join(taken.name for taken in exchange.needed)
    call = f"{'await ' * _is_async(part)}{'this.' * is_method}{name}({passed})"
    if returns:
        return f"return {call}"
    if exchange.declared:
        return f"{exchange.word} {_shape(exchange.declared, exchange)} = {call}"
    if exchange.assigned:
        return f"{_shape(exchange.assigned, exchange)} = {call}"
    return call


def _written(source: Source, part: Part, call: str, text: str, *, is_method: bool) -> str:
    """The file with a call in the place of the lines, and the function `text`."""
    starts = (*source.line_starts, len(source.data))
    end = "\n" if source.lines(part.last - 1, part.last).endswith("\n") else ""
    edits = {(starts[part.first], starts[part.last]): f"{indent_of(source, part.first)}{call}{end}"}
    if is_method:
        row = part.holder.end_point[0]
        behind = source.data[part.holder.end_byte : starts[row + 1]].decode("utf-8").strip()
        if behind:
            raise EditRefused(f"line {row + 1} has more on it than the end of the method")
        edits[starts[row + 1], starts[row + 1]] = f"\n{text}"
    else:
        row = top_row(source, part.holder)
        top = _top(source, part.holder)
        if not is_first(source, top):
            raise EditRefused(f"line {line_of(top)} has more than one statement on it")
        if "signature" in _kind(top.prev_named_sibling):
            raise EditRefused(f"line {line_of(top)} must stand behind its overloads")
        edits[starts[row], starts[row]] = f"{text}\n"
    return source.spliced(edits)


def _kind(statement: Node | None) -> str:
    """What a statement is, or what it exports."""
    if statement is None or statement.type != "export_statement":
        return statement.type if statement is not None else ""
    return statement.named_children[-1].type


def _top(source: Source, holder: Node) -> Node:
    top = holder
    while top.parent is not None and top.parent != source.root:
        top = top.parent
    return top
