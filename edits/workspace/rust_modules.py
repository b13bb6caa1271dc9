"""Rust: what each module declares and imports, and where a path leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from specedit.edits.syntax.nodes import ancestors, enclosing, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.rust_crates import RustCrates
from specedit.edits.workspace.units import Item
from specedit.edits.workspace.workspace import Workspace

_ITEMS = (
    "function_item",
    "function_signature_item",
    "struct_item",
    "enum_item",
    "union_item",
    "trait_item",
    "type_item",
    "const_item",
    "static_item",
    "macro_definition",
)
_STEPS = ("identifier", "type_identifier", "crate", "self", "super")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a path leads: a module, an item which the step at `passed` names, or a variant `through` its enum."""

    module: str = ""
    item: Item | None = None
    passed: int = 0
    through: Item | None = None


@dataclass(slots=True)
class _Module:
    """What a module says: its items, its modules, what it imports by which name, and what it imports all names of."""

    items: dict[str, Node] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    imports: dict[str, list[list[str]]] = field(default_factory=dict)
    globs: list[list[str]] = field(default_factory=list)
    crates: dict[str, str] = field(default_factory=dict)


class RustModules:
    """The modules of a workspace."""

    def __init__(self, workspace: Workspace, crates: RustCrates) -> None:
        self._workspace, self._crates = workspace, crates
        self._of_file: dict[str, dict[str, _Module]] = {}
        self._known: dict[tuple[str, str], Destination | None] = {}

    def around(self, path: str, node: Node) -> str:
        """Return the module that a node of a file stands in; what names a module stands outside of it."""
        names = []
        for parent, child in ancestors(node):
            if parent.type == "mod_item" and child == parent.child_by_field_name("body"):
                names.append(text_of(parent.child_by_field_name("name")))
        return f"{path}#{'::'.join(reversed(names))}" if names else path

    def near(self, paths: Sequence[str]) -> frozenset[str]:
        """Return the files of the crates that some files are of."""
        roots = {root for path in paths for root in self._crates.roots(path)}
        return frozenset(
            path
            for path in self._workspace.paths
            if path.endswith(".rs") and self._crates.roots(path) & roots
        )

    def reached_from(self, paths: Sequence[str]) -> Iterator[str]:
        """Yield the files of the crates that some files are of, and of those that these use."""
        known = set[str]()
        listed = [*paths]
        for path in listed:  # grows
            if path not in known:
                known.add(path)
                yield path
                listed += sorted(self.near([path]) - known)
                listed += [r for r in self._crates.used_by(path) if r not in known]

    def look_up(self, scope: str, name: str) -> Destination | None:
        """Return what a name means in a module: what it declares or imports, or a crate that it may use."""
        if (scope, name) not in self._known:
            self._known[scope, name] = None  # where the search comes here again
            self._known[scope, name] = self._found(scope, name)
        return self._known[scope, name]

    def _found(self, scope: str, name: str) -> Destination | None:
        module = self._module(scope)
        if name in module.crates:
            root = self._crates.extern(scope.partition("#")[0], module.crates[name])
            return Destination(root) if root is not None else None
        if name in module.items:
            return Destination(scope, Item(scope, name))
        if name in module.modules:
            return Destination(module.modules[name])
        targets = [self._imported(scope, path, name) for path in module.imports.get(name, ())]
        if not targets:
            targets = [self._of_glob(scope, glob, name) for glob in module.globs]
        places = {(t.module, t.item, t.through) for t in targets if t is not None}
        if len(places) == 1:
            return next(t for t in targets if t is not None)
        root = self._crates.extern(scope.partition("#")[0], name) if not places else None
        return Destination(root) if root is not None else None

    def _imported(self, scope: str, path: list[str], name: str) -> Destination | None:
        target = self.follow(scope, path, skip=name)
        if target is None or target.item is None or target.passed == len(path) - 1:
            return target
        is_next = target.passed == len(path) - 2
        return self._variant(target.item, path[-1]) if is_next and path[-1] == name else None

    def _of_glob(self, scope: str, glob: list[str], name: str) -> Destination | None:
        target = self.follow(scope, glob)
        if target is None or target.module == scope:
            return None
        if target.item is None:
            return self.look_up(target.module, name)
        return self._variant(target.item, name) if target.passed == len(glob) - 1 else None

    def _variant(self, enum: Item, name: str) -> Destination | None:
        """The variant of an enum, if it has one of the name."""
        node = self._module(enum.unit).items.get(enum.name)
        is_enum = node is not None and node.type == "enum_item"
        body = node.child_by_field_name("body") if node is not None and is_enum else None
        for each in body.named_children if body is not None else ():
            if text_of(each.child_by_field_name("name")) == name:
                return Destination(through=enum)
        return None

    def follow(self, scope: str, path: Sequence[str], skip: str = "") -> Destination | None:
        """Return where a path leads that stands in a module; an item may have more steps behind it.

        An import whose path begins with the `skip` that it binds means the crate of that name.
        """
        at: Destination | None = None
        for i, step in enumerate(path):
            at = (
                self._first(scope, step, skip if i == 0 else "") if i == 0 else self._next(at, step)
            )
            if at is None or at.through is not None:
                return None
            if at.item is not None:
                return Destination(at.module, at.item, i)
        return at

    def _first(self, scope: str, step: str, skip: str) -> Destination | None:
        path = scope.partition("#")[0]
        if step == "crate":
            roots = self._crates.roots(path)
            return Destination(next(iter(roots))) if len(roots) == 1 else None
        if step == "self":
            return Destination(scope)
        if step == "super":
            return self._above(scope)
        if step == skip:
            root = self._crates.extern(path, step)
            return Destination(root) if root is not None else None
        return self.look_up(scope, step)

    def _next(self, at: Destination | None, step: str) -> Destination | None:
        if at is None:
            return None
        return self._above(at.module) if step == "super" else self.look_up(at.module, step)

    def _above(self, scope: str) -> Destination | None:
        path, _, inner = scope.partition("#")
        if inner:
            above = inner.rpartition("::")[0]
            return Destination(f"{path}#{above}" if above else path)
        parents = self._crates.parents.get(path, frozenset())
        return Destination(next(iter(parents))) if len(parents) == 1 else None

    def _module(self, scope: str) -> _Module:
        path = scope.partition("#")[0]
        if path not in self._of_file:
            self._of_file[path] = self._read(path)
        return self._of_file[path].get(scope, _Module())

    def _read(self, path: str) -> dict[str, _Module]:
        modules = {path: _Module(modules=dict(self._crates.children.get(path, {})))}
        for node in self._workspace.source(path).nodes:
            if node.type in (*_ITEMS, "mod_item", "use_declaration", "extern_crate_declaration"):
                scope = self.around(path, node)
                module = modules.setdefault(scope, _Module())
                name = text_of(named := node.child_by_field_name("name"))
                if node.type == "mod_item" and node.child_by_field_name("body") is not None:
                    inner = f"{scope}::{name}" if "#" in scope else f"{scope}#{name}"
                    module.modules[name] = inner
                elif node.type == "extern_crate_declaration":
                    # It may be another crate than the module of its name, depending on settings of the build.
                    module.crates[text_of(node.child_by_field_name("alias")) or name] = name
                elif node.type == "use_declaration":
                    _read_use(node.child_by_field_name("argument"), [], module)
                elif named is not None and is_of_module(named) and node.type in _ITEMS:
                    module.items[name] = node
        return modules


def is_of_module(name: Node) -> bool:
    """Whether a name is that of an item right in a module."""
    item = name.parent
    if item is None or item.type not in (*_ITEMS, "mod_item"):
        return False
    holder = enclosing(item, ("impl_item", "trait_item", "block", "mod_item"))
    is_named = item.child_by_field_name("name") == name
    return is_named and (holder is None or holder.type == "mod_item")


def _read_use(node: Node | None, before: list[str], module: _Module) -> None:
    """Note what an import brings in."""
    if node is None:
        return
    if node.type == "use_as_clause":
        path = [*before, *map(text_of, steps_of(node.child_by_field_name("path")))]
        alias = text_of(node.child_by_field_name("alias"))
        path = path[:-1] if path[-1:] == ["self"] else path
        module.imports.setdefault(alias, []).append(path)
    elif node.type == "use_wildcard":
        inner = node.named_children[0] if node.named_children else None
        module.globs.append([*before, *map(text_of, steps_of(inner))])
    elif node.type in ("use_list", "scoped_use_list"):
        path = [*before, *map(text_of, steps_of(node.child_by_field_name("path")))]
        listed = node.child_by_field_name("list") or node
        for each in listed.named_children:
            _read_use(each, path, module)
    elif node.type == "self":
        module.imports.setdefault(before[-1] if before else "self", []).append(before)
    else:
        path = [*before, *map(text_of, steps_of(node))]
        if path:
            module.imports.setdefault(path[-1], []).append(path)


def steps_of(node: Node | None) -> list[Node]:
    """Return the names of a path, as far as they are plain ones."""
    steps: list[Node] = []
    while node is not None and node.type in ("scoped_identifier", "scoped_type_identifier"):
        name = node.child_by_field_name("name")
        steps += [name] if name is not None else []
        node = node.child_by_field_name("path")
    if node is not None and node.type == "generic_type":
        node = node.child_by_field_name("type")
        return [*steps_of(node)]
    if node is None or node.type not in _STEPS:
        return []
    return [node, *reversed(steps)]
