"""Rust: what gives a name its meaning, and where it is looked up.

After the reference, "Names": types and modules, values, macros, lifetimes and labels, and fields are name spaces of
their own; each `let` is a new variable from its end on; items are in sight in all of their module or block.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import END, FILE, Binding, Place, Scope
from specedit.edits.symbols.rust_macros import argument_names, as_calls, captures, named_argument
from specedit.edits.symbols.tree import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax import Source

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
_IDENTIFIERS = (
    "identifier",
    "type_identifier",
    "field_identifier",
    "shorthand_field_identifier",
)
_MODULES = ("mod_item", "source_file")


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the traits that a trait extends or an `impl` implements."""
    if node.type == "impl_item" and (trait := node.child_by_field_name("trait")):
        yield _last(trait)
    bounds = node.child_by_field_name("bounds") if node.type == "trait_item" else None
    for bound in bounds.named_children if bounds is not None else ():
        yield _last(bound)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: what a struct holds does not lend it members."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add nothing: an `impl` says what it implements."""


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in; a module does not see what is around it."""
    around: list[Scope] = []
    for parent, _ in ancestors(node):
        globs = list(_globs(parent))
        if parent.type != "source_file":
            around.append(Scope(parent.id))
        else:
            around.append(Scope(FILE))
        for glob in globs:
            owner = classes.named(glob)
            around += [Scope(("glob", parent.id, glob).__hash__(), owner)] if owner else []
            around += [Scope(m.id) for m in _modules(node, glob)]
        if parent.type == "mod_item" and "super" not in globs:
            around.append(Scope("closed"))
            break
    return around


def _globs(holder: Node) -> Iterator[str]:
    body = holder.child_by_field_name("body") if holder.type == "mod_item" else holder
    if body is None or body.type not in ("declaration_list", "block", "source_file"):
        return
    if holder.type == "declaration_list":
        return
    for child in body.named_children:
        argument = (
            child.child_by_field_name("argument") if child.type == "use_declaration" else None
        )
        if argument is not None and argument.type == "use_wildcard" and argument.named_children:
            yield _last(argument.named_children[0])


def _modules(node: Node, name: str) -> list[Node]:
    """The modules of a name in the text that `node` stands in."""
    root = node
    while root.parent is not None:
        root = root.parent
    found, queue = [], [root]
    while queue:
        for child in queue.pop().named_children:
            if child.type == "mod_item" and child.child_by_field_name("body") is not None:
                body = child.child_by_field_name("body")
                queue += [body] if body is not None else []
                if text_of(child.child_by_field_name("name")) == name:
                    found.append(child)
    return found


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return as_calls(source)


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code. A shorthand, as `P { x }`, is two."""
    for node in source.nodes:
        if node.type in _IDENTIFIERS and text_of(node) == name and node.parent is not None:
            yield from _places(node, node.parent, classes)
        elif node.type == "string_content":
            for start, end in captures(name, node):
                if name not in argument_names(node):
                    yield Place(node, start, end)


def _places(node: Node, parent: Node, classes: Classes) -> Iterator[Place]:
    at = (node, node.start_byte, node.end_byte)
    if parent.type in ("lifetime", "label"):
        yield _lifetime(at, parent)
    elif parent.type == "shorthand_field_initializer":
        yield Place(*at, written="{old}: {new}")
        yield _field(at, parent, classes, "{new}: {old}")
    elif node.type == "shorthand_field_identifier":
        yield Place(*at, bindings=tuple(_bindings(node, classes)), written="{old}: {new}")
        yield _field(at, parent, classes, "{new}: {old}")
    elif node.type == "field_identifier":
        yield _field(at, parent, classes)
    elif parent.type == "token_tree":
        yield _token(at, classes)
    elif enclosing(node, ("use_declaration",)) is not None:
        yield _used(at, parent, classes)
    elif (
        parent.type in ("scoped_identifier", "scoped_type_identifier") and field_of(node) == "name"
    ):
        yield _behind(at, parent.child_by_field_name("path"), classes)
    elif parent.type in ("attribute", "attribute_item"):
        yield Place(*at, "other", reason="an attribute")
    elif named_argument(node):
        yield Place(*at, "other", reason="the name of an argument")
    else:
        yield Place(*at, spaces=_spaces(node, parent), bindings=tuple(_bindings(node, classes)))


def _spaces(node: Node, parent: Node) -> tuple[str, ...]:
    if parent.type == "macro_invocation" or _is_macro_call(node, parent):
        return ("macro",)
    if parent.type in ("scoped_identifier", "scoped_type_identifier"):
        return _TYPE
    return _TYPE if node.type == "type_identifier" else _VALUE


def _is_macro_call(node: Node, parent: Node) -> bool:
    """Whether a call is a macro that is written as one: two bytes lie between its name and its bracket."""
    listed = parent.child_by_field_name("arguments") if parent.type == "call_expression" else None
    return (
        listed is not None
        and parent.child_by_field_name("function") == node
        and listed.start_byte > node.end_byte
    )


def _lifetime(at: tuple[Node, int, int], parent: Node) -> Place:
    holder = parent.parent
    if parent.type == "label":
        loops = (
            "loop_expression",
            "while_expression",
            "for_expression",
            "block",
            "labeled_expression",
        )
        binds = holder is not None and holder.type in loops
        bound = (Binding("label", holder.id, spaces=("label",)),) if binds and holder else ()
        return Place(*at, spaces=("label",), bindings=bound)
    if holder is not None and holder.type == "lifetime_parameter" and field_of(parent) == "name":
        listed = holder.parent
        item = listed.parent if listed is not None and listed.type == "type_parameters" else listed
        scope = item.id if item is not None else FILE
        return Place(
            *at, spaces=("lifetime",), bindings=(Binding("lifetime", scope, spaces=("lifetime",)),)
        )
    if holder is not None and holder.type == "for_lifetimes":
        scope = holder.parent.id if holder.parent is not None else FILE
        return Place(
            *at, spaces=("lifetime",), bindings=(Binding("lifetime", scope, spaces=("lifetime",)),)
        )
    return Place(*at, spaces=("lifetime",))


def _field(
    at: tuple[Node, int, int], parent: Node, classes: Classes, written: str = "{new}"
) -> Place:
    """A field or method behind a dot, in a literal or pattern, or where it is declared."""
    if parent.type == "field_declaration":
        owner = _owner_of_field(parent, classes)
        return Place(
            *at, "member", bindings=(Binding("field", "", spaces=("field",), owner=owner),)
        )
    if parent.type == "field_expression":
        call = parent.parent
        whole = parent
        if call is not None and call.type == "generic_function":
            whole, call = call, call.parent
        called = (
            call is not None and call.type == "call_expression" and field_of(whole) == "function"
        )
        return Place(*at, "member", spaces=_VALUE if called else ("field",), through=parent)
    holder = enclosing(at[0], ("struct_expression", "struct_pattern"))
    name = None
    if holder is not None:
        name = holder.child_by_field_name("name") or holder.child_by_field_name("type")
    return Place(
        *at,
        "member",
        spaces=("field",),
        owners=(_literal_owner(name, classes),),
        written=written,
        reason="a field of another type",
    )


def _owner_of_field(declaration: Node, classes: Classes) -> str:
    variant = enclosing(declaration, ("enum_variant", "struct_item", "union_item"))
    owner = classes.around(declaration)
    if variant is not None and variant.type == "enum_variant":
        return f"{owner}.{text_of(variant.child_by_field_name('name'))}"
    return owner


def _literal_owner(name: Node | None, classes: Classes) -> str:
    if name is None:
        return ""
    if text_of(name) == "Self":
        return classes.around(name)
    path = name.child_by_field_name("path")
    if path is not None:
        enum = classes.around(name) if text_of(path) == "Self" else classes.named(_last(path))
        if enum and any(n.type == "enum_item" for n in classes.by_name[enum].nodes):
            return f"{enum}.{text_of(name.child_by_field_name('name'))}"
    return classes.named(_last(name))


def _last(path: Node) -> str:
    """The last name of a path, without its arguments."""
    inner = path.child_by_field_name("type") if path.type == "generic_type" else None
    name = path.child_by_field_name("name") if path.type.startswith("scoped_") else None
    if path.type == "bracketed_type":
        inner = path.named_children[0].child_by_field_name("alias") or path.named_children[0]
    if path.type == "reference_type":
        inner = path.child_by_field_name("type")
    return _last(inner or name) if (inner or name) is not None else text_of(path)  # type: ignore[arg-type]


def _behind(at: tuple[Node, int, int], path: Node | None, classes: Classes) -> Place:
    """A name behind `path::`."""
    spaces = _TYPE if at[0].type == "type_identifier" else (*_VALUE, *_TYPE)
    last = _last(path) if path is not None else "crate"
    if last == "Self":
        return Place(*at, "member", spaces=spaces, owners=(classes.around(at[0]),))
    if keys := _module_keys(at[0], last):
        return Place(*at, "path", spaces=(*spaces, "macro"), scopes=keys)
    if owner := classes.named(last):
        return Place(*at, "member", spaces=spaces, owners=(owner,))
    if path is not None and re.fullmatch(r"[A-Z]", last):
        return Place(*at, "unknown member", reason=f"a member of the type parameter {last}")
    return Place(*at, "other", reason=f"a name of {last}, which is not defined here")


def _module_keys(node: Node, last: str) -> tuple[int | str, ...]:
    """The scopes that a path leads to: modules of this text."""
    if last == "crate":
        return (FILE,)
    if last in ("self", "super"):
        module = enclosing(node, ("mod_item",))
        if last == "super" and module is not None:
            module = enclosing(module, ("mod_item",))
        return (module.id if module is not None else FILE,)
    return tuple(m.id for m in _modules(node, last))


def _used(at: tuple[Node, int, int], parent: Node, classes: Classes) -> Place:
    """A name in a `use` declaration: what it brings in, or a part of the way there."""
    node = at[0]
    field = field_of(node)
    holder = _holder(enclosing(node, ("use_declaration",)) or node)
    if parent.type == "use_as_clause" and field == "alias":
        return Place(*at, bindings=(Binding("import", holder, spaces=_ALL),))
    path = _path_before(node)
    whole = parent if parent.type == "scoped_identifier" and field == "name" else node
    ends = whole.parent is not None and whole.parent.type in ("use_list", "use_declaration")
    if not ends or (parent.type == "scoped_identifier" and field == "path"):
        return _behind(at, path, classes) if path is not None else Place(*at, spaces=_TYPE)
    bound = (Binding("import", holder, spaces=_ALL),)
    last = _last(path) if path is not None else ""
    linked = _module_keys(node, last) if last else ()
    owner = classes.named(last) if last else ""
    return Place(
        *at,
        bindings=bound,
        scopes=linked,
        owners=(owner,) if owner else (),
        written="{old} as {new}",
    )


def _path_before(node: Node) -> Node | None:
    """What stands before a name in a `use`, also before the braces around it."""
    for parent, child in ancestors(node):
        if parent.type in ("scoped_identifier", "scoped_use_list"):
            path = parent.child_by_field_name("path")
            if path is not None and path != child:
                return path
            if path == child:
                return None
        if parent.type == "use_declaration":
            return None
    return None


def _token(at: tuple[Node, int, int], classes: Classes) -> Place:
    """A name among a macro's tokens, which the grammar does not divide."""
    node = at[0]
    before, after = node.prev_sibling, node.next_sibling
    previous, following = text_of(before), text_of(after)
    if enclosing(node, ("attribute_item",)) is not None:
        return Place(*at, spaces=("type", "macro"))
    if previous == "." and before is not None:
        through = text_of(before.prev_sibling)
        owner = classes.around(node) if through == "self" else ""
        spaces = _VALUE if following.startswith("(") else ("field",)
        if owner:
            return Place(*at, "member", spaces=spaces, owners=(owner,))
        return Place(*at, "unknown member", reason="a member in a macro, of what is not evident")
    if previous == "::" and before is not None:
        return _behind(at, before.prev_sibling, classes)
    if following == "::":
        return Place(*at, spaces=_TYPE)
    return Place(*at, spaces=("macro",) if following == "!" else _ALL)


def _bindings(node: Node, classes: Classes) -> Iterator[Binding]:
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
        foreign = trait is not None and not classes.named(_last(trait))
        inherited = f"the trait {text_of(trait)}" if foreign else ""
        return Binding(kind, "", spaces=spaces, owner=classes.of_node(holder), inherited=inherited)
    body = item.child_by_field_name("body")
    if item.type == "struct_item" and (
        body is None or body.type == "ordered_field_declaration_list"
    ):
        spaces = ("type", "value")
    return Binding(kind, _holder(item), spaces=spaces)


def _holder(item: Node) -> int | str:
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
