"""JavaScript and TypeScript: which file an import means.

After ECMA-262, 16.2 "Modules", and how Node and TypeScript look for files: a relative path with or without its suffix, a
folder's `index`, `.js` for what is written as `.ts`, a package of the workspace by its name, and by an alias as `@/` what
one file alone can be. What `require` gives is an object like others: its keys are left.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages.javascript import TSX, TYPESCRIPT
from specedit.edits.syntax.nodes import enclosing, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.module_names import Import
from specedit.edits.workspace.packages import Packages

_SUFFIXES = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_WRITTEN_AS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
# How projects call their own folders, by the settings of a compiler or a bundler that are not read here.
_ALIASES = re.compile(r"[@~#$]\w*/|#|src/")
_REQUIRED = re.compile(r"(await\s+)?(require|import)\(")
_DECLARED = {".d.ts": ".js", ".d.mts": ".mjs", ".d.cts": ".cjs"}
_NAMESPACES = ("internal_module", "module")
_FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "class_body",
    "statement_block",
    "internal_module",
    "interface_body",
    "object_type",
)
_ACCESSES = {
    "member_expression": ("object", "property"),
    "nested_type_identifier": ("module", "name"),
    "nested_identifier": ("object", "property"),
}


class JavaScriptModules(Modules):
    """The modules of JavaScript and TypeScript."""

    holders = _FUNCTIONS
    has_keywords = False
    binds_all = False

    @cached_property
    def _packages(self) -> Packages:
        return Packages(self.workspace)

    def read_imports(self, path: str) -> Iterator[Import]:
        """Yield what a file takes from others of the workspace, and what it exports by clauses."""
        for statement in self.workspace.source(path).root.named_children:
            if statement.type == "import_statement":
                module = self._file(_specifier(statement), path)
                for clause in statement.named_children:
                    if module is not None:
                        yield from _imported(clause, module, statement)
            elif statement.type == "export_statement":
                yield from self._exported(statement, path)

    def _exported(self, statement: Node, path: str) -> Iterator[Import]:
        source = statement.child_by_field_name("source")
        module = self._file(_specifier(statement), path) if source is not None else path
        if module is None:
            return
        for child in statement.named_children:
            if child.type == "export_clause":
                yield from _specified(child, module, statement)
            elif child.type == "namespace_export":
                yield Import(module, "", text_of(child.named_children[0]), None, statement)
        if source is not None and statement.named_children == [source]:
            yield Import(module, "*", "", None, statement)
        if any(child.type == "default" for child in statement.children):
            declared = statement.child_by_field_name("declaration")
            value = statement.child_by_field_name("value")
            name = declared.child_by_field_name("name") if declared is not None else value
            if name is not None and name.type in ("identifier", "type_identifier"):
                yield Import(module, text_of(name), "default", None, statement)

    def find(self, written: str, path: str) -> str | None:
        """Return the file that a string names as a module, if it does."""
        return self._file(written, path)

    def twin(self, path: str) -> str | None:
        """Return the file of JavaScript that one of declarations is for, and the other way round."""
        for declared, plain in _DECLARED.items():
            for here, there in ((declared, plain), (plain, declared)):
                if path.endswith(here):
                    other = path.removesuffix(here) + there
                    if other in self.workspace.files:
                        return other
        return None

    def _file(self, written: str, path: str) -> str | None:
        """The file that is imported, "" if it seems to be one of ours, but which cannot be told."""
        if written.startswith("."):
            whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
            files = files_of(whole) if whole != "." else _indices("")
            file = next((file for file in files if file in self.workspace.files), "")
            is_declared = file.endswith((".d.ts", ".d.mts", ".d.cts"))
            return (self.twin(file) if is_declared else None) or file
        if (paths := self._packages.files(written)) is not None:
            files = [file for path in paths for file in files_of(path)]
            return next((file for file in files if file in self.workspace.files), "")
        mark = _ALIASES.match(written)
        if mark is None and "/" not in written:
            return None
        inside = written[mark.end() :] if mark is not None else written
        ends = tuple(f"/{file}" for file in files_of(inside))
        fit = [file for file in self.workspace.paths if f"/{file}".endswith(ends)]
        if mark is None:  # a package's, unless settings of the compiler make it a path
            return "" if fit else None
        return fit[0] if len(fit) == 1 else ""

    def is_entry(self, path: str) -> bool:
        """Return whether a package of the workspace gives a file to those who install it."""
        return self._packages.is_entry(path)

    def language(self, paths: Iterable[str]) -> Language:
        """Return TypeScript, with elements if any of the files may have them."""
        typed = all(self.workspace.source(path).language == TYPESCRIPT for path in paths)
        return TYPESCRIPT if typed else TSX

    @staticmethod
    def is_required(symbol: Symbol) -> bool:
        """Return whether a symbol is what `require` or `import` gives at run time, or a part of it."""
        for place in symbol.declarations:
            declarator = enclosing(place.node, ("variable_declarator",))
            value = declarator.child_by_field_name("value") if declarator is not None else None
            if not _REQUIRED.match(text_of(value)):
                return False
        return True

    def is_in_namespace(self, symbol: Symbol) -> bool:
        """Return whether a symbol stands in a namespace, of which other files may have it."""
        for place in symbol.declarations:
            block = enclosing(place.node, ("statement_block", "class_body"))
            if block is not None and block.parent is not None and block.parent.type in _NAMESPACES:
                return True
        return False

    def submodule(self, module: str, name: str) -> str | None:
        """Return None: a module has none below it."""
        return None

    def references(self, source: Source, names: frozenset[str]) -> Iterator[Node]:
        """Yield where one of these names stands as a name, and not as a member or a key."""
        for node in source.nodes_named(names, source.language.names):
            parent = node.parent
            access = self.access(parent) if parent is not None else None
            if access is None or access[1] != node:
                yield node

    def access(self, node: Node) -> tuple[Node, Node] | None:
        """Return the object and the member's name of a member access, None for other nodes."""
        fields = _ACCESSES.get(node.type)
        if fields is None:
            return None
        through, member = (node.child_by_field_name(field) for field in fields)
        return (through, member) if through is not None and member is not None else None

    def blank(self, statement: Node) -> bytes | None:
        """Return white space, as long and of as many lines as an import; None where more than that is done."""
        clauses = {
            "export_clause",
            "namespace_export",
            "string",
            "import_clause",
            "import_require_clause",
        }
        if clauses.isdisjoint(child.type for child in statement.named_children):
            return None
        return bytes(byte if byte == ord("\n") else ord(" ") for byte in statement.text or b"")

    def declare_unknown(self, name: bytes) -> bytes:
        """Return a line that declares a name of which nothing is known."""
        return b"let " + name + b" = " + name + b"_value;\n"

    def written(self, node: Node, name: bytes) -> bytes:
        """Return what stands for a name there: a shorthand keeps its key."""
        is_shorthand = node.type.startswith("shorthand_property_identifier")
        return (node.text or b"") + b": " + name if is_shorthand else name


def files_of(path: str) -> list[str]:
    """Return the files that may be meant by a path, of which the first counts that is there."""
    bare, suffix = posixpath.splitext(path)
    files = [path, *(bare + other for other in _WRITTEN_AS.get(suffix, ()))]
    files += [f"{path}{suffix}" for suffix in _SUFFIXES]
    return files + _indices(f"{path}/")


def _indices(folder: str) -> list[str]:
    return [f"{folder}index{suffix}" for suffix in _SUFFIXES]


def _specifier(statement: Node) -> str:
    """The module that an import or an export names."""
    clause = next((c for c in statement.named_children if c.type == "import_require_clause"), None)
    return text_of((clause or statement).child_by_field_name("source"))[1:-1]


def _imported(clause: Node, module: str, statement: Node) -> Iterator[Import]:
    """What the parts of an import clause bring in."""
    if clause.type == "import_require_clause":
        yield Import(module, "", text_of(clause.named_children[0]), None, statement)
    for child in clause.named_children if clause.type == "import_clause" else ():
        if child.type == "identifier":
            yield Import(module, "default", text_of(child), None, statement)
        elif child.type == "namespace_import":
            yield Import(module, "", text_of(child.named_children[0]), None, statement)
        elif child.type == "named_imports":
            yield from _specified(child, module, statement)


def _specified(clause: Node, module: str, statement: Node) -> Iterator[Import]:
    for child in clause.named_children:
        name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
        if name is not None:
            local = text_of(alias) or text_of(name)
            yield Import(module, text_of(name), local, name, statement, alias)
