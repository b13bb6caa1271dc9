"""Which definitions of JavaScript and TypeScript can be moved: what is there for itself, whenever its module is loaded."""

from specedit.edits.definition_moves.script_module import ScriptModule
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_MOVABLE = words(
    "function_declaration generator_function_declaration class_declaration abstract_class_declaration interface_declaration "
    "type_alias_declaration enum_declaration"
)
_VALUES = words(
    "arrow_function function_expression generator_function class string number true false null undefined regex"
)


def movable(name: str, module: ScriptModule) -> Definition:
    """Return the one definition at the top of a module that is called so.

    Raises:
        EditRefused: there are several, or its value depends on when it is worked out.
    """
    definition = module.source.definition(name)
    declared, node = module.declared.get(name, []), definition.node
    if len(declared) != 1 or definition.outer.parent != module.source.root:
        raise EditRefused(f"'{name}' is not one definition at the top of {module.path}")
    if node.type not in _MOVABLE and not _is_constant(declared[0], node):
        raise EditRefused(
            f"'{name}' on line {line_of(node)} of {module.path} is no function, class or type, nor a constant that is written out"
        )
    return definition


def _is_constant(statement: Node, declarator: Node) -> bool:
    value = declarator.child_by_field_name("value")
    while value is not None and value.type in ("as_expression", "satisfies_expression"):
        value = value.named_children[0]
    is_alone = len([n for n in statement.named_children if n.type == declarator.type]) == 1
    is_constant = text_of(statement).startswith("const") and is_alone
    return is_constant and value is not None and value.type in _VALUES
