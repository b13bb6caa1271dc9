"""Go: what a rename would break that no name shows, and the places that nothing resolves."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import enclosing, field_of, line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.go_interfaces import satisfied
from specedit.edits.workspace.go_packages import GoPackages
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused

# Methods that the standard library looks for at run time: without them it does something else, and nothing fails.
_LOOKED_FOR = re.compile(
    r"String|GoString|Error|Format|Unwrap|Is|As|Scan|Value|(Marshal|Unmarshal)(JSON|Text|Binary|XML|XMLAttr)|Gob(En|De)code"
)
_CLOSER = re.compile(r"\bio\.\w*Closer\b")
_TEST = re.compile(r"(Test|Benchmark|Fuzz|Example)(?![a-z])")
_DIRECTIVE = r"^//(?:export|go:linkname)\b.*\b{}\b"
_GENERATED = re.compile(r"^// Code generated .* DO NOT EDIT\.$", re.MULTILINE)


def refuse_called_by_name(
    symbol: Symbol, new: str, imported: Collection[str], symbols: Symbols
) -> None:
    """Refuse what the language, its tools or the standard library call by its name. `imported` are paths of packages.

    Raises:
        EditRefused: with the line.
    """
    node = symbol.declarations[0].node
    name = text_of(node)
    why = ""
    if name in ("main", "init") and "function" in symbol.kinds:
        why = "is called when the program starts"
    elif "function" in symbol.kinds and _TEST.match(name) and not _TEST.match(new):
        why = "is called by `go test`, which would not find it any more"
    elif "method" in symbol.kinds and _LOOKED_FOR.fullmatch(name):
        why = "may be called by the standard library, which looks for it by its name"
    elif "method" in symbol.kinds and (interface := _interface(symbol, imported, symbols)):
        why = f"may be what makes its type one of {interface}, which cannot be told here"
    elif not symbols.classes.by_name.keys() >= {*symbol.owners}:
        why = "is a member of a type that several functions declare"
    if why:
        raise EditRefused(f"`{name}` on line {line_of(node)} {why}")


def _interface(symbol: Symbol, imported: Collection[str], symbols: Symbols) -> str:
    """The interface of the standard library that a type may be one of by a method, or ""."""
    if text_of(symbol.declarations[0].node) == "Close" and _CLOSER.search(symbols.source.text):
        return "io.Closer"
    return satisfied(symbol, imported, symbols)


def refuse_promoted(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse a method that is promoted to a type which satisfies an interface by it alone, or the interface's.

    Raises:
        EditRefused: with the type.
    """
    names = symbols.names(text_of(symbol.declarations[0].node))
    for known in symbols.classes.by_name.values():
        if any(known.name in each.owners for each in names.symbols):
            continue
        required = {names.member_of(base) for base in known.bases} - {None}
        given = {names.member_of(embedded) for embedded in known.embedded} - {None}
        if required and given and required != given and symbol in required | given:
            raise EditRefused(
                f"{known.name} has `{text_of(symbol.declarations[0].node)}` from a type that it embeds, and is one of "
                f"{', '.join(sorted(known.bases))} by it: rename both in an edit of your own"
            )


def refuse_in_unnamed(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse a method that an interface without a name wants.

    Raises:
        EditRefused: with the line of the interface.
    """
    name = text_of(symbol.declarations[0].node)
    for node in symbols.source.nodes_with(name):
        method = node.parent
        if text_of(node) != name or field_of(node) != "name" or method is None:
            continue
        interface = method.parent
        if interface is None or interface.type != "interface_type" or _name(interface):
            continue
        raise EditRefused(
            f"`{name}` is a method of an interface without a name on line {line_of(node)}, too: "
            "rename both in an edit of your own"
        )


def refuse_taken_over(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse a member that a type has, too, because it is made from one that has it, as B in `type B A`.

    Raises:
        EditRefused: with that type.
    """
    node = symbol.declarations[0].node
    names = symbols.names(text_of(node))
    is_method = node.parent is not None and node.parent.type == "method_declaration"
    for made in symbols.source.nodes:
        base = _base(made) if made.type == "type_spec" else ""
        if base and names.member_of(base) == symbol and not (is_method and base in symbol.owners):
            raise EditRefused(
                f"`{text_of(node)}` on line {line_of(node)} is also a member of the type that is made from {base} on "
                f"line {line_of(made)}: rename both in an edit of your own"
            )


def _base(made: Node) -> str:
    """The type that a type is made from, or points to."""
    node = made.child_by_field_name("type")
    if node is not None and node.type == "pointer_type":
        node = node.named_children[0]
    if node is not None and node.type == "generic_type":
        node = node.child_by_field_name("type")
    return text_of(node) if node is not None and node.type == "type_identifier" else ""


def refuse_converted(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse a field of a struct that may be converted to another one, which must have fields of the same names.

    Raises:
        EditRefused: with the line of the other.
    """
    node = symbol.declarations[0].node
    own = enclosing(node, ("struct_type",))
    if own is None:
        return
    names, source = _fields(own), symbols.source
    for other in source.nodes:
        if other.type != "struct_type" or other == own or _fields(other) != names:
            continue
        named = [_name(each) for each in (own, other)]
        if not all(named) or any(_is_called(name, source.text) for name in named):
            raise EditRefused(
                f"`{text_of(node)}` on line {line_of(node)} is a field of a struct that may be converted to the one on "
                f"line {line_of(other)}, and back: rename both in an edit of your own"
            )


def _fields(struct: Node) -> list[str]:
    """The names of the fields of a struct; an embedded type is one by its own."""
    fields = (f for each in struct.named_children for f in each.named_children)
    return [
        text_of(name)
        for field in fields
        if field.type == "field_declaration"
        for name in field.children_by_field_name("name") or field.children_by_field_name("type")
    ]


def _name(struct: Node) -> str:
    """What a struct is declared as, "" for one without a name."""
    parent = struct.parent
    if parent is None or parent.type not in ("type_spec", "type_alias"):
        return ""
    return text_of(parent.child_by_field_name("name"))


def _is_called(name: str, text: str) -> bool:
    """Whether a type seems to be called somewhere, which converts a value to it."""
    return re.search(rf"\b{re.escape(name)}(\[[^\]]*\])?\)?\(", text) is not None


def refuse_name_of_import(paths: Iterable[str], new: str, packages: GoPackages) -> None:
    """Refuse a name for all files of a package that one of them calls an import by.

    Raises:
        NameRefused: with the file.
    """
    for path in paths:
        for each in packages.imports(path):
            if each.local == new:
                raise NameRefused(f"'{new}' is an import on line {each.line + 1} of {path}")


def refuse_hidden(
    unit: str,
    new: str,
    changed: Mapping[str, FileEdits],
    packages: GoPackages,
    workspace: Workspace,
) -> None:
    """Refuse a name that begins with a small letter for what other packages use.

    Raises:
        NameRefused: with the first place.
    """
    if new[:1].isupper():
        return
    for path, each in changed.items():
        if each.edits and packages.of_file.get(path) != unit:
            line = workspace.source(path).data.count(b"\n", 0, min(each.edits)[0]) + 1
            raise NameRefused(
                f"'{new}' would not be exported, but another package uses it on line {line} of {path}"
            )


def left_in(
    path: str, name: str, changed: FileEdits, packages: GoPackages, workspace: Workspace
) -> Iterator[Left]:
    """Yield the places of a name that may be meant, but that are not resolved."""
    if path not in packages.of_file:
        return
    source = workspace.source(path)
    if changed.edits and _GENERATED.search(source.text):
        yield Left(0, "this file is generated: change what it is made from, too", known=False)
    directive = re.compile(_DIRECTIVE.format(re.escape(name)))
    for number, line in enumerate(source.text.split("\n")):
        if directive.search(line):
            yield Left(number, "a directive names it to the linker", known=False)
    unclear = {each.local for each in packages.imports(path) if each.may_be_ours}
    for node in source.nodes_with(name):
        if text_of(node) != name or node.parent is None:
            continue
        if node.type in source.language.strings:
            yield Left(line_of(node) - 1, f"'{name}' in a string", known=False)
        elif unclear and _package_before(node) in unclear:
            yield Left(line_of(node) - 1, "of which package it is cannot be told", known=False)
        elif _has_no_body(node):
            yield Left(line_of(node) - 1, "its body is not in Go", known=False)


def _package_before(node: Node) -> str:
    assert node.parent is not None
    for field in ("operand", "package"):
        through = node.parent.child_by_field_name(field)
        if through is not None and through != node:
            return text_of(through)
    return ""


def _has_no_body(node: Node) -> bool:
    assert node.parent is not None
    function = node.parent
    return (
        function.type == "function_declaration"
        and function.child_by_field_name("name") == node
        and function.child_by_field_name("body") is None
    )
