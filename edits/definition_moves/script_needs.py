"""What a definition of JavaScript or TypeScript needs in another module: imports, and names of the module that it is in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.definition_moves import script_paths
from specedit.edits.definition_moves.script_module import ALL, ScriptModule
from specedit.edits.definition_moves.script_origins import Origin, ScriptModules
from specedit.edits.definition_moves.script_statements import Wanted
from specedit.edits.operations._evaluation import is_set
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_ELEMENTS = ("jsx_element", "jsx_self_closing_element", "jsx_fragment")
_OF_THE_MODULE = words("require module exports __dirname __filename eval")
_TYPES = frozenset(["interface", "type"])
_RELATIVE = re.compile(r"\.\.?(/|$)")
_REACT = "React"
_PRAGMA = re.compile(r"@jsx\w*\s+\S+")


@dataclass(frozen=True, slots=True)
class Needs:
    """What the new module is to have for a definition.

    `names` are those of the old module that are used, with what each is; `wanted` are what the new one has to import of
    them, `exported` those that the old one has to export for that; `own` are declared by the new one; `globals` are the
    language's.
    """

    names: dict[str, Origin]
    wanted: tuple[Wanted, ...]
    exported: tuple[str, ...]
    own: tuple[str, ...]
    globals: frozenset[str]


class ScriptNeeds:
    """Finds out what the definition `outer` of the module `old`, called `name`, needs in `new`."""

    def __init__(
        self, name: str, outer: Node, old: ScriptModule, new: ScriptModule, modules: ScriptModules
    ) -> None:
        self._name, self._outer, self._old, self._new = name, outer, old, new
        self._modules = modules
        self._symbols = modules.workspace.symbols(old.path)
        self._nodes = [*walk(outer)]

    def find(self) -> Needs:
        """Return the needs.

        Raises:
            EditRefused: a name means something else there, or cannot be had there.
        """
        self._refuse_bound_here()
        self._refuse_taken()
        used = dict(self._used())
        known = frozenset(name for name, symbol in used.items() if symbol is None)
        if self._has_elements() and self._modules.of_name(self._old.path, _REACT) is not None:
            used.setdefault(_REACT, None)  # what they are made by
        for name in known:
            if self._bound_in_new(name):
                raise self._another(name)
        names: dict[str, Origin] = {}
        wanted, exported, own = list[Wanted](), list[str](), list[str]()
        order = [each.as_name for each in self._old.imports]
        for name in sorted(
            used.keys() - known, key=lambda n: (n not in order, [*order, n].index(n))
        ):
            origin = self._modules.of_name(self._old.path, name)
            if origin is None or (not origin.module and not origin.foreign):
                raise EditRefused(
                    f"'{name}', which '{self._name}' uses, cannot be followed to where it comes from"
                )
            names[name] = origin
            if origin.module == self._new.path:
                self._refuse_unlike_own(name, origin)
                own.append(name)
            elif not self._is_there(name, origin):
                wanted.append(self._wanted(name, used[name]))
                exported += self._hidden(name)
        return Needs(names, tuple(wanted), tuple(exported), tuple(own), known)

    def _refuse_bound_here(self) -> None:
        for node in self._nodes:
            text = text_of(node)
            if node.type == "identifier" and text in _OF_THE_MODULE:
                self._refuse(node, f"uses '{text}'")
            if node.type == "meta_property" and text == "import.meta":
                self._refuse(node, "uses 'import.meta'")
            if node.type == "decorator":
                self._refuse(node, "decorates it, which may note where it stands")
            is_elsewhere = self._old.path.rpartition("/")[0] != self._new.path.rpartition("/")[0]
            if node.type == "string_fragment" and is_elsewhere and _RELATIVE.match(text):
                self._refuse(node, f"has the path '{text}'")

    def _refuse_taken(self) -> None:
        """Refuse a new module in which the definition's own name is something else."""
        there = self._modules.of_name(self._new.path, self._name)
        is_it = there == Origin(self._old.path, self._name)
        exported = [e for e in self._new.exports if e.as_name == self._name and not e.written]
        if (there is not None and not is_it) or exported:
            raise EditRefused(f"{self._new.path} has another '{self._name}'")
        if there is None and self._is_language_own(self._name):
            raise EditRefused(f"'{self._name}' is the language's own in {self._new.path}")

    def _is_language_own(self, name: str) -> bool:
        """Whether the new module uses a name that nothing in it gives a meaning to."""
        occurrences = self._modules.workspace.symbols(self._new.path).names(name).occurrences
        return any(o.symbol is None and o.place.role == "name" for o in occurrences)

    def _refuse(self, node: Node, reason: str) -> None:
        raise EditRefused(
            f"line {line_of(node)} of {self._old.path} {reason}, which a move would change"
        )

    def _has_elements(self) -> bool:
        if not any(node.type in _ELEMENTS for node in self._nodes):
            return False
        pragmas = ({*_PRAGMA.findall(each.source.text)} for each in (self._old, self._new))
        if next(pragmas) != next(pragmas) and not self._new.is_empty:
            raise EditRefused(
                f"{self._old.path} and {self._new.path} make different things of elements"
            )
        return True

    def _used(self) -> Iterator[tuple[str, Symbol | None]]:
        """Yield the names that it takes from its module, or from the language: those without a symbol."""
        kinds = self._symbols.source.language.names
        for name in dict.fromkeys(text_of(node) for node in self._nodes if node.type in kinds):
            if name == self._name:
                continue
            for occurrence in self._symbols.names(name).occurrences:
                if self._is_inside(occurrence.place.start) and occurrence.place.role == "name":
                    if occurrence.symbol is None:
                        yield name, None
                    elif self._is_of_module(occurrence.symbol):
                        self._refuse_set(name, occurrence)
                        yield name, occurrence.symbol

    def _is_inside(self, byte: int) -> bool:
        return self._outer.start_byte <= byte < self._outer.end_byte

    def _is_of_module(self, symbol: Symbol) -> bool:
        return (
            not symbol.is_local
            and not symbol.owners
            and not any(self._is_inside(place.start) for place in symbol.declarations)
        )

    def _refuse_set(self, name: str, occurrence: Occurrence) -> None:
        if is_set(occurrence):
            raise EditRefused(
                f"line {line_of(occurrence.place.node)} of {self._old.path} assigns to '{name}' of its module, which another "
                "module cannot"
            )

    def _another(self, name: str) -> EditRefused:
        return EditRefused(f"'{name}' is another thing in {self._new.path}: '{self._name}' uses it")

    def _bound_in_new(self, name: str) -> bool:
        return self._modules.of_name(self._new.path, name) is not None

    def _refuse_unlike_own(self, name: str, origin: Origin) -> None:
        """Refuse what the new module has itself, and which has another name there, or is all of it."""
        if origin.name != name:
            what = "an object" if origin.name == ALL else f"'{origin.name}'"
            raise EditRefused(
                f"'{self._name}' uses {self._new.path} by '{name}', which is {what} there: write it so first"
            )

    def _is_there(self, name: str, origin: Origin) -> bool:
        """Whether the new module has the same by that name.

        Raises:
            EditRefused: it has something else, or the language's own.
        """
        there = self._modules.of_name(self._new.path, name)
        if there is not None:
            if there != origin:
                raise self._another(name)
            return True
        if self._is_language_own(name):
            raise EditRefused(
                f"'{name}' is the language's own in {self._new.path}: '{self._name}' uses another one"
            )
        return False

    def _wanted(self, name: str, symbol: Symbol | None) -> Wanted:
        """How the new module imports a name that the old one has."""
        for each in self._old.imports:
            if each.as_name == name:
                written, found = each.written, self._modules.find(each.written, self._old.path)
                if found == "":
                    raise EditRefused(f"what '{written}' in {self._old.path} means cannot be told")
                if found and written.startswith("."):
                    written = self._again(written, found)
                return Wanted(each.name, name, written, each.is_type)
        path = script_paths.new(self._new.path, self._old.path, [self._old.path], self._modules)
        given = self._given(name)
        is_type = symbol is not None and {*symbol.kinds} <= _TYPES
        return Wanted(given or name, name, path, is_type)

    def _again(self, written: str, found: str) -> str:
        """The path of a module that the old one writes so, as the new one is to write it."""
        if self._old.path.rpartition("/")[0] == self._new.path.rpartition("/")[0]:
            return written
        return script_paths.beside_as(written, self._old.path, self._new.path, found, self._modules)

    def _given(self, name: str) -> str:
        """What the old module exports something of its own by, "" if it does not."""
        names = [e.as_name for e in self._old.exports if not e.written and e.name == name]
        return name if name in names else next(iter(names), "")

    def _hidden(self, name: str) -> Sequence[str]:
        """The name, if the old module declares it and does not export it."""
        is_own = not any(each.as_name == name for each in self._old.imports)
        return [name] if is_own and not self._given(name) else []
