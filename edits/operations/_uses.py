"""A change of a function with all its uses: where they stand in one file, and what each becomes.

`edits/workspace/callers.py` finds those of other files.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specedit.edits.operations._functions import receivers
from specedit.edits.operations._lists import Edits
from specedit.edits.prediction import Prediction
from specedit.edits.symbols.model import Occurrence
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import enclosing, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_CALLS = words("call call_expression")
_ACCESSES = words("attribute member_expression")
_STRINGS = words("string_content string_fragment")
# Decorators that pass on all that a function is given, by place or by name.
_TRANSPARENT = re.compile(
    r"@(?:\w+\.)?(?:staticmethod|classmethod|(?:lru_)?cache(?:\(.*\))?|(?:async)?contextmanager|override|final)",
    re.DOTALL,
)
_HANDED_ON = ("export_specifier", "import_statement", "import_from_statement")


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation does to a function, and to each use of it, in whatever file that stands.

    `at_use` returns the edits for a name that means the function, in its file; it raises EditRefused where that cannot follow.
    `unchanged` says why there is nothing to do, where that is so. With `is_removed` the function is gone in the end.
    """

    origin: str
    definition: Definition
    edits: Edits
    at_use: Callable[[Source, Node], Edits]
    unchanged: str = ""
    is_removed: bool = False


def in_one_file(change: Change | None, source: Source) -> Prediction | None:
    """Return what a change makes of the file that has the function.

    Raises:
        EditRefused: a use there cannot follow, or may be another thing's.
    """
    if change is None:
        return None
    if change.unchanged:
        return Prediction(change.origin, source.text, unchanged=change.unchanged)
    edits = dict(change.edits)
    for use in uses_of(source, change.definition):
        if not is_handed_on(use):
            edits |= change.at_use(source, use)
        elif change.is_removed:
            raise EditRefused(f"line {line_of(use)} hands '{text_of(use)}' to other files")
    name = (change.definition.qualified,)
    removed, breaks = (name, ()) if change.is_removed else ((), name)
    text, remarks = source.spliced(edits), tuple(examples_of(source, change))
    return Prediction(
        change.origin,
        text,
        certain=True,
        removed=removed,
        breaks=breaks,
        remarks=remarks,
        takes_callers=True,
    )


def examples_of(source: Source, change: Change, path: str = "") -> Iterator[str]:
    """Yield where strings of a file show calls of the function, as in examples that are run: they are left."""
    called = re.compile(rf"(?:>>>|\.\.\.) .*\b{re.escape(change.definition.name)}\(")
    for node in source.nodes:
        if node.type in source.language.strings:
            for match in called.finditer(source.code(node)):
                line = line_of(node) + source.code(node).count("\n", 0, match.start())
                where = f"line {line} of {path}" if path else f"line {line}"
                yield f"{where} calls '{change.definition.name}' in an example, which is left as it is"


def uses_of(source: Source, definition: Definition) -> list[Node]:
    """Return the names by which a file uses a function that it defines, and hands it to other files.

    Raises:
        EditRefused: one may be another thing's, or the function has several declarations, or others have it by another name.
    """
    refuse_default_export(source, definition)
    symbols = symbols_of(source)
    name = name_node(definition.node)
    occurrences = symbols.names(definition.name).occurrences if symbols is not None else ()
    own = next((o for o in occurrences if o.place.node == name), None)
    if own is None or own.symbol is None or len(own.symbol.declarations) > 1:
        raise EditRefused(f"'{definition.name}' is declared in several places, or overridden")
    assert symbols is not None
    for owner in own.symbol.owners:
        lineage = [owner, *symbols.classes.ancestors(owner)]
        if any(symbols.classes.by_name[each].foreign for each in lineage):
            raise EditRefused(
                f"'{owner}' extends what is not defined here, which may call '{definition.name}'"
            )
    uses = []
    for occurrence in occurrences:
        node = occurrence.place.node
        if occurrence.symbol is own.symbol and node != name:
            if node.type not in _STRINGS:
                uses.append(node)
        elif occurrence.symbol is not own.symbol and _may_be(occurrence, own):
            raise EditRefused(
                f"'{definition.name}' on line {line_of(node)} may be this one, or another thing's"
            )
    return uses


def refuse_default_export(source: Source, definition: Definition) -> None:
    """Refuse a function that other files import by whatever name they like.

    Raises:
        EditRefused: with the line.
    """
    if any(child.type == "default" for child in definition.outer.children):
        raise EditRefused(
            f"'{definition.name}' on line {line_of(definition.outer)} is what its module exports by default, which others "
            "import by any name: export it by its own first"
        )


def is_handed_on(name: Node) -> bool:
    """Return whether a name only imports a function, or exports it, by that name.

    Raises:
        EditRefused: it gives it another one.
    """
    around = enclosing(name, _HANDED_ON)
    if around is None:
        return False
    holder = name.parent if name.parent is not None else around
    if holder.type == "dotted_name" and holder.parent is not None:
        holder = holder.parent
    alias = holder.child_by_field_name("alias")
    if alias is not None and text_of(alias) != text_of(name):
        raise EditRefused(
            f"line {line_of(name)} calls '{text_of(name)}' '{text_of(alias)}', which is not followed"
        )
    return True


def refuse_called_by_others(source: Source, definition: Definition) -> None:
    """Refuse a function that is called by what does not name it.

    Raises:
        EditRefused: with what calls it.
    """
    line = line_of(definition.node)
    if re.fullmatch(r"__\w+__|constructor", definition.name):
        raise EditRefused(
            f"'{definition.qualified}' on line {line} is called by the language itself, whose calls are not followed"
        )
    for node in definition.outer.named_children:
        if node.type == "decorator" and not _TRANSPARENT.fullmatch(source.code(node)):
            raise EditRefused(
                f"'{definition.name}' on line {line} is decorated with {source.code(node)}, which may pass what it likes by place"
            )


def call_of(use: Node) -> tuple[Node, Node]:
    """Return the call of a function by a name, and what is called in it: the name, or the member that it is.

    Raises:
        EditRefused: the name is no call's.
    """
    called = use
    if use.parent is not None and use.parent.type in _ACCESSES:
        called = use.parent
    call = called.parent
    is_call = call is not None and call.type in _CALLS
    if call is None or not is_call or call.child_by_field_name("function") != called:
        raise EditRefused(
            f"line {line_of(use)} hands '{text_of(use)}' on: how it is called there cannot be told"
        )
    return call, called


def num_bound(called: Node, definition: Definition, home: Source) -> int:
    """Return how many parameters of a function a call of it does not write: 1 for a method's object, where it has one.

    Raises:
        EditRefused: it may be called on the class or on an object.
    """
    hidden = receivers(home, definition)
    through = called.child_by_field_name("object")
    is_of_class = "@classmethod" in map(text_of, definition.outer.named_children)
    if not hidden or is_of_class:
        return hidden
    if through is None:  # in the body of its class
        return 0
    text = text_of(through)
    owner = definition.owner.rpartition(".")[2]
    if text == owner or text.endswith(f".{owner}"):
        return 0
    if re.match(r"type\(|.*__class__$|[A-Z]\w*$|.*\.[A-Z]\w*$|cls$", text, re.DOTALL):
        raise EditRefused(
            f"line {line_of(called)} calls '{definition.name}' on '{text}', which may be a class or an object"
        )
    return hidden


def _may_be(occurrence: Occurrence, own: Occurrence) -> bool:
    assert own.symbol is not None
    is_member = occurrence.place.role in ("member", "unknown member")
    return (
        occurrence.symbol is None
        and not occurrence.known
        and is_member == bool(own.symbol.owners)
        and occurrence.place.node.type not in _STRINGS
    )
