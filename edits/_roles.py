"""How an identifier is used, and what it gives a meaning to: what `names.py` asks about one place."""

from collections.abc import Iterable

from tree_sitter import Node

from specedit.edits.language import Language
from specedit.edits.syntax import in_class, name_node

UNBINDERS = ("global_statement", "nonlocal_statement")
# In these languages a member is in sight by its bare name, anywhere in its class.
_BARE_MEMBERS = ("java", "cpp")
_FIELD_DECLARATIONS = frozenset(
    [
        "field_declaration",
        "property_signature",
        "public_field_definition",
        "field_definition",
        "method_signature",
        "abstract_method_signature",
        "method_definition",
        "method_elem",
        "enum_body",
        "enum_assignment",
        "enum_constant",
    ]
)


def role_of(node: Node, language: Language) -> str:
    parent = node.parent
    if parent is None:
        return "name"
    statement = above(node, language.imports)
    if statement is not None:
        return _import_role(node, parent, statement)
    place = (parent.type, field_of(node))
    if place in language.method_places:
        return "method"
    if node.type in language.members or place in language.member_places:
        return "member"
    if place in language.keyword_places:
        return "keyword"
    if parent.type == "literal_element" and field_of(parent) == "key":
        return "keyword"
    if parent.type == "method_reference" and node == parent.children[-1]:
        return "method"
    if parent.type == "export_specifier" and field_of(node) == "alias":
        return "module"
    return "name"


def _import_role(node: Node, parent: Node, statement: Node) -> str:
    alias = parent.child_by_field_name("alias")
    if alias is not None:
        return "name" if alias == node else "module"
    if parent.type == "dotted_name":
        above = parent.parent
        if (
            above is None
            or above.child_by_field_name("module_name") == parent
            or above.type == "aliased_import"
            or len(parent.named_children) > 1
        ):
            return "module"
        return "import"
    if parent.type in ("import_clause", "namespace_import"):
        return "name"
    if parent.type in ("import_specifier", "use_list", "use_declaration"):
        return "import"
    if parent.type in ("scoped_identifier", "qualified_identifier"):
        last = parent.child_by_field_name("name") == node
        ends = parent.parent is not None and parent.parent.type in (
            "use_declaration",
            "use_list",
            "import_declaration",
            "using_declaration",
        )
        return "import" if last and ends else "module"
    return "module"


def binds_of(node: Node, role: str, language: Language) -> tuple[frozenset[str], str]:
    """Which roles this occurrence gives a meaning to, and what it defines."""
    parent = node.parent
    if parent is None or role in ("module", "keyword"):
        return frozenset(), ""
    if role == "import":
        return frozenset(["name"]), "import"
    if above(node, language.imports) is not None:
        return frozenset(["name"]), "import"
    definition = _definition_named(node, language)
    if definition is not None and definition.type not in ("assignment", "declaration"):
        return _definition_binds(node, role, definition, language)
    if role == "member":
        declared = parent.type in _FIELD_DECLARATIONS and field_of(node) != "type"
        declared = declared or _under_declarator(node, "field_declaration")
        reached = parent.type in ("attribute", "member_expression") and _is_assigned(
            parent, language
        )
        if declared and language.name in _BARE_MEMBERS:
            return frozenset(["member", "name"]), "field"
        return (
            (frozenset(["member", "keyword"]), "field")
            if declared or reached
            else (frozenset(), "")
        )
    if _is_parameter(node, language):
        modifiers = {child.type for child in parent.children}
        if modifiers & {"accessibility_modifier", "readonly"}:  # TypeScript: a field as well
            return frozenset(["name", "keyword", "member"]), "parameter"
        return frozenset(["name", "keyword"]), "parameter"
    if parent.type in ("enum_constant", "enumerator"):
        return frozenset(["name", "member"]), "field"
    if _is_assigned(node, language):
        if _in_class_body(node, language):
            # A class-level assignment may be a dataclass field: its name is a keyword of the constructor too.
            return frozenset(["member", "keyword", "name"]), "field"
        return frozenset(["name"]), "variable"
    return frozenset(), ""


def _definition_binds(
    node: Node, role: str, definition: Node, language: Language
) -> tuple[frozenset[str], str]:
    kind = language.definitions[definition.type]
    bare = frozenset(["name"]) if language.name in _BARE_MEMBERS else frozenset()
    if role == "method":
        return frozenset(["method"]), "method"
    if role == "member" or in_class(definition, language):
        if kind == "class" and language.name in _BARE_MEMBERS:
            return frozenset(["name", "member"]), kind
        kind = {"function": "method", "constant": "field"}.get(kind, kind)
        called = frozenset() if kind == "method" else frozenset(["keyword"])
        in_sight = frozenset(["name"]) if language.name == "python" else bare
        return frozenset(["member"]) | called | in_sight, kind
    return frozenset(["name"]), kind


def _definition_named(node: Node, language: Language) -> Node | None:
    """The definition whose name this is."""
    parent = node.parent
    while parent is not None:
        if parent.type in language.definitions:
            return parent if is_name_of(node, parent) and parent.type != "impl_item" else None
        if "declarator" not in parent.type and parent.type != "qualified_identifier":
            return None
        parent = parent.parent
    return None


def scopes_of(node: Node, language: Language) -> list[Node]:
    """Return the scopes around a node, innermost first; a definition's own name stands outside of it."""
    found: list[Node] = []
    inner = node
    parent = node.parent
    while parent is not None:
        if parent.type in language.scopes and not (
            parent.type in language.definitions and is_name_of(node, parent)
        ):
            inside_function = any(scope.type not in language.classes for scope in found)
            hidden = parent.type in language.classes and (
                inside_function or inner.type == "argument_list"
            )
            if not hidden:
                found.append(parent)
        inner, parent = parent, parent.parent
    return found


def is_name_of(node: Node, definition: Node) -> bool:
    return name_node(definition) == node


def _is_parameter(node: Node, language: Language) -> bool:
    at = node
    while at.parent is not None and at.parent.type in language.patterns:
        at = at.parent
    parent = at.parent
    if parent is None or parent.type not in language.parameters:
        return False
    return field_of(at) not in ("value", "type", "default_value")


def _is_assigned(node: Node, language: Language) -> bool:
    at = node
    while at.parent is not None and at.parent.type in language.patterns:
        if field_of(at) in ("key", "value") and at.parent.type not in ("pair_pattern",):
            return False
        if at.parent.type == "tuple_struct_pattern" and field_of(at) == "type":
            return False
        at = at.parent
    parent = at.parent
    if parent is None:
        return False
    if parent.type == "assignment_expression" and at.type == "member_expression":
        return field_of(at) == "left"
    if parent.type in UNBINDERS:
        return False
    return bool({(parent.type, field_of(at)), (parent.type, "")} & language.binders)


def _in_class_body(node: Node, language: Language) -> bool:
    scopes = scopes_of(node, language)
    return bool(scopes) and scopes[0].type in language.classes and language.name == "python"


def _under_declarator(node: Node, kind: str) -> bool:
    parent = node.parent
    while parent is not None and "declarator" in parent.type:
        parent = parent.parent
    return parent is not None and parent.type == kind


def above(node: Node, kinds: Iterable[str]) -> Node | None:
    """The nearest node around of one of these types, not further than the statement."""
    parent = node.parent
    while parent is not None and not parent.type.endswith(("block", "body", "program")):
        if parent.type in kinds:
            return parent
        parent = parent.parent
    return None


def field_of(node: Node) -> str:
    """The field that a node is in its parent, "" where it has none."""
    parent = node.parent
    if parent is None:
        return ""
    for i, child in enumerate(parent.children):
        if child == node:
            return parent.field_name_for_child(i) or ""
    return ""
