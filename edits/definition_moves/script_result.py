"""Whether modules of JavaScript and TypeScript mean after a move what they did before."""

from collections.abc import Collection, Iterator

from specedit.edits.definition_moves import script_order
from specedit.edits.definition_moves.script_followed import Moved
from specedit.edits.definition_moves.script_module import Passed
from specedit.edits.definition_moves.script_needs import Needs
from specedit.edits.definition_moves.script_origins import Naming, Origin, ScriptModules
from specedit.engine.errors import EditRefused

_UNKNOWN = Origin("", "")


class ScriptResult:
    """The modules before and after; `bodies` are the texts that change."""

    def __init__(
        self, moved: Moved, before: ScriptModules, naming: Naming, bodies: dict[str, str]
    ) -> None:
        self._moved, self._before, self._naming, self._bodies = moved, before, naming, bodies
        workspace = before.workspace
        after = workspace.renewed(
            workspace.paths, lambda path: bodies.get(path, workspace.text(path)), bodies
        )
        self._after = ScriptModules(after)

    def check(self, needs: Needs) -> None:
        """See that every import leads to what it led to, that no name is lost, and that all modules can be loaded.

        Raises:
            EditRefused: with the file.
        """
        for path in self._bodies:
            if self._after.module(path).source.root.has_error:
                raise EditRefused(f"{path} would not be read as before")
            self._refuse_lost(path, needs)
        for path in sorted(self._reached()):
            self._check_imports(path)
        for name, origin in needs.names.items():
            if self._after.of_name(self._moved.target, name) != self._image(origin):
                raise EditRefused(f"'{name}' would be another thing in {self._moved.target}")
        script_order.refuse_circles(self._bodies, self._before, self._after, self._naming)

    def _image(self, origin: Origin) -> Origin:
        moved = self._moved
        is_it = origin == Origin(moved.home, moved.name)
        return Origin(moved.target, moved.name) if is_it else origin

    def _refuse_lost(self, path: str, needs: Needs) -> None:
        names = {self._moved.name, *needs.names}
        names |= {each.as_name for each in self._before.module(path).imports}
        for name in sorted(names - needs.globals):
            if self._is_unknown(name, path, self._after) and not self._is_unknown(
                name, path, self._before
            ):
                raise EditRefused(f"{path} would no longer have '{name}'")

    @staticmethod
    def _is_unknown(name: str, path: str, modules: ScriptModules) -> bool:
        occurrences = modules.workspace.symbols(path).names(name).occurrences
        return any(each.symbol is None and each.place.role == "name" for each in occurrences)

    def _reached(self) -> frozenset[str]:
        """The files that take anything from the two modules, or from those that hand all of them on."""
        moved = self._moved
        handing = self._before.handing_on([moved.home, moved.target], self._naming)
        return frozenset([*handing, *(p for each in handing for p in self._naming.files(each))])

    def _check_imports(self, path: str) -> None:
        was, now = dict(self._passed(path, self._before)), dict(self._passed(path, self._after))
        for (kind, name), origin in was.items():
            is_gone = path == self._moved.home and origin == Origin(path, self._moved.name)
            known = now.get((kind, name), _UNKNOWN)
            if origin == _UNKNOWN or (known == _UNKNOWN and (kind == "import" or is_gone)):
                continue  # what is imported no longer is not used either
            if known != self._image(origin):
                raise EditRefused(
                    f"'{name}' in {path} would be {_told(known)}, not {_told(self._image(origin))}"
                )

    def _passed(
        self, path: str, modules: ScriptModules
    ) -> Iterator[tuple[tuple[str, str], Origin]]:
        module = modules.module(path)
        for each in module.imports:
            yield ("import", each.as_name), modules.of_import(path, each)
        for name in self._given(module.exports):
            yield ("export", name), modules.given(path, name)

    def _given(self, exports: Collection[Passed]) -> frozenset[str]:
        """The names that a module exports, and by stars those of the two modules."""
        names = {each.as_name for each in exports} - {""}
        if any(not each.as_name for each in exports):
            for path in (self._moved.home, self._moved.target):
                for modules in (self._before, self._after):
                    names |= {e.as_name for e in modules.module(path).exports if e.as_name}
        return frozenset(names - {""})


def _told(origin: Origin) -> str:
    where = origin.module or origin.foreign
    return f"'{origin.name}' of {where}" if where else "nothing that can be told"
