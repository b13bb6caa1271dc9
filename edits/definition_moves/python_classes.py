"""Whether a class is known to others only by its name: bases may keep a list of what extends them, as plug-ins do."""

import ast
import builtins
import sys

from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.module_text import ModuleText
from specedit.edits.workspace.python import PythonModules
from specedit.engine.errors import EditRefused


def refuse_registered(node: ast.ClassDef, module: ModuleText, modules: PythonModules) -> None:
    """Refuse a class that its bases may know of without any import of it.

    Raises:
        EditRefused: with the base.
    """
    for base in [*node.bases, *(keyword.value for keyword in node.keywords)]:
        _refuse_base(base, node.name, module, modules, frozenset([Name(module.path, node.name)]))
    if node.bases:
        for path in modules.workspace.mentioning("__subclasses__"):
            raise EditRefused(
                f"{path} looks for the classes that extend another: '{node.name}' stays where it is loaded"
            )


def _refuse_base(
    base: ast.expr, name: str, module: ModuleText, modules: PythonModules, passed: frozenset[Name]
) -> None:
    written = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
    head = written.partition(".")[0]
    binders = module.binders.get(head, [])
    if not binders and hasattr(builtins, head):
        return
    if isinstance(base, ast.Constant) or (
        all(_is_of_library(each) for each in binders) and binders
    ):
        return
    target = modules.resolve(module.path, head) if written == head else None
    if target is None or not target.name or target in passed:
        raise EditRefused(f"'{name}' extends '{written}', which may keep a list of what does")
    home = ModuleText(target.module, modules.workspace.text(target.module))
    node = home.definition(target.name)
    if not isinstance(node, ast.ClassDef) or _sees_extensions(node):
        raise EditRefused(f"'{name}' extends '{written}', which may keep a list of what does")
    for each in [*node.bases, *(keyword.value for keyword in node.keywords)]:
        _refuse_base(each, name, home, modules, passed | {target})


def _is_of_library(node: ast.AST) -> bool:
    """Whether a name comes from Python's own library."""
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] in sys.stdlib_module_names
    return isinstance(node, ast.Import) and all(
        alias.name.partition(".")[0] in sys.stdlib_module_names for alias in node.names
    )


def _sees_extensions(node: ast.ClassDef) -> bool:
    """Whether a class is told of those that extend it, or is decorated with what may be."""
    own = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    return bool({"__init_subclass__", "__class_getitem__", "__mro_entries__"} & own)
