"""Python: the names by which a file has modules that go elsewhere, where it does not import them under its own."""

from collections.abc import Sequence

from specedit.edits.moves.python_imports import Bound, ImportEdits
from specedit.edits.moves.python_places import Parts, PythonPlaces, parts_of
from specedit.edits.moves.rules import Setting
from specedit.edits.operations import rename as in_file
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.syntax.nodes import enclosing, line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.model import Edits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import is_python
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused, NameRefused


class PythonNames:
    """The names of modules in a workspace whose modules go elsewhere."""

    def __init__(self, setting: Setting, modules: PythonModules, places: PythonPlaces) -> None:
        self._setting, self._modules, self._places = setting, modules, places

    def edits_of(self, path: str, imports: ImportEdits) -> Edits:
        """Return what changes in a file, its imports among it.

        A name that an import binds becomes the new one, unless that is taken or another file has it from here: then the
        import gives it the old one.

        Raises:
            EditRefused: a use cannot be followed.
        """
        edits = imports.edits | self._chains(path, imports)
        self._refuse_lost(path, imports, edits)
        symbols = {bound.at: self._symbol(path, bound) for bound in imports.bound}
        renamed = [b for b in imports.bound if self._can_be_renamed(path, b, symbols, imports)]
        while True:
            all_edits = edits | self._written(path, imports.bound, renamed, symbols)
            taken = self._taken(path, renamed, symbols, all_edits)
            if not taken:
                return all_edits
            renamed = [bound for bound in renamed if symbols[bound.at] not in taken]

    def _chains(self, path: str, imports: ImportEdits) -> Edits:
        """The edits of `a.b` where that is a module that is reached from one around it."""
        workspace, image = self._setting.workspace, self._setting.moves.image
        stems = {
            parts_of(each)[-1] for each in (*self._setting.moves.requested, *self._moved()) if each
        }
        edits = Edits()
        for stem in stems:
            for node in workspace.source(path).nodes_with(stem):
                access = self._modules.access(node)
                if access is None or text_of(access[1]) != stem:
                    continue
                module = self._modules.meaning(path, node)
                around = self._modules.meaning(path, access[0])
                if module is None or around is None or module.name or around.name:
                    continue
                old, new = parts_of(module.module), parts_of(image(module.module))
                if new == old:
                    continue
                at, text = self._access(
                    path, node, access, imports, parts_of(image(around.module)), new
                )
                if text != workspace.source(path).data[at[0] : at[1]].decode():
                    edits[at] = text
        return edits

    def _moved(self) -> list[str]:
        """The files that get another last name, or another folder than those around them."""
        folders = [
            old for old in self._setting.moves.requested if old not in self._setting.moves.files
        ]
        return [
            path
            for path in self._setting.moves.files
            if not any(path.startswith(f"{folder}/") for folder in folders)
        ]

    def _access(
        self,
        path: str,
        node: Node,
        access: tuple[Node, Node],
        imports: ImportEdits,
        around: Parts,
        new: Parts,
    ) -> tuple[tuple[int, int], str]:
        """Which bytes become what, so that an access means the module in its new place."""
        member = access[1]
        if new[: len(around)] == around and len(new) > len(around):
            return (member.start_byte, member.end_byte), ".".join(new[len(around) :])
        whole = "".join(text_of(node).split())
        if whole in imports.whole:
            return (node.start_byte, node.end_byte), imports.whole[whole]
        raise EditRefused(
            f"line {line_of(node)} of {path} reaches {whole} through a package that it is no longer in; import it there by "
            "its name first"
        )

    def _refuse_lost(self, path: str, imports: ImportEdits, edits: Edits) -> None:
        """Refuse a file that uses the first name of `import a.b` for more than what goes elsewhere, if nothing else binds it."""
        symbols = self._setting.workspace.symbols(path)
        for statement in imports.heads:
            for dotted, new in imports.whole.items():
                head, new_head = dotted.partition(".")[0], new.partition(".")[0]
                if head == new_head:
                    continue
                occurrences = symbols.names(head).occurrences
                bound = {o.symbol for o in occurrences if _is_in(o.place.node, statement)} - {None}
                for each in occurrences:
                    is_covered = any(
                        start <= each.place.start < end for start, end in edits
                    ) or any(_is_in(each.place.node, other) for other in imports.heads)
                    if each.symbol in bound and not is_covered and not self._is_kept(each, imports):
                        raise EditRefused(
                            f"line {line_of(each.place.node)} of {path} has '{head}' from 'import {dotted}', which goes "
                            f"elsewhere: write 'import {head}' first"
                        )
                if any({*s.kinds} != {"import"} for s in symbols.names(new_head).symbols):
                    raise EditRefused(f"{path} has another '{new_head}', and would import {new}")

    def _is_kept(self, occurrence: Occurrence, imports: ImportEdits) -> bool:
        """Whether another import binds the same name, and stays."""
        assert occurrence.symbol is not None
        return any(
            not any(_is_in(place.node, statement) for statement in imports.heads)
            for place in occurrence.symbol.declarations
        )

    def _symbol(self, path: str, bound: Bound) -> Symbol | None:
        occurrences = self._setting.workspace.symbols(path).names(bound.old).occurrences
        return next((o.symbol for o in occurrences if _is_in(o.place.node, bound.node)), None)

    def _can_be_renamed(
        self,
        path: str,
        bound: Bound,
        symbols: dict[tuple[int, int], Symbol | None],
        imports: ImportEdits,
    ) -> bool:
        """Whether a name is the file's own, and nothing else than what the imports that change bind."""
        symbol = symbols[bound.at]
        language = self._setting.workspace.source(path).language
        holder = enclosing(bound.node, (*language.scopes, "class_definition"))
        is_member = holder is not None and holder.type == "class_definition"
        if symbol is None or is_member or not language.is_name(bound.new):
            return False
        own = [b for b in imports.bound if symbols[b.at] == symbol]
        is_own = all(any(_is_in(place.node, b.node) for b in own) for place in symbol.declarations)
        return (
            is_own
            and {b.new for b in own} == {bound.new}
            and (symbol.is_local or not self._is_taken_from(path, bound))
        )

    def _is_taken_from(self, path: str, bound: Bound) -> bool:
        """Whether another file has the name from this one, and does not have it as a module below this package."""
        workspace = self._setting.workspace
        is_below = parts_of(path) == self._package_of(path, bound)
        for other in workspace.mentioning(bound.old):
            if other == path or not is_python(other):
                continue
            for taken in self._modules.imports(other):
                if taken.module == path and (
                    taken.name == "*" or (taken.name == bound.old and not is_below)
                ):
                    return True
            if not is_below and self._is_reached(other, path, bound.old):
                return True
        return False

    def _package_of(self, path: str, bound: Bound) -> Parts | None:
        """The package that the module of a name is right below, before and afterwards."""
        module = self._modules.resolve(path, bound.old)
        if module is None or module.name:
            return None
        old, new = parts_of(module.module), self._places.image(parts_of(module.module))
        return old[:-1] if self._places.image(old[:-1]) == new[:-1] else None

    def _is_reached(self, other: str, path: str, name: str) -> bool:
        """Whether a file has a name as a member of the module that another one is."""
        for node in self._setting.workspace.source(other).nodes_with(name):
            access = self._modules.access(node)
            if access is None or text_of(access[1]) != name:
                continue
            if self._modules.meaning(other, access[0]) == Name(path, ""):
                return True
        return False

    def _written(
        self,
        path: str,
        bound: Sequence[Bound],
        renamed: Sequence[Bound],
        symbols: dict[tuple[int, int], Symbol | None],
    ) -> Edits:
        edits = Edits()
        for each in renamed:
            edits |= self._uses(path, each, symbols[each.at])
        for each in bound:
            if each not in renamed and not each.can_alias:
                raise EditRefused(
                    f"{path} cannot call '{each.old}' '{each.new}': it has another meaning there"
                )
            edits[each.at] = each.written if each in renamed else f"{each.written} as {each.old}"
        return edits

    def _uses(self, path: str, bound: Bound, symbol: Symbol | None) -> Edits:
        """The edits of all places of a name."""
        occurrences = self._setting.workspace.symbols(path).names(bound.old).occurrences
        targets = [
            o for o in occurrences if o.symbol == symbol and not _is_in(o.place.node, bound.node)
        ]
        return in_file.edits_of(targets, Request(bound.old, bound.new))

    def _taken(
        self,
        path: str,
        renamed: Sequence[Bound],
        symbols: dict[tuple[int, int], Symbol | None],
        edits: Edits,
    ) -> set[Symbol | None]:
        """The symbols whose new name means something else in the file, or cannot be written."""
        if not renamed:
            return set()
        result, taken = self._setting.workspace.symbols(path).with_edits(edits), set()
        for bound in renamed:
            try:
                own = self._uses(path, bound, symbols[bound.at])
                own |= {b.at: b.written for b in renamed if symbols[b.at] == symbols[bound.at]}
                if check_free(bound.old, bound.new, own, edits, result):
                    taken.add(symbols[bound.at])
            except NameRefused:
                taken.add(symbols[bound.at])
        return taken


def _is_in(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte < outer.end_byte
