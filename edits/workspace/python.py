"""Python: which file an import means.

After the language reference, 5 "The import system": a dotted name is looked for below the folders of the path. Which
these are a workspace does not say; taken are the folder above a file's outermost package, the root and its `src`, then
the folders above other packages. A package may also have parts that lie elsewhere: a link makes one, or `package-dir`.
"""

import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.nodes import enclosing, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace import python_fixtures, python_strings
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.model import Changed
from specedit.edits.workspace.module_names import Import
from specedit.edits.workspace.python_mapping import PythonMapping
from specedit.engine.errors import AmbiguousPlace

_STATEMENTS = ("import_statement", "import_from_statement")
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_HOLDERS = ("function_definition", "class_definition", "lambda")


class PythonModules(Modules):
    """The modules of Python."""

    holders = _HOLDERS

    def read_imports(self, path: str) -> Iterator[Import]:
        """Yield what a file takes from others of the workspace."""
        for statement in self.workspace.source(path).nodes_of(_STATEMENTS):
            if statement.type == "import_statement":
                yield from self._whole(statement, path)
            elif statement.type == "import_from_statement":
                yield from self._parts(statement, path)

    def _whole(self, statement: Node, path: str) -> Iterator[Import]:
        for child in statement.named_children:
            alias = text_of(child.child_by_field_name("alias"))
            dotted = text_of(child.child_by_field_name("name") or child)
            taken = dotted if alias else dotted.partition(".")[0]
            if choices := self.choices(taken, path):
                module = choices[0] if len(choices) == 1 else ""
                yield Import(module, "", alias or taken, None, statement, choices=choices)

    def _parts(self, statement: Node, path: str) -> Iterator[Import]:
        named = statement.child_by_field_name("module_name")
        dotted = text_of(named)
        choices = (
            self.choices(dotted, path)
            if named is not None and named.type != "relative_import"
            else self._relative(dotted, path)
        )
        if not choices:
            return
        module = choices[0] if len(choices) == 1 else ""
        if any(child.type == "wildcard_import" for child in statement.named_children):
            yield Import(module, "*", "", None, statement, choices=choices)
        for child in statement.children_by_field_name("name"):
            name = child.child_by_field_name("name") or child
            alias = child.child_by_field_name("alias")
            node, local = name.named_children[0], text_of(alias) or text_of(name)
            yield Import(module, text_of(name), local, node, statement, alias, choices)

    def find(self, written: str, path: str) -> str | None:
        """Return the file that a string names as a module, if it does."""
        if not _DOTTED.fullmatch(written):
            return None
        choices = self.choices(written, path)
        return choices[0] if len(choices) == 1 else None

    def twin(self, path: str) -> str | None:
        """Return the stub of a module, or the module of a stub."""
        other = path.removesuffix("i") if path.endswith(".pyi") else f"{path}i"
        return other if other in self.workspace.files else None

    def is_lazy(self, path: str) -> bool:
        """Return whether a module looks up names of its own when it is asked for them."""
        return "__getattr__" in self.top_level(path)

    def brings(self, module: str, name: str, new: str = "") -> bool:
        """Return whether an import of everything of a module may take a name of it; `new`: what it is to be called.

        What `__all__` lists, or else what begins with no underscore (the language reference, 7.11).
        """
        is_listed = python_strings.listed(self.workspace.source(module))
        return not (new or name).startswith("_") if is_listed is None else is_listed(name)

    def has_foreign_star(self, path: str) -> bool:
        """Return whether a file imports everything of a module that is not of the workspace."""
        known = {each.statement.id for each in self.imports(path) if each.name == "*"}
        stars = self.workspace.source(path).nodes_of(["wildcard_import"])
        return any(star.parent is not None and star.parent.id not in known for star in stars)

    def is_built_in(self, name: str) -> bool:
        """Return whether Python itself has a name."""
        return hasattr(builtins, name)

    def injected(self, symbol: Symbol, home: str, new: str, paths: Iterable[str]) -> Changed:
        """Return what changes where tests take a fixture as a parameter of its name.

        Raises:
            EditRefused: with the first place where it is not evident which fixture it is.
        """
        return python_fixtures.taken(symbol, home, new, paths, self.workspace)

    def refuse_ambiguous(self, path: str, home: str) -> None:
        """Refuse a file that may have its imports from a module, or from others.

        Raises:
            AmbiguousPlace: with the first such import.
        """
        for each in self.imports(path):
            known = [module for module in each.choices if module in self.workspace.files]
            if len(each.choices) > 1 and any(self._leads(c, each, home) for c in known):
                line = each.statement.start_point[0] + 1
                raise AmbiguousPlace(
                    f"line {line} of {path} imports from what may be {' or '.join(each.choices)}; "
                    "give --root, so that only one of them is in the workspace",
                    [line],
                )

    def _leads(self, module: str, taken: Import, home: str) -> bool:
        """Whether `home` is had by an import that means `module`: is it, stands below it, or has what is taken."""
        names = self.top_level(home) if taken.name in ("", "*") else (taken.name,)
        origins = (self.resolve(module, name) for name in names)
        reached = {module, *(origin.module for origin in origins if origin is not None)}
        folders = (each.rpartition("/") for each in reached)
        return home in reached or any(
            file.startswith("__init__.") and home.startswith(f"{folder}/")
            for folder, _, file in folders
        )

    def choices(self, dotted: str, path: str) -> tuple[str, ...]:
        """Return the file of a module, several where the workspace has more of its name and nothing tells which is meant."""
        first = [self.top(path), *self.mapping.roots, "", "src"]
        return self._mapped(dotted) or self._choices(dotted, first) or self._elsewhere(dotted)

    @cached_property
    def mapping(self) -> PythonMapping:
        """What the project's settings say of its packages."""
        return PythonMapping(self.workspace)

    def _mapped(self, dotted: str) -> tuple[str, ...]:
        """The file of a module that the settings have elsewhere."""
        places = (place.rpartition("/") for place in self.mapping.places(dotted))
        files = (self._below(folder, name) for folder, _, name in places)
        return tuple(filter(None, files))[:1]

    def submodule(self, module: str, name: str) -> str | None:
        """Return the file of the module that is called `name` below a package, if there is one."""
        folder, _, file = module.rpartition("/")
        if not file.startswith("__init__."):
            return None
        if (below := self._below(folder, name)) is not None:
            return below
        dotted = folder.removeprefix(self.top(module)).strip("/").replace("/", ".")
        full = f"{self.mapping.name_of(folder) or dotted}.{name}"
        elsewhere = self._mapped(full) or self._elsewhere(full) if full[0] != "." else ()
        return elsewhere[0] if len(elsewhere) == 1 else None

    def _relative(self, dotted: str, path: str) -> tuple[str, ...]:
        name = dotted.lstrip(".")
        parts = path.split("/")[: -(len(dotted) - len(name))]
        module = self._below("/".join(parts), name)
        return () if module is None else (module,)

    def _choices(self, dotted: str, first: Sequence[str]) -> tuple[str, ...]:
        """The file of a module in the first of some folders that has it, else those in the others."""
        for folder in dict.fromkeys(first):
            if (module := self._below(folder, dotted)) is not None:
                return (module,)
        others = {module for top in self._tops if (module := self._below(top, dotted))}
        return tuple(sorted(others))

    def _elsewhere(self, dotted: str) -> tuple[str, ...]:
        """The file of a module whose package's folder is not above it, and who else may be meant if the package is not ours."""
        package, _, rest = dotted.partition(".")
        if not rest or package in sys.stdlib_module_names:
            return ()
        choices = self._choices(rest, ["", "src"])
        is_ours = package == self.mapping.project or bool(self._choices(package, ["", "src"]))
        return choices if is_ours or not choices else (*choices, f"an installed {package}")

    def _below(self, folder: str, dotted: str) -> str | None:
        """The file of a module below a folder, of the folder itself for ""; a package without one has an empty one."""
        path = "/".join(filter(None, [folder, *dotted.split(".")]))
        files = [f"{path}/__init__.py", f"{path}/__init__.pyi"]
        if dotted:
            files = [f"{path}.py", *files, f"{path}.pyi"]
        known = [file for file in files if file in self.workspace.known]
        if known or path not in self.workspace.known:
            return known[0] if known else None
        return f"{path}/__init__.py"

    def top(self, path: str) -> str:
        """Return the folder above the outermost package that a file is in."""
        folder = path.rpartition("/")[0]
        while folder and f"{folder}/__init__.py" in self.workspace.known:
            folder = folder.rpartition("/")[0]
        return folder

    @cached_property
    def _tops(self) -> tuple[str, ...]:
        return tuple(sorted({self.top(path) for path in self.workspace.paths}))

    def references(self, source: Source, names: frozenset[str]) -> Iterator[Node]:
        """Yield where one of these names stands as a name, and not as a member or a keyword."""
        for node in source.nodes_named(names, ["identifier"]):
            parent = node.parent
            role = (parent.type if parent is not None else "", field_of(node))
            is_member = role in (("attribute", "attribute"), ("keyword_argument", "name"))
            if is_member or enclosing(node, _STATEMENTS) is not None:
                continue
            if role[1] in ("name", "left") and parent is not None and _is_in_class(parent):
                continue  # a member, where it is declared
            yield node

    def quoted(self, source: Source, names: frozenset[str]) -> Iterator[tuple[int, int]]:
        """Yield the byte ranges of these names in annotations that are strings."""
        return python_strings.annotated(source, names)

    def access(self, node: Node) -> tuple[Node, Node] | None:
        """Return the object and the member's name of a member access, None for other nodes."""
        if node.type != "attribute":
            return None
        through, member = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        return (through, member) if through is not None and member is not None else None

    def blank(self, statement: Node) -> bytes | None:
        """Return what does nothing, as long and of as many lines as an import."""
        rest = (statement.text or b"")[len("pass") :]
        return b"pass" + bytes(byte if byte == ord("\n") else ord(" ") for byte in rest)

    def declare_unknown(self, name: bytes) -> bytes:
        """Return a line that declares a name of which nothing is known."""
        return name + b" = " + name + b"_value\n"


def _is_in_class(node: Node) -> bool:
    if node.type not in ("function_definition", "class_definition", "assignment"):
        return False
    holder = enclosing(node, _HOLDERS)
    return holder is not None and holder.type == "class_definition"
