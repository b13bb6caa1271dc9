"""Whether modules of Python can be loaded one after the other, as before an edit: circles of imports break."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator

from specedit.edits.syntax.nodes import ancestors, enclosing, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.load_graph import LoadGraph, new_loads, refuse_reordered
from specedit.edits.workspace.module_text import is_python
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused

# Of the library, but not on every platform, or not in every installation of it.
_OF_A_PLATFORM = (
    "msvcrt", "winreg", "winsound", "_winapi", "fcntl", "termios", "tty", "pty", "pwd", "grp", "spwd", "crypt",
    "nis", "resource", "syslog", "posix", "nt", "curses", "tkinter", "turtle", "readline", "ossaudiodev", "asyncore",
    "asynchat", "imp", "distutils", "smtpd", "sqlite3", "dbm", "bz2", "lzma", "ssl",
)  # fmt: skip
_LATER = ("function_definition", "lambda")


def refuse_circles(paths: Collection[str], before: PythonModules, after: PythonModules) -> None:
    """Refuse an edit of some files by which modules import each other, or by which others get into such a circle.

    Raises:
        EditRefused: with the modules.
    """
    old, new = _Loads(before), _Loads(after)
    more = new_loads(paths, old, new)
    users = {(user, path) for path in paths for user in _users(path, old, before)}
    for path, loaded in sorted(users | {*more}):
        foreign = new.foreign(new.reached(loaded)) - old.foreign(old.reached(path))
        is_new = not before.workspace.text(path).strip() and not any(_users(path, old, before))
        if foreign and not is_new:
            raise EditRefused(
                f"{path} would import {loaded}, and with it '{min(foreign)}', which may not be there"
            )
    for path, loaded in more:
        refuse_reordered(path, loaded, old, new)


def refuse_new_circles(
    paths: Collection[str],
    image: Callable[[str], str],
    before: PythonModules,
    after: PythonModules,
) -> None:
    """Refuse that files which go elsewhere, or import some that do, load packages that load them; `image` is where each goes.

    Raises:
        EditRefused: with the modules.
    """
    old, new = _Loads(before), _Loads(after)
    for path in sorted(paths):
        loaded_before = {image(each) for each in old.of(path)}
        for loaded in sorted(new.of(image(path)) - loaded_before):
            if image(path) in new.reached(loaded):
                raise EditRefused(f"{image(path)} and {loaded} would import each other")


def _users(path: str, loads: "_Loads", modules: PythonModules) -> Iterator[str]:
    """Yield the modules that load one."""
    stem = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    for each in modules.workspace.mentioning(stem):
        if is_python(each) and path in loads.of(each):
            yield each


class _Loads(LoadGraph):
    """The modules of Python, but for the packages that each is in."""

    def __init__(self, modules: PythonModules) -> None:
        super().__init__()
        self._modules = modules

    def read(self, path: str) -> Iterable[str]:
        """Return the modules of the workspace that one loads."""
        around = {f"{folder}/__init__.py" for folder in _folders(path)}
        return {*self._read(path, around)} - {path}

    def foreign(self, paths: Collection[str]) -> frozenset[str]:
        """Return what modules load that is neither of the workspace nor of every Python."""
        return frozenset(name for path in paths for name in self._foreign(path))

    def _foreign(self, path: str) -> Iterator[str]:
        modules = self._modules
        for statement in _at_once(path, modules):
            named = statement.child_by_field_name("module_name")
            names = [named] if named is not None else statement.named_children
            for each in names:
                dotted = text_of(each.child_by_field_name("name") or each)
                head = dotted.partition(".")[0]
                if head and modules.find(dotted, path) is None and not _is_everywhere(head):
                    yield head

    def _read(self, path: str, around: Collection[str]) -> Iterator[str]:
        modules = self._modules
        for statement in _at_once(path, modules):
            for loaded in _loaded(statement, path, modules):
                yield loaded
                packages = {f"{folder}/__init__.py" for folder in _folders(loaded)}
                yield from (packages - {*around}) & modules.workspace.files


def _at_once(path: str, modules: PythonModules) -> Iterator[Node]:
    """Yield the import statements that are run when a module is loaded."""
    for statement in modules.workspace.source(path).nodes:
        is_import = statement.type in ("import_statement", "import_from_statement")
        if is_import and enclosing(statement, _LATER) is None and not _for_types(statement):
            yield statement


def _is_everywhere(name: str) -> bool:
    """Whether a module is of Python's library on every platform."""
    return name in sys.stdlib_module_names and name not in _OF_A_PLATFORM


def _loaded(statement: Node, path: str, modules: PythonModules) -> Iterator[str]:
    if statement.type == "import_statement":
        for child in statement.named_children:
            dotted = text_of(child.child_by_field_name("name") or child)
            if (module := modules.find(dotted, path)) is not None:
                yield module
        return
    for each in modules.imports(path):
        if each.statement == statement and each.module:
            below = modules.submodule(each.module, each.name) if each.name else None
            is_own = each.name in modules.top_level(each.module)
            yield below if below is not None and not is_own else each.module


def _folders(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    if path.endswith("/__init__.py"):
        parts = parts[:-1]
    yield from ("/".join(parts[:i]) for i in range(1, len(parts) + 1))


def _for_types(statement: Node) -> bool:
    """Whether an import is there for type checkers alone."""
    return any(
        parent.type == "if_statement"
        and "TYPE_CHECKING" in text_of(parent.child_by_field_name("condition"))
        and child == parent.child_by_field_name("consequence")
        for parent, child in ancestors(statement)
    )
