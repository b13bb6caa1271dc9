"""A module of JavaScript or TypeScript read for a move: what its statements import, export and declare."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import enclosing, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

DEFAULT, ALL = "default", "*"
_COMMON = ("require", "module", "exports")
_PURE = words(
    "import_statement export_statement function_declaration generator_function_declaration class_declaration "
    "abstract_class_declaration interface_declaration type_alias_declaration enum_declaration lexical_declaration "
    "variable_declaration ambient_declaration function_signature comment empty_statement hash_bang_line import_alias"
)
_DECLARATIONS = words("lexical_declaration variable_declaration")


@dataclass(frozen=True, slots=True)
class Passed:
    """A name that a statement takes from another module, or gives to others.

    `name` is what the module that has it calls it, "default" and "*" among that, and `as_name` what it is called by whom it
    comes to, "" for all that a module exports. `written` is the path of the other module, "" for what is exported of this
    one. `node` is the part of the statement that is about it alone.
    """

    name: str
    as_name: str
    written: str
    statement: Node
    node: Node
    is_type: bool = False


class ScriptModule:
    """A module's statements."""

    def __init__(self, path: str, source: Source) -> None:
        self.path, self.source = path, source

    @cached_property
    def imports(self) -> tuple[Passed, ...]:
        """What it takes by statements with names."""
        nodes = self.source.root.named_children
        return tuple(p for n in nodes if n.type == "import_statement" for p in _imported(n))

    @cached_property
    def exports(self) -> tuple[Passed, ...]:
        """What it gives to others, of its own or of other modules'."""
        nodes = self.source.root.named_children
        return tuple(p for n in nodes if n.type == "export_statement" for p in _exported(n))

    @cached_property
    def loaded(self) -> tuple[tuple[str, Node], ...]:
        """The paths of the modules that are loaded with it, each with its statement; not those that only types come from."""
        return tuple(
            (written, node)
            for node in self.source.root.named_children
            if (written := path_in(node)) and not _is_erased(node) and not self._is_elided(node)
        )

    def _is_elided(self, statement: Node) -> bool:
        """Whether the compiler leaves an import out, because nothing that it gives is used as a value."""
        names = [each.as_name for each in self.imports if each.statement == statement]
        is_typed = bool(self.source.language.annotation_form)
        return is_typed and bool(names) and self._values.isdisjoint(names)

    @cached_property
    def _values(self) -> frozenset[str]:
        """The names that stand outside of imports, and not as types."""
        kinds = ("identifier", "shorthand_property_identifier")
        nodes = self.source.nodes_of(kinds)
        return frozenset(text_of(n) for n in nodes if enclosing(n, ("import_statement",)) is None)

    @cached_property
    def declared(self) -> dict[str, list[Node]]:
        """The statements, without `export`, that declare each name."""
        declared: dict[str, list[Node]] = {}
        for statement in self.source.root.named_children:
            inner = statement
            while inner.type in ("export_statement", "ambient_declaration"):
                following = inner.child_by_field_name("declaration")
                following = following or next(iter(inner.named_children), None)
                if following is None:
                    break
                inner = following
            for name in _names_of(inner):
                declared.setdefault(name, []).append(inner)
        return declared

    @property
    def is_module(self) -> bool:
        """Whether it imports or exports anything."""
        kinds = {node.type for node in self.source.root.named_children}
        return bool(kinds & {"import_statement", "export_statement"})

    @property
    def is_empty(self) -> bool:
        """Whether it has comments at most."""
        return all(node.type == "comment" for node in self.source.root.named_children)

    @cached_property
    def directives(self) -> tuple[str, ...]:
        """What is said of all of it in strings at its top, as "use client"."""
        found = []
        for node in self.source.root.named_children:
            if node.type == "expression_statement" and node.named_children[0].type == "string":
                found.append(text_of(node.named_children[0])[1:-1])
            elif node.type != "comment":
                break
        return tuple(found)

    def refuse_common(self) -> None:
        """Refuse a module of Node's older kind, whose exports are an object.

        Raises:
            EditRefused: with the line.
        """
        for name in _COMMON:
            for node in self.source.nodes_named([name], ["identifier"]):
                raise EditRefused(
                    f"line {line_of(node)} of {self.path} uses '{name}': definitions are moved between modules that `import` "
                    "and `export`"
                )
        for node in self.source.root.named_children:
            is_assigned = any(child.type == "=" for child in node.children)
            is_required = any(
                child.type == "import_require_clause" for child in node.named_children
            )
            if (node.type == "export_statement" and is_assigned) or is_required:
                raise EditRefused(
                    f"line {line_of(node)} of {self.path} exports or requires an object as a whole, which is not followed"
                )

    def acting(self) -> Iterator[Node]:
        """Yield the statements that are there for what they do when the module is loaded."""
        directives = len(self.directives)
        for node in self.source.root.named_children:
            is_text = (
                node.type == "expression_statement" and node.named_children[0].type == "string"
            )
            if is_text and directives:
                directives -= 1
            elif node.type not in _PURE:
                yield node


def path_in(statement: Node) -> str:
    """Return the path of the module that a statement names, "" if it names none."""
    source = statement.child_by_field_name("source")
    return text_of(source)[1:-1] if source is not None else ""


def is_of_types(statement: Node) -> bool:
    """Return whether all that a statement takes or gives are types."""
    return any(child.type == "type" for child in statement.children)


def _imported(statement: Node) -> Iterator[Passed]:
    written, is_type = path_in(statement), is_of_types(statement)
    for clause in statement.named_children:
        for child in clause.named_children if clause.type == "import_clause" else ():
            if child.type == "identifier":
                yield Passed(DEFAULT, text_of(child), written, statement, child, is_type)
            elif child.type == "namespace_import":
                local = text_of(child.named_children[0])
                yield Passed(ALL, local, written, statement, child, is_type)
            elif child.type == "named_imports":
                yield from _listed(child, written, statement)


def _exported(statement: Node) -> Iterator[Passed]:
    written, is_type = path_in(statement), is_of_types(statement)
    declaration = statement.child_by_field_name("declaration")
    value = statement.child_by_field_name("value")
    if any(child.type == "default" for child in statement.children):
        name = declaration.child_by_field_name("name") if declaration is not None else value
        is_name = name is not None and name.type in ("identifier", "type_identifier")
        yield Passed(text_of(name) if is_name else "", DEFAULT, "", statement, statement)
        return
    for own in _names_of(declaration) if declaration is not None else ():
        yield Passed(own, own, "", statement, statement)
    for child in statement.named_children:
        if child.type == "export_clause":
            yield from _listed(child, written, statement)
        elif child.type == "namespace_export":
            yield Passed(ALL, _plain(child.named_children[0]), written, statement, child, is_type)
    if written and any(child.type == "*" for child in statement.children):
        yield Passed(ALL, "", written, statement, statement, is_type)


def _listed(clause: Node, written: str, statement: Node) -> Iterator[Passed]:
    for child in clause.named_children:
        name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
        if name is not None:
            is_type = is_of_types(statement) or is_of_types(child)
            as_name = _plain(alias if alias is not None else name)
            yield Passed(_plain(name), as_name, written, statement, child, is_type)


def _plain(node: Node) -> str:
    """A name as it is, or written as a string."""
    return text_of(node).strip("'\"")


def _is_erased(statement: Node) -> bool:
    """Whether a statement is only there for types."""
    if is_of_types(statement):
        return True
    passed = [*_imported(statement), *_exported(statement)]
    return bool(passed) and all(each.is_type for each in passed)


def _names_of(declaration: Node) -> Iterator[str]:
    if declaration.type not in _DECLARATIONS:
        name = declaration.child_by_field_name("name")
        if name is not None and not declaration.type.endswith(("expression", "statement")):
            yield text_of(name)
        return
    for declarator in declaration.named_children:
        pattern = declarator.child_by_field_name("name")
        if pattern is not None:
            yield from _bound_by(pattern)


def _bound_by(pattern: Node) -> Iterator[str]:
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(pattern)
        return
    inner = pattern.child_by_field_name("value") or pattern.child_by_field_name("left")
    for child in [inner] if inner is not None else pattern.named_children:
        yield from _bound_by(child)
