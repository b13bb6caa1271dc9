"""JavaScript and TypeScript: which scope the names of a pattern are declared in."""

from functools import partial

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_patterns import FUNCTIONS, matched
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

BLOCKS = (
    "program",
    "statement_block",
    "for_statement",
    "for_in_statement",
    "switch_body",
    "catch_clause",
    "class_static_block",
    *FUNCTIONS,
)
VARIABLE_SCOPES = ("program", "class_static_block", *FUNCTIONS)
_NAMES = ("identifier", "shorthand_property_identifier_pattern")


def scope_of(node: Node, types: Inference, kinds: tuple[str, ...] = BLOCKS) -> Node:
    """Return the innermost node around one that gives names a scope; of a `var` that is no block."""
    return next((o for o, _ in types.around(node) if o.type in kinds), types.source.root)


def declare_name(
    name: Node, scope: Node, types: Inference, read: TypeReader, *, sure: bool = False
) -> Declarations:
    """Yield what a name is, and in a namespace what its member is."""
    text = types.source.code(name)
    yield Declaration(scope, text, name.start_byte, read, sure)
    holder = types.parent(scope)
    owner = types.class_of.get(holder.id) if holder is not None else None
    if owner is not None and holder is not None and holder.type == "internal_module":
        yield Member(owner, text, read, sure)


def declare_pattern(
    pattern: Node | None, scope: Node, types: Inference, *, sure: bool = False
) -> Declarations:
    """Yield what the names in a pattern are."""
    if pattern is None:
        return
    if pattern.type in _NAMES:
        yield from declare_name(pattern, scope, types, partial(matched, pattern, types), sure=sure)
    elif pattern.type == "pair_pattern":
        yield from declare_pattern(pattern.child_by_field_name("value"), scope, types, sure=sure)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from declare_pattern(pattern.child_by_field_name("left"), scope, types, sure=sure)
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from declare_pattern(child, scope, types, sure=sure)
