"""C and C++: in which scope and class a name is declared."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

_SCOPES = words(
    "function_definition compound_statement for_statement for_range_loop if_statement while_statement switch_statement "
    "catch_clause lambda_expression template_declaration declaration_list translation_unit"
)
WRAPPERS = words(
    "pointer_declarator reference_declarator array_declarator parenthesized_declarator init_declarator attributed_declarator"
)


def owner_of(node: Node, types: Inference) -> str | None:
    """Return the class that a member is declared in; a struct without a name and a field is a part of that around it."""
    for outer, inner in types.around(node):
        if outer.type == "field_declaration_list":
            holder = types.parent(outer)
            field = types.parent(holder) if holder is not None else None
            is_part = (
                holder is not None
                and field is not None
                and field.type == "field_declaration"
                and holder.child_by_field_name("name") is None
                and field.child_by_field_name("declarator") is None
            )
            if holder is not None and not is_part:
                return types.class_of.get(holder.id)
        if outer.type == "compound_statement" or inner.type == "parameter_list":
            return None
    return None


def scope_of(node: Node, types: Inference) -> Node:
    """Return the scope that a statement gives names in."""
    return next((o for o, _ in types.around(node) if o.type in _SCOPES), types.source.root)


def name_in(declarator: Node | None) -> tuple[Node | None, bool]:
    """Return the name that a declarator declares, and whether it is an array."""
    is_array = False
    while declarator is not None and declarator.type in WRAPPERS:
        is_array = is_array or declarator.type == "array_declarator"
        inner = declarator.child_by_field_name("declarator")
        if inner is None and declarator.named_children:
            inner = declarator.named_children[-1]
        declarator = inner
    return declarator, is_array


def declare_name(
    name: str, node: Node, start: int, read: TypeReader, types: Inference
) -> Declarations:
    """Yield what a name is in its scope; in a namespace a member of it too."""
    scope = scope_of(node, types)
    if scope.type == "template_declaration":
        scope = scope_of(scope, types)
    yield Declaration(scope, name, start, read)
    holder = types.parent(scope) if scope.type == "declaration_list" else None
    if holder is not None and holder.id in types.class_of:
        yield Member(types.class_of[holder.id], name, read)
