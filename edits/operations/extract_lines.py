"""Make lines of a function a function or a method of their own (Python).

"extract lines 10-20 into a function named parse_header". What the lines need is passed, and what is used of them behind
them is returned. A function goes before the definition that the lines stand in, a method behind its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import either, led, lines, stating, thing, words
from specedit.edits.instruction.vocabulary import FACTOR, phrases
from specedit.edits.operations import _python_flow as flow
from specedit.edits.operations._python_frame import refuse_unmovable
from specedit.edits.operations._python_variables import Exchange, Variables, name_of
from specedit.edits.symbols.python_bindings import parameters
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import enclosing, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
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
_SCOPED = ("function_definition", "class_definition", "lambda")


@dataclass(frozen=True, slots=True)
class _Part:
    """Whole statements of a function: rows [first, last) with comments between them."""

    statements: tuple[Node, ...]
    holder: Node
    first: int
    last: int


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the lines as a function, and a call of it in their place; None if that is not asked for.

    Raises:
        EditRefused: the lines are no whole statements of a function, or would mean something else in another one.
    """
    named = read(instruction, *_ASKED)
    if named is None:
        return None
    if source.language.standard_parser != "ast":
        raise EditRefused(f"lines are made a function in Python, not in {source.language.name}")
    if "f" not in named:
        raise EditRefused('say what it is to be called, as in "… into a function named parse"')
    _refuse_name(source, named["f"])
    if source.root.has_error:
        raise EditRefused("the file has what its grammar cannot parse; mend that first")
    first = int(named["first"])
    part = _part(source, first, int(named.get("last", first)))
    is_method = named["kind"] == "method"
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


def _part(source: Source, first: int, last: int) -> _Part:
    """The statements that take up lines `first` to `last`, 1-based.

    Raises:
        EditRefused: they are none, or parts of some.
    """
    count = len(source.text.splitlines())
    if not 1 <= first <= last <= count:
        raise EditRefused(f"there are no lines {first} to {last}; the file has {count}")
    comments = {
        n.start_point[0] for n in source.nodes if n.type == "comment" and _is_first(source, n)
    }
    rows = [row for row in range(first - 1, last) if source.line(row).strip()]
    coded = [row for row in rows if row not in comments]
    inner = [n for n in source.nodes if n.is_named and coded and n.start_point[0] == coded[0]]
    for node in inner:
        block = node.parent
        if block is None or block.type not in ("block", "module") or node.type == "comment":
            continue
        inside = [c for c in block.named_children if coded[0] <= c.start_point[0] < last]
        statements = [c for c in inside if c.type != "comment"]
        if statements[0] != node or not _are_whole(source, statements, coded[-1]):
            continue
        holder = enclosing(node, _SCOPED)
        if holder is None or holder.type != "function_definition":
            raise EditRefused(f"lines {first} to {last} stand in no function")
        return _Part(tuple(statements), holder, rows[0], rows[-1] + 1)
    raise EditRefused(f"lines {first} to {last} are not whole statements that stand side by side")


def _are_whole(source: Source, statements: Sequence[Node], last: int) -> bool:
    """Whether statements are all that stands on their lines, up to the row `last`."""
    end = statements[-1].end_point[0]
    behind = source.data[statements[-1].end_byte : (*source.line_starts, len(source.data))[end + 1]]
    rest = behind.decode("utf-8").strip()
    return end == last and _is_first(source, statements[0]) and (not rest or rest.startswith("#"))


def _is_first(source: Source, node: Node) -> bool:
    """Whether nothing stands before a node on its line."""
    start = source.line_starts[node.start_point[0]]
    return not source.data[start : node.start_byte].strip()


def _receiver(part: _Part, *, is_method: bool) -> str:
    """The name of the object that a method is to have, "" for a function.

    Raises:
        EditRefused: the lines stand in no method that has one.
    """
    if not is_method:
        return ""
    around = part.holder.parent
    decorators = [c for c in around.named_children if c.type == "decorator"] if around else []
    owner = enclosing(part.holder, _SCOPED)
    own = parameters(part.holder)
    if owner is None or owner.type != "class_definition" or decorators or own[:1] != ["self"]:
        raise EditRefused(
            f"'{name_of(part.holder)}' is no plain method: say \"into a function\", which is passed what it needs"
        )
    return own[0]


def _returns(part: _Part) -> bool:
    """Whether the function returns with the lines: then the call returns what they do.

    Raises:
        EditRefused: it does on some ways only.
    """
    returns = [
        node
        for statement in part.statements
        for node in walk(statement)
        if node.type == "return_statement" and enclosing(node, _SCOPED) == part.holder
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
    source: Source, part: _Part, name: str, exchange: Exchange, receiver: str, *, returns: bool
) -> str:
    needed = [each for each in exchange.needed if each != receiver]
    is_async = any(n.type == "await" for s in part.statements for n in walk(s))
    given = ", ".join(exchange.given)
    call = f"{'await ' * is_async}{f'{receiver}.' * bool(receiver)}{name}({', '.join(needed)})"
    call = f"return {call}" if returns else f"{given} = {call}" if given else call
    indent = _indent(source, part.first)
    starts = (*source.line_starts, len(source.data))
    end = "\n" if source.lines(part.last - 1, part.last).endswith("\n") else ""
    edits = {(starts[part.first], starts[part.last]): f"{indent}{call}{end}"}
    outer = _indent(source, part.holder.start_point[0]) if receiver else ""
    unit = _unit(source, part)
    listed = ", ".join([receiver, *needed] if receiver else needed)
    head = f"{outer}{'async ' * is_async}def {name}({listed}):\n"
    body = _body(source, part, f"{outer}{unit}")
    if given:
        body += f"{outer}{unit}return {given}\n"
    if receiver:
        at = starts[part.holder.end_point[0] + 1]
        text = f"\n{head}{body}"
        if not source.lines(0, part.holder.end_point[0] + 1).endswith("\n"):
            text = f"\n{text}".removesuffix("\n")
    else:
        at = starts[_top_row(source, part.holder)]
        text = f"{head}{body}\n\n"
    edits[at, at] = text
    return source.spliced(edits)


def _body(source: Source, part: _Part, indent: str) -> str:
    """The lines, indented anew; those that begin in a string stay as they are.

    Raises:
        EditRefused: a line is indented less than the first one.
    """
    before = _indent(source, part.first)
    quoted = {row for s in part.statements for row in source.rows_in_strings(s)}
    lines = []
    for row in range(part.first, part.last):
        line = source.line(row)
        if row not in quoted and line.strip():
            if not line.startswith(before):
                raise EditRefused(f"line {row + 1} is indented less than line {part.first + 1}")
            line = indent + line.removeprefix(before)
        lines.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(lines)


def _indent(source: Source, row: int) -> str:
    line = source.line(row)
    return line[: len(line) - len(line.lstrip())]


def _unit(source: Source, part: _Part) -> str:
    """How much deeper the body of the function is than its head."""
    body = part.holder.child_by_field_name("body")
    assert body is not None
    inner = _indent(source, body.named_children[0].start_point[0])
    return inner.removeprefix(_indent(source, part.holder.start_point[0])) or "    "


def _top_row(source: Source, holder: Node) -> int:
    """The first row of what stands around a function at the top of the file, with the comments above it."""
    top = holder
    while top.parent is not None and top.parent != source.root:
        top = top.parent
    return source.lines_of(Definition("", "function", top, top, ""))[0]
