"""What the files of a workspace take from each other, and what a name of a module comes from."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar, Self

from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.nodes import enclosing
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.model import Changed
from specedit.edits.workspace.module_names import Import, Name
from specedit.edits.workspace.workspace import Workspace


class Modules(ABC):
    """The modules of a workspace, in one language: a subclass says how they are written, and how they find each other.

    `holders` are what a declaration stands in that is not the module's own, as functions; `has_keywords`: whether a call
    names its parameters; `binds_all`: whether an import of everything binds the names here.
    """

    holders: ClassVar[Collection[str]]
    has_keywords = True
    binds_all = True

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._top_level: dict[str, frozenset[str]] = {}
        self._origins: dict[Name, Name | None] = {}
        self._taken: dict[str, dict[str, list[Import]]] = {}

    @abstractmethod
    def read_imports(self, path: str) -> Iterable[Import]:
        """Yield what a file takes from others of the workspace."""

    @abstractmethod
    def submodule(self, module: str, name: str) -> str | None:
        """Return the file of the module that is called `name` below another, if there is one."""

    @abstractmethod
    def references(self, source: Source, names: frozenset[str]) -> Iterable[Node]:
        """Yield where one of these names stands as a name, and not as a member or a keyword."""

    def quoted(self, source: Source, names: frozenset[str]) -> Iterable[tuple[int, int]]:
        """Yield the byte ranges of these names in strings that are read as code."""
        return ()

    @abstractmethod
    def access(self, node: Node) -> tuple[Node, Node] | None:
        """Return the object and the member's name of a member access, None for other nodes."""

    @abstractmethod
    def blank(self, statement: Node) -> bytes | None:
        """Return what does nothing, as long and of as many lines as an import; None where more than that is done."""

    @abstractmethod
    def declare_unknown(self, name: bytes) -> bytes:
        """Return a line that declares a name of which nothing is known."""

    @staticmethod
    def is_required(symbol: Symbol) -> bool:
        """Return whether a symbol is a variable that holds what another module gives."""
        return False

    @abstractmethod
    def find(self, written: str, path: str) -> str | None:
        """Return the file that a string in a file names as a module, if it does."""

    @abstractmethod
    def twin(self, path: str) -> str | None:
        """Return the file that declares the same as another: a stub, or what a stub is of."""

    def is_lazy(self, path: str) -> bool:
        """Return whether a module looks up names of its own when it is asked for them."""
        return False

    def brings(self, module: str, name: str, new: str = "") -> bool:
        """Return whether an import of everything of a module may take a name of it; `new`: what it is to be called."""
        return True

    def has_foreign_star(self, path: str) -> bool:
        """Return whether a file imports everything of a module that is not of the workspace."""
        return False

    def is_built_in(self, name: str) -> bool:
        """Return whether the language itself has a name."""
        return False

    def is_in_namespace(self, symbol: Symbol) -> bool:
        """Return whether a symbol that is not a module's own can be had from it all the same."""
        return False

    def injected(self, symbol: Symbol, home: str, new: str, paths: Iterable[str]) -> Changed:
        """Return what changes where others take a symbol by its name without naming where it comes from.

        Raises:
            EditRefused: with the first such place where that is not evident.
        """
        return {}

    def refuse_ambiguous(self, path: str, home: str) -> None:
        """Refuse a file that may have its imports from a module, or from others.

        Raises:
            AmbiguousPlace: with the first such import.
        """
        return

    def written(self, node: Node, name: bytes) -> bytes:
        """Return what is to stand at a node so that it means `name`."""
        return name

    def language(self, paths: Iterable[str]) -> Language:
        """Return the language that files are read in together: that of the first one."""
        return self.workspace.source(next(iter(paths))).language

    def renewed(self, workspace: Workspace, changed: Collection[str]) -> tuple[Self, bool]:
        """Return the modules of the workspace as it is after files have `changed`, and whether names come from where they did."""
        new = type(self)(workspace)
        is_same = workspace.paths == self.workspace.paths and workspace.has_settings_of(
            self.workspace
        )
        new._top_level = {p: names for p, names in self._top_level.items() if p not in changed}
        if not is_same:
            return new, False
        new._imports = {p: imports for p, imports in self._imports.items() if p not in changed}
        new._taken = {p: imports for p, imports in self._taken.items() if p not in changed}
        if any(self._gives(path) != new._gives(path) for path in changed if path in self._known()):
            return new, False
        new._origins = self._origins
        return new, True

    def _known(self) -> Collection[str]:
        """The files that were asked for what they take or declare."""
        return self._imports.keys() | self._top_level.keys()

    def _gives(self, path: str) -> tuple[object, ...]:
        """What other modules may find in a file: the names that it declares and takes, and from where."""
        taken = ((each.module, each.name, each.local) for each in self.imports(path))
        return (self.top_level(path), *taken)

    def imports(self, path: str) -> Sequence[Import]:
        """Return what a file takes from others of the workspace."""
        if path not in self._imports:
            self._imports[path] = tuple(self.read_imports(path))
        return self._imports[path]

    def top_level(self, path: str) -> frozenset[str]:
        """Return the names that a module's own statements declare, but for imports."""
        if path not in self._top_level:
            self._top_level[path] = frozenset(
                each.name
                for each in self.workspace.source(path).definitions
                if not each.owner and enclosing(each.node, self.holders) is None
            )
        return self._top_level[path]

    def taken(self, path: str, local: str) -> Sequence[Import]:
        """Return what a file takes from others of the workspace and calls by a name, "*" for all that a module exports."""
        if path not in self._taken:
            imports, by_local = self.imports(path), self._taken.setdefault(path, defaultdict(list))
            for each in imports:
                by_local["*" if each.name == "*" else each.local].append(each)
        return self._taken[path].get(local, ())

    def resolve(self, module: str, name: str) -> Name | None:
        """Return where what a module has by a name comes from: the module that declares it, or is it; None if unknown."""
        here = Name(module, name)
        if here not in self._origins:
            self._origins[here] = self._origin(here, frozenset())
        return self._origins[here]

    def _origin(self, here: Name, passed: frozenset[Name]) -> Name | None:
        """Where a name comes from, by ways that do not lead through those that are `passed` already."""
        module, name = here.module, here.name
        if not module or here in passed:
            return None
        if not name or name in self.top_level(module):
            return here
        passed |= {here}
        taken = [Name(each.module, each.name) for each in self.taken(module, name)]
        taken += [Name(each.module, name) for each in self.taken(module, "*")]
        known = next(filter(None, (self._origin(each, passed) for each in taken)), None)
        below = self.submodule(module, name) if known is None else None
        return Name(below, "") if below is not None else known

    def keeps(self, module: str, symbol: Name, passed: frozenset[str] = frozenset()) -> bool:
        """Return whether a module has a symbol by the symbol's own name, also after that is another one."""
        if module == symbol.module:
            return True
        if module in passed or self.resolve(module, symbol.name) != symbol:
            return False
        passed |= {module}
        return any(
            self.keeps(each.module, symbol, passed)
            for each in self.imports(module)
            if each.name == "*" or (each.name == symbol.name and self.is_renamed(module, each))
        )

    def is_renamed(self, path: str, taken: Import) -> bool:
        """Return whether what a file calls an import is another name once the import's is."""
        if taken.node is None or taken.local != taken.name:
            return False
        bound = self.symbol_of(path, taken)
        if bound is None:
            return taken.alias is None
        nodes = {
            node.id
            for each in self.imports(path)
            if each.name == taken.name
            for node in (each.node, each.alias)
            if node is not None
        }
        return all(place.node.id in nodes for place in bound.declarations)

    def symbol_of(self, path: str, taken: Import) -> Symbol | None:
        """Return the symbol that an import makes in its file, None where it is only handed on."""
        bound = taken.alias or taken.node
        occurrences = self.workspace.symbols(path).names(taken.name).occurrences
        return next((o.symbol for o in occurrences if o.place.node == bound), None)

    def meaning(self, path: str, expression: Node) -> Name | None:
        """Return what a name or a chain of accesses in a file means, if it is something of a module of the workspace."""
        access = self.access(expression)
        if access is None:
            return self._named(path, expression)
        through, member = access
        module = self.meaning(path, through)
        if module is None or module.name:
            return None
        return self.resolve(module.module, self.workspace.source(path).code(member))

    def _named(self, path: str, node: Node) -> Name | None:
        """What a name means through an import of its file."""
        source = self.workspace.source(path)
        if node.type not in source.language.names:
            return None
        text = source.code(node)
        taken = self.taken(path, text)
        if not taken:
            return None
        symbol = self.workspace.symbols(path).names(text).visible_at(node, ("value", "type"))
        if symbol is None or {*symbol.kinds} != {"import"}:
            return None
        known = {self.resolve(each.module, each.name) for each in taken}
        return known.pop() if len(known) == 1 else None
