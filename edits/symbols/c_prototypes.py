"""C and C++: the definition that a prototype declares, whose parameters bear one name in both."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.c_declarators import named_in
from specedit.edits.syntax.nodes import ancestors, enclosing, text_of
from specedit.edits.syntax.tree import Node

_HOLDERS = (
    "namespace_definition",
    "linkage_specification",
    "declaration_list",
    "template_declaration",
    "preproc_if",
    "preproc_ifdef",
    "preproc_elif",
    "preproc_else",
)
_AROUND = ("namespace_definition", "class_specifier", "struct_specifier", "union_specifier")
_DECLARATIONS = ("declaration", "field_declaration")


def definition_of(prototype: Node, parameter: Node) -> Node | None:
    """Return the function whose definition has, as its prototype has it, a parameter of that name at that place.

    `prototype` is the function declarator that the parameter stands in. In C++ functions of one name differ by the
    types of their parameters: written otherwise, they are not taken for the same.
    """
    declaration = enclosing(prototype, (*_DECLARATIONS, "parameter_declaration"))
    if declaration is None or declaration.type not in _DECLARATIONS or declaration == parameter:
        return None
    path = _path(prototype)
    root = [parent for parent, _ in ancestors(prototype)][-1]
    for definition in _defined(root):
        declarator = _function_declarator(definition)
        if declarator is not None and _path(declarator) == path:
            at, listed = _position(parameter), _parameters(declarator)
            is_same = _signature(declarator) == _signature(prototype)
            if is_same and _name(listed[at]) == _name(parameter):
                return definition
    return None


def _defined(holder: Node) -> Iterator[Node]:
    """The definitions of functions that stand outside of classes."""
    for child in holder.named_children:
        if child.type == "function_definition":
            yield child
        elif child.type in _HOLDERS:
            yield from _defined(child)


def _function_declarator(definition: Node) -> Node | None:
    """The declarator that has the parameters of a function, behind what it returns."""
    at = definition.child_by_field_name("declarator")
    while at is not None and at.type != "function_declarator":
        inner = at.child_by_field_name("declarator")
        at = inner or next((c for c in at.named_children if "declarator" in c.type), None)
    return at


def _path(declarator: Node) -> str:
    """The name of a function with the namespaces and classes around it and before it."""
    around = [
        text_of(parent.child_by_field_name("name"))
        for parent, _ in ancestors(declarator)
        if parent.type in _AROUND
    ]
    named = text_of(named_in(declarator))
    return re.sub(r"\s|<.*?>", "", "::".join([*reversed(around), named]), flags=re.DOTALL)


def _parameters(declarator: Node) -> list[Node]:
    listed = declarator.child_by_field_name("parameters")
    return [each for each in listed.named_children if each.type != "comment"] if listed else []


def _position(parameter: Node) -> int:
    listed = [each for each in parameter.parent.named_children if each.type != "comment"]  # type: ignore[union-attr]
    return listed.index(parameter)


def _name(parameter: Node) -> str:
    declarator = parameter.child_by_field_name("declarator")
    return text_of(named_in(declarator)) if declarator is not None else ""


def _signature(declarator: Node) -> list[str]:
    """The types of the parameters as they are written, and what stands behind them, as `const`."""
    listed = declarator.child_by_field_name("parameters")
    end = listed.end_byte - declarator.start_byte if listed is not None else 0
    behind = (declarator.text or b"")[end:].decode("utf-8")
    behind = re.sub(r"\b(?:override|final|noexcept)\b|->.*", "", behind, flags=re.DOTALL)
    return [*map(_type, _parameters(declarator)), re.sub(r"\s", "", behind)]


def _type(parameter: Node) -> str:
    """A parameter without its name and its default."""
    named = parameter.child_by_field_name("declarator")
    name = named_in(named) if named is not None else None
    default = parameter.child_by_field_name("default_value")
    text, start = parameter.text or b"", parameter.start_byte
    if default is not None:
        text = text[: default.start_byte - start].rstrip().removesuffix(b"=")
    if name is not None and name.type in ("identifier", "field_identifier"):
        text = text[: name.start_byte - start] + b" " + text[name.end_byte - start :]
    return re.sub(r"\s", "", text.decode("utf-8"))
