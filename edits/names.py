"""Which occurrences of a name mean the same thing.

Each occurrence has a role: a `name` that a scope binds, a `member` reached through an object, a `keyword` of a call,
an `import`, or part of a `module`'s path. Names are resolved to the innermost scope that binds them. Members are not:
what an object is, the syntax does not tell, so the members of that name in one file count as one.
"""

from dataclasses import dataclass

from tree_sitter import Node

from specedit.edits._roles import UNBINDERS, above, binds_of, role_of, scopes_of
from specedit.edits.language import Language
from specedit.edits.syntax import Source


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
    roles = {node.id: role_of(node, language) for node in nodes}
    binds = {node.id: binds_of(node, roles[node.id], language) for node in nodes}
    bound: dict[int, str] = {}  # scope → what it binds the name to
    for node in nodes:
        given, kind = binds[node.id]
        if "name" in given:
            bound.setdefault(_binding_scope(node, language), kind)
    for node in nodes:
        if node.parent is not None and node.parent.type in UNBINDERS:
            bound.pop(_scope_id(scopes_of(node, language)), None)
    found: list[Occurrence] = []
    for node in nodes:
        given, kind = binds[node.id]
        scope = _resolve(node, bound, language) if roles[node.id] in ("name", "import") else 0
        shorthand = bool({node.type, node.parent.type if node.parent else ""} & language.shorthands)
        found.append(Occurrence(node, roles[node.id], scope, given, kind, shorthand))
        if shorthand:
            found.append(Occurrence(node, "member", shorthand=True))
    return found


def _scope_id(scopes: list[Node]) -> int:
    return scopes[0].id if scopes else 0


def _binding_scope(node: Node, language: Language) -> int:
    """The scope that an occurrence which binds gives its meaning in."""
    scopes = scopes_of(node, language)
    if above(node, ["variable_declaration"]) and language.name in (
        "javascript",
        "typescript",
        "tsx",
    ):
        scopes = [s for s in scopes if "function" in s.type or s.type == "method_definition"]
    return _scope_id(scopes)


def _resolve(node: Node, bound: dict[int, str], language: Language) -> int:
    return next((scope.id for scope in scopes_of(node, language) if scope.id in bound), 0)
