"""Python: which place in the folders a dotted name means, and how a place is written after the move."""

from collections.abc import Sequence

from specedit.edits.moves.rules import Setting
from specedit.edits.workspace.import_lines import relative
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import AmbiguousPlace, EditRefused

Parts = tuple[str, ...]  # a module's path from the root, that of its folder for a package
_ENDS = (".py", "/__init__.py", ".pyi", "/__init__.pyi")


def parts_of(path: str) -> Parts:
    """Return a file's module in parts."""
    parts = tuple(path.removesuffix("i").removesuffix(".py").split("/"))
    return parts[:-1] if parts[-1] == "__init__" else parts


def package_of(path: str) -> Parts:
    """Return the package that a file's imports with dots count from."""
    return tuple(path.split("/")[:-1])


class PythonPlaces:
    """Where modules are before and after."""

    def __init__(self, setting: Setting, modules: PythonModules) -> None:
        self._setting, self._modules = setting, modules
        self._after = PythonModules(setting.places_after)

    def file(self, parts: Parts) -> str | None:
        """Return the file of a module, if there is one."""
        paths = ("/".join(parts) + end for end in _ENDS)
        return next((path for path in paths if path in self._setting.paths), None)

    def image(self, parts: Parts) -> Parts:
        """Return where a module is afterwards."""
        file, image = self.file(parts), self._setting.moves.image
        return (
            parts_of(image(file))
            if file
            else tuple(filter(None, image("/".join(parts)).split("/")))
        )

    def locate(self, dotted: str, path: str) -> tuple[Parts | None, Parts] | None:
        """Return the folder that a file's dotted name counts from, and the module; None if it is none of the workspace.

        The folder is None where the project's settings map the name to the module.

        Raises:
            AmbiguousPlace: it may be several, and one of them goes elsewhere.
        """
        names = tuple(dotted.split("."))
        for count in range(len(names), 0, -1):
            choices = self._modules.choices(".".join(names[:count]), path)
            modules = [parts_of(each) + names[count:] for each in choices]
            if len(modules) == 1 and self._modules.mapping.name_of("/".join(modules[0])) == dotted:
                return None, modules[0]
            is_plain = len(modules) == 1 and modules[0][-len(names) :] == names
            if is_plain:
                base = modules[0][: -len(names)]
                self._refuse_lost_folder(base, dotted, path)
                return base, modules[0]
            if any(self.image(module) != module for module in modules):
                raise AmbiguousPlace(
                    f"'{dotted}' in {path} may be {' or '.join(choices)}; give --root, so that only one of them is in the "
                    "workspace, by its whole path",
                    [],
                )
            if modules:
                return None
        return None

    def _refuse_lost_folder(self, base: Parts, dotted: str, path: str) -> None:
        """Refuse to move a script away from the modules beside it, which are found because it is there."""
        to = package_of(self._setting.moves.image(path))
        if base == package_of(path) and base not in ((), ("src",)) and self.image(base) != to:
            raise EditRefused(
                f"{path} has '{dotted}' from beside it, which would not be found from {'/'.join(to) or 'the root'}"
            )

    def dotted(self, target: Parts, base: Parts | None, path: str) -> str:
        """Return how a file writes a module from a folder that may go elsewhere itself; None: by the settings.

        Raises:
            EditRefused: it is not below that folder.
        """
        if base is None:
            if dotted := self._modules.mapping.name_of("/".join(target)):
                return dotted
            raise EditRefused(
                f"how {path} is to import {'/'.join(target)} cannot be told: the settings map its package to another folder "
                "(package-dir)"
            )
        base = self.image(base) if base else base
        if target[: len(base)] != base or len(target) == len(base):
            raise EditRefused(
                f"how {path} is to import {'.'.join(target)} cannot be told: it is no longer below {'/'.join(base) or 'the root'}"
            )
        return ".".join(target[len(base) :])

    def relative(self, dotted: str, target: Parts, path: str) -> str:
        """Return how a file with dots writes a module that is `target` afterwards; as it is, if it can stay.

        Raises:
            EditRefused: they are in different packages.
        """
        image = self._setting.moves.image(path)
        package = package_of(image)
        if climbed(dotted, package) == target:
            return dotted
        top = self._after.top(image)
        least = len(top.split("/")) + 1 if top else 1
        if f"{'/'.join(package)}/__init__.py" not in self._setting.paths_after:
            least = 2 if package[:1] == ("src",) else 1  # a package without a file of its own
        if len(package) < least or package[:least] != target[:least]:
            raise EditRefused(
                f"{image} cannot import {'.'.join(target)} with dots: it is in another package"
            )
        return relative(package, target)

    def top(self, path: str) -> str:
        """Return the folder above a file's outermost package, afterwards."""
        return self._after.top(path)


def climbed(dotted: str, package: Sequence[str]) -> Parts | None:
    """Return the module that a name with dots means in a package; None if it leads out of the root."""
    name = dotted.lstrip(".")
    level = len(dotted) - len(name) - 1
    if level > len(package):
        return None
    return (*package[: len(package) - level], *filter(None, name.split(".")))
