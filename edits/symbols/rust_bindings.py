"""Rust: what gives a name its meaning, and in which scope."""

from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import END, FILE, Binding
from specedit.edits.syntax.nodes import enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_VALUE, _TYPE, _ALL = ("value",), ("type",), ("value", "type", "macro")


_ITEMS = {
    "function_item": ("function", _VALUE),
    "function_signature_item": ("function", _VALUE),
    "struct_item": ("struct", _TYPE),
    "enum_item": ("enum", _TYPE),
    "union_item": ("union", _TYPE),
    "trait_item": ("trait", _TYPE),
    "type_item": ("type", _TYPE),
    "associated_type": ("type", _TYPE),
    "mod_item": ("module", _TYPE),
    "const_item": ("constant", _VALUE),
    "static_item": ("constant", _VALUE),
    "macro_definition": ("macro", ("macro",)),
}


_PATTERNS = (
    "tuple_pattern",
    "tuple_struct_pattern",
    "struct_pattern",
    "field_pattern",
    "ref_pattern",
    "reference_pattern",
    "mut_pattern",
    "slice_pattern",
    "captured_pattern",
    "or_pattern",
)


_MODULES = ("mod_item", "source_file")


def bindings(node: Node, classes: Classes) -> Iterator[Binding]:
    """Yield what an identifier gives a meaning to where it stands."""
    parent = node.parent
    assert parent is not None
    field = field_of(node)
    if field == "name" and parent.type in _ITEMS:
        yield _item(parent, classes)
    elif field == "name" and parent.type == "enum_variant":
        yield Binding("enum member", "", spaces=("value", "type"), owner=classes.around(node))
    elif field == "name" and parent.type in ("type_parameter", "const_parameter"):
        listed = parent.parent
        item = listed.parent if listed is not None else None
        kind = _TYPE if parent.type == "type_parameter" else _VALUE
        yield Binding("type parameter", item.id if item is not None else FILE, spaces=kind)
    else:
        yield from _pattern_bindings(node)


def _item(item: Node, classes: Classes) -> Binding:
    kind = _ITEMS[item.type][0]
    spaces: tuple[str, ...] = _ITEMS[item.type][1]
    holder = enclosing(item, ("impl_item", "trait_item", "block", *_MODULES))
    if holder is not None and holder.type in ("impl_item", "trait_item"):
        kind = "method" if kind == "function" else kind
        trait = holder.child_by_field_name("trait")
        foreign = trait is not None and not classes.named(last_name(trait))
        inherited = f"the trait {text_of(trait)}" if foreign else ""
        return Binding(kind, "", spaces=spaces, owner=classes.of_node(holder), inherited=inherited)
    body = item.child_by_field_name("body")
    if item.type == "struct_item" and (
        body is None or body.type == "ordered_field_declaration_list"
    ):
        spaces = ("type", "value")
    return Binding(kind, holder_of(item), spaces=spaces)


def holder_of(item: Node) -> int | str:
    """The block or module whose items are in sight of each other."""
    holder = enclosing(item, ("block", *_MODULES))
    return FILE if holder is None or holder.type == "source_file" else holder.id


def _pattern_bindings(node: Node) -> Iterator[Binding]:
    if node.type == "identifier" and text_of(node)[:1].isupper():
        return  # a constant, a unit struct or a variant: it is compared with, not bound
    whole = node
    while whole.parent is not None and whole.parent.type in _PATTERNS:
        if field_of(whole) == "type":
            return
        whole = whole.parent
    holder, field = whole.parent, field_of(whole)
    if holder is None:
        return
    if holder.type == "let_declaration" and field == "pattern":
        yield Binding("variable", _block(holder), holder.end_byte)
    elif holder.type == "let_condition" and field == "pattern":
        yield _condition(holder)
    elif holder.type == "for_expression" and field == "pattern":
        body = holder.child_by_field_name("body")
        yield Binding("variable", holder.id, body.start_byte if body is not None else 0)
    elif holder.type == "match_pattern" and field != "condition":
        arm = enclosing(holder, ("match_arm",))
        yield Binding("variable", arm.id if arm is not None else FILE)
    elif holder.type == "closure_parameters":
        closure = enclosing(holder, ("closure_expression",))
        yield Binding("parameter", closure.id if closure is not None else FILE, holder.end_byte)
    elif holder.type == "parameter" and field == "pattern":
        function = enclosing(
            holder,
            ("closure_expression", "function_item", "function_signature_item", "function_type"),
        )
        if function is not None:
            body = function.child_by_field_name("body")
            yield Binding("parameter", function.id, body.start_byte if body is not None else 0)


def _block(declaration: Node) -> int | str:
    block = enclosing(declaration, ("block", "match_arm", "source_file"))
    return block.id if block is not None and block.type != "source_file" else FILE


def _condition(condition: Node) -> Binding:
    """What `if let`, `while let` or a guard binds: in sight behind it, and not in `else`."""
    holder = enclosing(condition, ("if_expression", "while_expression", "match_arm"))
    if holder is None:
        return Binding("variable", FILE, condition.end_byte)
    ends = holder.child_by_field_name("consequence") or holder.child_by_field_name("body")
    end = ends.end_byte if ends is not None else END
    return Binding("variable", holder.id, condition.end_byte, end)


def last_name(path: Node) -> str:
    """The last name of a path, without its arguments."""
    inner = path.child_by_field_name("type") if path.type == "generic_type" else None
    name = path.child_by_field_name("name") if path.type.startswith("scoped_") else None
    if path.type == "bracketed_type":
        inner = path.named_children[0].child_by_field_name("alias") or path.named_children[0]
    if path.type == "reference_type":
        inner = path.child_by_field_name("type")
    return last_name(inner or name) if (inner or name) is not None else text_of(path)  # type: ignore[arg-type]
