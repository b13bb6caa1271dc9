"""Go: which names of its packages a file means.

After the language specification, "Packages", and the reference of Go modules: a package is the files of one folder with
one package clause, and is imported by its module's path and its folder. Vendored files are others' and are left alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages.go import LANGUAGE
from specedit.edits.syntax.nodes import field_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace import go_checks
from specedit.edits.workspace.go_packages import GoPackages, Imported
from specedit.edits.workspace.joined import Replaced
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.units import Item, Reference, Units, reference_at
from specedit.edits.workspace.workspace import Workspace

MOST_BYTES = 2_000_000  # of packages that are there only to tell types
_ACCESSES = {"selector_expression": ("operand", "field"), "qualified_type": ("package", "name")}
_FOREIGN = "import "  # begins the unit of a package that the workspace does not have


class GoUnits(Units):
    """The packages of Go."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._packages = GoPackages(workspace)
        self._names: dict[str, frozenset[str]] = {}
        self._is_shadowed: dict[
            tuple[str, str], bool
        ] = {}  # whether a file may declare a name, too

    def language(self) -> Language:
        """Return Go."""
        return LANGUAGE

    def unit_at(self, path: str, node: Node) -> str:
        """Return the package of a file."""
        return self._packages.of_file[path]

    def look_up(self, scope: str, name: str) -> Item | None:
        """Return what a name that stands alone means in a file."""
        own = self._packages.of_file[scope]
        dots = [each.unit for each in self._packages.imports(scope) if each.local == "."]
        for unit in (own, *filter(None, dots)):
            if name in self._declared(unit):
                return Item(unit, name)
        return None

    def _declared(self, unit: str) -> frozenset[str]:
        """The names that a package declares for all of its files."""
        if unit not in self._names:
            paths = self._packages.files[unit]
            self._names[unit] = frozenset(n for path in paths for n in self._declared_in(path))
        return self._names[unit]

    def _declared_in(self, path: str) -> Iterator[str]:
        for declaration in self.workspace.source(path).root.named_children:
            if declaration.type == "function_declaration":
                yield text_of(declaration.child_by_field_name("name"))
            elif declaration.type in ("type_declaration", "const_declaration", "var_declaration"):
                specs = declaration.named_children
                if len(specs) == 1 and specs[0].type == "var_spec_list":
                    specs = specs[0].named_children
                for spec in specs:
                    yield from map(text_of, spec.children_by_field_name("name"))

    def references(self, path: str) -> Iterator[Reference]:
        """Yield the names of a file but for members and the keys of literals, which may be members."""
        imported = {each.local: each for each in self._packages.imports(path)}
        for node in self.workspace.source(path).nodes:
            if node.type in _ACCESSES:
                yield from self._through_package(path, node, imported)
            elif node.type in ("identifier", "type_identifier") and not _is_part(node):
                text = text_of(node)
                if text not in imported or not self._is_package(path, node):
                    yield reference_at(node, node.start_byte, path, self.look_up(path, text))

    def _through_package(
        self, path: str, node: Node, imported: Mapping[str, Imported]
    ) -> Iterator[Reference]:
        through, name = (node.child_by_field_name(field) for field in _ACCESSES[node.type])
        if through is None or name is None:
            return
        taken = imported.get(text_of(through))
        if taken is None or not self._is_package(path, through):
            return
        if taken.unit is not None:
            yield reference_at(name, through.start_byte, path, Item(taken.unit, text_of(name)))
        else:
            package = Item(_FOREIGN + taken.path, taken.local)
            yield reference_at(through, through.start_byte, path, package)

    def _is_package(self, path: str, node: Node) -> bool:
        """Whether the name of an import means it, and no variable of that name."""
        if node.type not in ("identifier", "package_identifier"):
            return False
        name = text_of(node)
        if (path, name) not in self._is_shadowed:
            written = self.workspace.source(path).nodes_with(name)
            alone = (
                each for each in written if each.type == "identifier" and text_of(each) == name
            )
            self._is_shadowed[path, name] = any(field_of(each) != "operand" for each in alone)
        if not self._is_shadowed[path, name]:
            return True
        names = self.workspace.symbols(path).names(name)
        symbol = names.visible_at(node, ("value", "type"))
        return symbol is None or {*symbol.kinds} == {"import"}

    def blanks(self, path: str) -> Replaced:
        """Return the package clause and the imports of a file."""
        root = self.workspace.source(path).root
        return {
            (node.start_byte, node.end_byte): b"\n" * (node.text or b"").count(b"\n")
            for node in root.named_children
            if node.type in ("package_clause", "import_declaration")
        }

    def tail(self, written: Mapping[Item, str]) -> bytes:
        """Return imports of the packages that the workspace does not have."""
        taken = {
            (local, item.unit.removeprefix(_FOREIGN))
            for item, local in written.items()
            if item.unit.startswith(_FOREIGN)
        }
        lines = (f'import {local} "{path}"\n' for local, path in sorted(taken))
        return "".join(lines).encode("utf-8")

    def paths_about(self, home: str, names: Collection[str], *, by_type: bool) -> Sequence[str]:
        """Return the files that may be about what a file declares by one of these names."""
        packages = self._packages
        unit = packages.of_file[home]
        old, *others = names
        paths = [path for path in self.workspace.mentioning(old) if path in packages.of_file]
        for name in others:
            near = packages.files[unit]
            paths += [p for p in self.workspace.mentioning(name) if p in near]
        if by_type:
            paths += self._telling_types({packages.of_file[path] for path in paths})
        return paths

    def _telling_types(self, units: Collection[str]) -> Iterator[str]:
        """The files of packages and of those that they import, as long as these are not too much text."""
        listed, size = sorted(units), 0
        for unit in listed:  # grows
            for path in self._packages.files[unit]:
                size += len(self.workspace.text(path)) if unit not in units else 0
                yield path
                for each in self._packages.imports(path):
                    if each.unit is not None and each.unit not in listed and size < MOST_BYTES:
                        listed.append(each.unit)

    def refuse_declared(self, symbol: Symbol, home: str, new: str, symbols: Symbols) -> None:
        """Refuse what the language or its tools call by its name.

        Raises:
            EditRefused: with the line.
        """
        name = text_of(symbol.declarations[0].node)
        about = {self._packages.of_file.get(path, "") for path in self.workspace.mentioning(name)}
        paths = [path for unit in about - {""} for path in self._packages.files[unit]]
        imported = {each.path for path in paths for each in self._packages.imports(path)}
        go_checks.refuse_called_by_name(symbol, new, imported, symbols)
        if symbol.owners:
            go_checks.refuse_taken_over(symbol, symbols)
        if "method" in symbol.kinds:
            go_checks.refuse_promoted(symbol, symbols)
            go_checks.refuse_in_unnamed(symbol, symbols)
        else:
            go_checks.refuse_converted(symbol, symbols)

    def refuse_new(
        self, home: str, item: Item | None, new: str, changed: Mapping[str, FileEdits]
    ) -> None:
        """Refuse a new name that other packages could not use, or that an import of its package has.

        Raises:
            EditRefused: with the file.
        """
        unit = self._packages.of_file[home]
        if item is not None:
            own = (path for path in self._packages.files[unit])
            go_checks.refuse_name_of_import(own, new, self._packages)
        go_checks.refuse_hidden(unit, new, changed, self._packages, self.workspace)

    def left_in(self, path: str, name: str, changed: FileEdits) -> Iterator[Left]:
        """Yield the places of a name that may be meant, but that are not resolved."""
        return go_checks.left_in(path, name, changed, self._packages, self.workspace)


def _is_part(node: Node) -> bool:
    """Whether a name is looked up in something: a package, or the type of a literal. Or it is a label."""
    parent = node.parent
    if parent is None:
        return True
    role = (parent.type, field_of(node))
    if role in (("qualified_type", "name"), ("keyed_element", "key")):
        return True
    if parent.type == "literal_element" and field_of(parent) == "key":
        return True
    return parent.type == "import_spec"
