"""Rust: which names of its modules a file means.

After the reference, "Use declarations" and "Paths": a path goes from module to module, through what these import, until it
comes to what no module is; names behind that are members.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.symbols.rust_macros import captured
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages.rust import LANGUAGE
from specedit.edits.syntax.nodes import enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace import rust_checks
from specedit.edits.workspace.joined import Replaced
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.rust_crates import RustCrates
from specedit.edits.workspace.rust_modules import RustModules, is_of_module, steps_of
from specedit.edits.workspace.units import Item, Reference, Units, reference_at
from specedit.edits.workspace.workspace import Workspace

MOST_BYTES = 2_000_000  # of files that are there only to tell types
_PATHS = ("scoped_identifier", "scoped_type_identifier")
_NAMES = ("identifier", "type_identifier")


class RustUnits(Units):
    """The modules of Rust's crates."""

    path_to_item = b"crate::"  # no variable hides what stands behind it

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._crates = RustCrates(workspace)
        self._modules = RustModules(workspace, self._crates)

    def language(self) -> Language:
        """Return Rust."""
        return LANGUAGE

    def unit_at(self, path: str, node: Node) -> str:
        """Return the module that a declaration belongs to."""
        return self._modules.around(path, node)

    def is_local(self, symbol: Symbol) -> bool:
        """Return whether a symbol is of a function: what a module within a file declares is not."""
        nodes = (place.node for place in symbol.declarations)
        return symbol.is_local and not any(is_of_module(node) for node in nodes)

    def look_up(self, scope: str, name: str) -> Item | None:
        """Return what a name that stands alone means in a module."""
        target = self._modules.look_up(scope, name)
        return target.item if target is not None else None

    def references(self, path: str) -> Iterator[Reference]:
        """Yield the names of a file but for fields and what stands behind a type."""
        for node in self.workspace.symbols(path).source.nodes:
            if node.type in _PATHS or node.type == "use_declaration":
                if not _is_inner(node):
                    yield from self._of_path(path, node)
            elif node.type in _NAMES and text_of(node.prev_sibling) == "::":
                yield from self._of_tokens(path, node)
            elif node.type in _NAMES and _stands_alone(node):
                scope = self._modules.around(path, node)
                target = self._modules.look_up(scope, text_of(node))
                item = target.item if target is not None else None
                through = target.through if target is not None else None
                yield reference_at(node, node.start_byte, scope, item, through)
            elif node.type == "string_content":
                yield from self._of_captures(path, node)

    def _of_captures(self, path: str, string: Node) -> Iterator[Reference]:
        """The names that a format string captures; those of its own arguments are looked up as these are."""
        for name, begin, _ in captured(string):
            scope = self._modules.around(path, string)
            yield Reference(name, begin, begin, scope, self.look_up(scope, name))

    def _of_tokens(self, path: str, node: Node) -> Iterator[Reference]:
        """The item that a path among a macro's tokens leads to by this name."""
        steps, at = [node], node.prev_sibling
        while at is not None and at.type == "::" and at.prev_sibling is not None:
            steps.append(at.prev_sibling)
            at = at.prev_sibling.prev_sibling
        scope = self._modules.around(path, node)
        target = self._modules.follow(scope, [text_of(step) for step in reversed(steps)])
        if target is not None and target.item is not None and target.passed == len(steps) - 1:
            yield reference_at(node, steps[-1].start_byte, scope, target.item)

    def _of_path(self, path: str, node: Node) -> Iterator[Reference]:
        scope = self._modules.around(path, node)
        for steps in _leaves(node) if node.type == "use_declaration" else [steps_of(node)]:
            target = self._modules.follow(scope, [text_of(step) for step in steps])
            if target is None:
                if node.type != "use_declaration" and steps and steps[0].type in _NAMES:
                    yield reference_at(steps[0], steps[0].start_byte, scope, None)
            elif target.item is not None:
                at = steps[target.passed]
                start = at.start_byte if node.type == "use_declaration" else node.start_byte
                yield reference_at(at, start, scope, target.item)
                if node.type == "use_declaration" and target.passed == len(steps) - 2:
                    last = steps[-1]
                    yield reference_at(last, last.start_byte, scope, None, target.item)

    def blanks(self, path: str) -> Replaced:
        """Return what makes modules of a file's parts, and its imports: those of items are kept, each by its path."""
        replaced: dict[tuple[int, int], bytes] = {}
        for node in self.workspace.source(path).nodes:
            if node.type == "mod_item":
                body = node.child_by_field_name("body")
                if body is None:
                    replaced |= _blank(node.start_byte, node.end_byte, node)
                else:
                    replaced |= _blank(node.start_byte, body.start_byte + 1, node)
                    replaced |= _blank(body.end_byte - 1, body.end_byte, node)
            elif node.type in ("extern_crate_declaration", "inner_attribute_item"):
                replaced |= _blank(node.start_byte, node.end_byte, node)
            elif node.type == "use_declaration":
                replaced |= self._blank_use(path, node)
        return replaced

    def _blank_use(self, path: str, node: Node) -> Replaced:
        """An import with the items alone: `use a::{b::{self, f}, G::H as X};` is `use crate::f as _; use crate::G::H as _;`."""
        kept: dict[tuple[int, int], bool] = {}
        for reference in self._of_path(path, node):
            kept[reference.begin, reference.end] = True
        replaced: dict[tuple[int, int], bytes] = {}
        at, data = node.start_byte, self.workspace.source(path).data
        for i, (start, end) in enumerate(sorted(kept)):
            lines = b"\n" * data[at:start].count(b"\n")
            replaced[at, start] = lines + (b" as _;" if i else b"") + b"use crate::"
            at = end
        lines = b"\n" * data[at : node.end_byte].count(b"\n")
        replaced[at, node.end_byte] = (b" as _;" if kept else b"") + lines
        return replaced

    def paths_about(self, home: str, names: Collection[str], *, by_type: bool) -> Sequence[str]:
        """Return the files that may be about what a file declares by one of these names."""
        old, *others = names
        paths = [path for path in self.workspace.mentioning(old) if path.endswith(".rs")]
        for name in others:
            paths += [p for p in self.workspace.mentioning(name) if p in self._modules.near(paths)]
        if by_type:
            paths += self._telling_types(paths)
        return paths

    def _telling_types(self, paths: Sequence[str]) -> Iterator[str]:
        """The files of the crates that files are of, and of those that these use, as long as these are not too much."""
        size = 0
        for path in self._modules.reached_from(paths):
            size += len(self.workspace.text(path))
            if size > MOST_BYTES:
                return
            yield path

    def refuse_declared(self, symbol: Symbol, home: str, new: str, symbols: Symbols) -> None:
        """Refuse what the language calls by its name, or what is not followed over files.

        Raises:
            EditRefused: with the line.
        """
        rust_checks.refuse_called_by_name(symbol, symbols)
        rust_checks.refuse_given_to_macros(symbol, symbols)
        rust_checks.refuse_of_several_files(symbol, home, self.workspace, self._crates)

    def refuse_new(
        self, home: str, item: Item | None, new: str, changed: Mapping[str, FileEdits]
    ) -> None:
        """Refuse a new name that a module which has the old one has already.

        Raises:
            EditRefused: with the file.
        """
        rust_checks.refuse_unclear(home, changed, self._crates)
        if item is not None:
            rust_checks.refuse_taken(item, new, changed, self._modules, self.workspace)

    def left_in(self, path: str, name: str, changed: FileEdits) -> Iterator[Left]:
        """Yield the places of a name that may be meant, but that are not resolved."""
        return rust_checks.left_in(path, name, changed, self.workspace)


def _blank(start: int, end: int, node: Node) -> dict[tuple[int, int], bytes]:
    """A part of a node, with nothing but its lines."""
    text = (node.text or b"")[start - node.start_byte : end - node.start_byte]
    return {(start, end): b"\n" * text.count(b"\n")}


def _is_inner(node: Node) -> bool:
    """Whether a path is a part of a longer one, or of an import."""
    parent = node.parent
    if parent is not None and parent.type in _PATHS and field_of(node) == "path":
        return True
    return node.type != "use_declaration" and enclosing(node, ("use_declaration",)) is not None


def _stands_alone(node: Node) -> bool:
    """Whether a name is looked up from where it stands."""
    parent = node.parent
    if parent is None or parent.type in (
        *_PATHS,
        "lifetime",
        "label",
        "shorthand_field_initializer",
    ):
        return False
    if parent.type == "token_tree":
        before = text_of(node.prev_sibling)
        return before not in (".", "::", "'")
    if parent.type == "enum_variant" and field_of(node) == "name":
        return False
    if parent.type in (
        "function_item",
        "function_signature_item",
        "const_item",
        "associated_type",
        "type_item",
    ):
        holder = enclosing(parent, ("impl_item", "trait_item", "function_item", "mod_item"))
        is_member = holder is not None and holder.type in ("impl_item", "trait_item")
        return not (is_member and field_of(node) == "name")
    if parent.type in ("attribute", "attribute_item", "type_binding", "extern_crate_declaration"):
        return parent.type == "type_binding" and field_of(node) != "name"
    return enclosing(node, ("use_declaration",)) is None


def _leaves(use: Node) -> Iterator[list[Node]]:
    """The paths of an import, each as its names."""
    argument = use.child_by_field_name("argument")
    queue: list[tuple[Node, list[Node]]] = [(argument, [])] if argument is not None else []
    while queue:
        node, before = queue.pop()
        if node.type == "use_as_clause":
            inner = node.child_by_field_name("path")
            queue += [(inner, before)] if inner is not None else []
        elif node.type == "scoped_use_list":
            path, listed = node.child_by_field_name("path"), node.child_by_field_name("list")
            whole = [*before, *(steps_of(path) if path is not None else [])]
            queue += [(each, whole) for each in (listed.named_children if listed else ())]
        elif node.type == "use_list" or node.type == "use_wildcard":
            queue += [(each, before) for each in node.named_children]
        elif node.type == "self":
            yield before
        else:
            yield [*before, *steps_of(node)]
