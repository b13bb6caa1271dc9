"""Which occurrences of a name mean the same thing.

Each occurrence has a role: a `name` that a scope binds, a `member` reached through an object, a `keyword` of a call,
an `import`, or part of a `module`'s path. Names are resolved to the innermost scope that binds them. Members are not:
what an object is, the syntax does not tell, so the members of that name in one file count as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from specedit.edits.language import Language
from specedit.edits.syntax import Source, in_class, name_node

_UNBINDERS = ("global_statement", "nonlocal_statement")
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


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of a name. `scope` is the id of the node whose scope binds it, 0 for the file's.

    `binds` are the roles that it gives a meaning to here, `kind` what it then defines. A `shorthand`, as `{x}` in
    JavaScript, is two occurrences: a name and a member.
    """

    node: Node
    role: str
    scope: int = 0
    binds: frozenset[str] = frozenset()
    kind: str = ""
    shorthand: bool = False


def occurrences(source: Source, name: str) -> list[Occurrence]:
    """Return every place of `name` in the code, in source order."""
    language, wanted = source.language, name.encode("utf-8")
    nodes = [node for node in source.identifiers if node.text == wanted]
    roles = {node.id: _role(node, language) for node in nodes}
    binds = {node.id: _binds(node, roles[node.id], language) for node in nodes}
    bound: dict[int, str] = {}  # scope → what it binds the name to
    for node in nodes:
        given, kind = binds[node.id]
        if "name" in given:
            bound.setdefault(_binding_scope(node, language), kind)
    for node in nodes:
        if node.parent is not None and node.parent.type in _UNBINDERS:
            bound.pop(_scope_id(_scopes(node, language)), None)
    found: list[Occurrence] = []
    for node in nodes:
        given, kind = binds[node.id]
        scope = _resolve(node, bound, language) if roles[node.id] in ("name", "import") else 0
        shorthand = bool({node.type, node.parent.type if node.parent else ""} & language.shorthands)
        found.append(Occurrence(node, roles[node.id], scope, given, kind, shorthand))
        if shorthand:
            found.append(Occurrence(node, "member", shorthand=True))
    return found


def _scopes(node: Node, language: Language) -> list[Node]:
    """The scopes around a node, innermost first; a definition's own name stands outside of it."""
    found: list[Node] = []
    inner = node
    parent = node.parent
    while parent is not None:
        if parent.type in language.scopes and not (
            parent.type in language.definitions and _is_name_of(node, parent)
        ):
            inside_function = any(scope.type not in language.classes for scope in found)
            hidden = parent.type in language.classes and (
                inside_function or inner.type == "argument_list"
            )
            if not hidden:
                found.append(parent)
        inner, parent = parent, parent.parent
    return found


def _scope_id(scopes: list[Node]) -> int:
    return scopes[0].id if scopes else 0


def _binding_scope(node: Node, language: Language) -> int:
    """The scope that an occurrence which binds gives its meaning in."""
    scopes = _scopes(node, language)
    if _under(node, "variable_declaration") and language.name in (
        "javascript",
        "typescript",
        "tsx",
    ):
        scopes = [s for s in scopes if "function" in s.type or s.type == "method_definition"]
    return _scope_id(scopes)


def _resolve(node: Node, bound: dict[int, str], language: Language) -> int:
    return next((scope.id for scope in _scopes(node, language) if scope.id in bound), 0)


def _role(node: Node, language: Language) -> str:
    parent = node.parent
    if parent is None:
        return "name"
    statement = _above(node, language.imports)
    if statement is not None:
        return _import_role(node, parent, statement)
    place = (parent.type, _field(node))
    if place in language.method_places:
        return "method"
    if node.type in language.members or place in language.member_places:
        return "member"
    if place in language.keyword_places:
        return "keyword"
    if parent.type == "literal_element" and _field(parent) == "key":
        return "keyword"
    if parent.type == "method_reference" and node == parent.children[-1]:
        return "method"
    if parent.type == "export_specifier" and _field(node) == "alias":
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


def _binds(node: Node, role: str, language: Language) -> tuple[frozenset[str], str]:
    """Which roles this occurrence gives a meaning to, and what it defines."""
    parent = node.parent
    if parent is None or role in ("module", "keyword"):
        return frozenset(), ""
    if role == "import":
        return frozenset(["name"]), "import"
    if _above(node, language.imports) is not None:
        return frozenset(["name"]), "import"
    definition = _definition_named(node, language)
    if definition is not None and definition.type not in ("assignment", "declaration"):
        return _definition_binds(node, role, definition, language)
    if role == "member":
        declared = parent.type in _FIELD_DECLARATIONS and _field(node) != "type"
        declared = declared or _under_declarator(node, "field_declaration")
        return (
            (frozenset(["member", "keyword"]), "field")
            if declared or _is_assigned(parent, language)
            else (frozenset(), "")
        )
    if _is_parameter(node, language):
        return frozenset(["name", "keyword"]), "parameter"
    if _is_assigned(node, language):
        if _in_class_body(node, language):
            # A class-level assignment may be a dataclass field: its name is a keyword of the constructor too.
            return frozenset(["member", "keyword"]), "field"
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
        return frozenset(["member", "keyword"]) | bare, kind
    return frozenset(["name"]), kind


def _definition_named(node: Node, language: Language) -> Node | None:
    """The definition whose name this is."""
    parent = node.parent
    while parent is not None:
        if parent.type in language.definitions:
            return parent if _is_name_of(node, parent) and parent.type != "impl_item" else None
        if "declarator" not in parent.type and parent.type != "qualified_identifier":
            return None
        parent = parent.parent
    return None


def _is_name_of(node: Node, definition: Node) -> bool:
    return name_node(definition) == node


def _is_parameter(node: Node, language: Language) -> bool:
    at = node
    while at.parent is not None and at.parent.type in language.patterns:
        at = at.parent
    parent = at.parent
    if parent is None or parent.type not in language.parameters:
        return False
    return _field(at) not in ("value", "type", "default_value")


def _is_assigned(node: Node, language: Language) -> bool:
    at = node
    while at.parent is not None and at.parent.type in language.patterns:
        if _field(at) in ("key", "value") and at.parent.type not in ("pair_pattern",):
            return False
        if at.parent.type == "tuple_struct_pattern" and _field(at) == "type":
            return False
        at = at.parent
    parent = at.parent
    if parent is None:
        return False
    if parent.type == "assignment_expression" and at.type == "member_expression":
        return _field(at) == "left"
    if parent.type in _UNBINDERS:
        return False
    return bool({(parent.type, _field(at)), (parent.type, "")} & language.binders)


def _in_class_body(node: Node, language: Language) -> bool:
    scopes = _scopes(node, language)
    return bool(scopes) and scopes[0].type in language.classes and language.name == "python"


def _under_declarator(node: Node, kind: str) -> bool:
    parent = node.parent
    while parent is not None and "declarator" in parent.type:
        parent = parent.parent
    return parent is not None and parent.type == kind


def _under(node: Node, kind: str) -> bool:
    return _above(node, frozenset([kind])) is not None


def _above(node: Node, kinds: Iterable[str]) -> Node | None:
    """The nearest node around of one of these types, not further than the statement."""
    parent = node.parent
    while parent is not None and not parent.type.endswith(("block", "body", "program")):
        if parent.type in kinds:
            return parent
        parent = parent.parent
    return None


def _field(node: Node) -> str:
    """The field that a node is in its parent, "" where it has none."""
    parent = node.parent
    if parent is None:
        return ""
    for i, child in enumerate(parent.children):
        if child == node:
            return parent.field_name_for_child(i) or ""
    return ""
