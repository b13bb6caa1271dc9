"""A module of Python that is made for what is moved into it: whether it can have its name."""

import re
import sys

from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused, NameRefused


def check_name(path: str, modules: PythonModules) -> None:
    """Refuse the path of a new module that could not be imported, or would be had instead of another.

    Raises:
        NameRefused: with what stands in the way.
    """
    folder, _, file = path.rpartition("/")
    beside = (each for each in modules.workspace.paths if each != path)
    if not any(each.startswith(f"{folder}/".lstrip("/")) for each in beside):
        raise EditRefused(f"there is no package or folder '{folder}'; make it first")
    stem, package = file.removesuffix(".py"), f"{folder}/__init__.py"
    if not modules.workspace.source(path).language.is_name(stem):
        raise NameRefused(f"'{stem}' is not a Python name; choose another for {path}")
    if modules.find(stem, f"{folder}/_.py".lstrip("/")) not in (path, None):
        raise NameRefused(f"there is another module '{stem}' already; choose another name")
    if f"{path.removesuffix('.py')}/__init__.py" in modules.workspace.files:
        raise NameRefused(f"{path.removesuffix('.py')}/ is a package of that name already")
    if package in modules.workspace.files:
        meant = modules.resolve(package, stem)
        taken = {each.local for each in modules.imports(package)} | modules.top_level(package)
        is_given = modules.is_lazy(package) and package in modules.workspace.mentioning(stem)
        if stem in taken or is_given or meant != Name(path, ""):
            raise NameRefused(
                f"{package} has another '{stem}' already, or may have; choose another"
            )
        return
    if stem in sys.stdlib_module_names:
        raise NameRefused(
            f"'{stem}' is a module of Python's library, which {path} would stand in for; choose another"
        )
    imported = re.compile(rf"^\s*(?:import|from)\s+{re.escape(stem)}\b", re.MULTILINE)
    for other in modules.workspace.mentioning(stem):
        if match := imported.search(modules.workspace.text(other)):
            line = modules.workspace.text(other).count("\n", 0, match.end()) + 1
            raise EditRefused(
                f"line {line} of {other} imports a '{stem}', which {path} would stand in for; choose another"
            )
