"""Change a function and its callers in all files of a workspace.

"make fetch async", "make timeout keyword-only in fetch". The operation says what becomes of the function and of a use of it
(`edits/operations/_uses.py`); here the file that declares it is looked for, and its uses in the others. What cannot be
followed is refused, with all the lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from specedit.edits import operations
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._uses import (
    Change,
    examples_of,
    is_handed_on,
    refuse_default_export,
    uses_of,
)
from specedit.edits.operations.unused_imports import without_unused
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.definitions import name_node
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.homes import homes_of
from specedit.edits.workspace.instruction import file_in, without_file
from specedit.edits.workspace.library import library_of
from specedit.edits.workspace.model import Edits, FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.rename import edits_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_SHOWN = 8  # places that a refusal names


def is_recognised(instruction: str) -> bool:
    """Return whether an instruction asks for a change of a function that its callers in other files follow."""
    return operations.changing(without_file(instruction)) is not None


def predict(
    instruction: str, workspace: Workspace, file: str | None = None
) -> dict[str, Prediction]:
    """Return what each file becomes that changes.

    `file`: the one that declares the function, unless the instruction names it.

    Raises:
        EditRefused: there is no such function, or a use of it cannot follow.
    """
    if file is None:
        instruction, file = file_in(instruction, workspace)
    operation = operations.changing(instruction)
    named = operation.slots_of(instruction) if operation is not None else None
    if operation is None or named is None:
        raise EditRefused(f"'{instruction}' changes no function with its callers")
    if not named.keys() & {"f", "owner"}:
        raise EditRefused("say of which function, as in … of fetch")
    owner, _, name = ".".join(named[key] for key in ("owner", "f") if key in named).rpartition(".")
    request = Request(name, name, owner=owner)
    homes = homes_of(request, workspace, file)
    if len(homes) > 1:
        raise EditRefused(f"'{name}' is declared in {homes[0].path} and in {homes[1].path}")
    path = homes[0].path
    source = workspace.source(path)
    change = operation.change(instruction, source)
    if change is None:
        raise EditRefused(f"'{name}' in {path} is no function")
    if change.unchanged:
        return {path: Prediction(change.origin, source.text, remarks=(change.unchanged,))}
    refuse_default_export(source, change.definition)
    edits = _Uses(change, path, workspace).edits(edits_of(homes, request, workspace))
    edits[path] = edits.get(path, {}) | change.edits
    edited = [each for each, made in edits.items() if made or each == path]
    bodies = {each: workspace.source(each).spliced(edits[each]) for each in edited}
    if change.is_removed:
        bodies = _without_imports(bodies, Name(path, name), workspace)
    removed = (change.definition.qualified,) if change.is_removed else ()
    examples = (
        remark
        for each in workspace.mentioning(name)
        for remark in examples_of(workspace.source(each), change, each)
    )
    made = {each: Prediction(change.origin, body, certain=True) for each, body in bodies.items()}
    made[path] = replace(made[path], removed=removed, remarks=tuple(examples))
    return made


def _without_imports(bodies: Mapping[str, str], gone: Name, workspace: Workspace) -> dict[str, str]:
    """The files without imports of what is gone.

    Raises:
        EditRefused: one remains.
    """
    after = dict[str, str]()
    for path, body in bodies.items():
        language = workspace.source(path).language
        source = Source(body, language, path)
        is_plain = language.tells_unused_imports and path != gone.module
        after[path] = without_unused(source, [gone.name]) if is_plain else body
    changed = workspace.renewed(
        workspace.paths, lambda path: after.get(path, workspace.text(path)), after
    )
    modules = library_of(workspace.source(gone.module).language, changed).modules
    alike = (
        path
        for path in workspace.mentioning(gone.name)
        if workspace.source(path).language.modules == workspace.source(gone.module).language.modules
    )
    for path in alike:
        for each in modules.imports(path):
            if (each.module, each.name) == (gone.module, gone.name):
                raise EditRefused(
                    f"line {line_of(each.statement)} of {path} would still take '{gone.name}' from {gone.module}: take "
                    "that out first"
                )
    return after


class _Uses:
    """The uses of a function that the file `home` declares, and what becomes of them."""

    def __init__(self, change: Change, home: str, workspace: Workspace) -> None:
        self._change, self._home, self._workspace = change, home, workspace
        self._name = name_node(change.definition.node) or change.definition.node
        self._refusals = list[str]()

    def edits(self, known: Mapping[str, FileEdits]) -> dict[str, Edits]:
        """Return the edits of each file; `known` are the places where a rename would change the function's name.

        Raises:
            EditRefused: with each use that cannot follow.
        """
        made = dict[str, Edits]()
        for path, places in known.items():
            source = self._workspace.source(path)
            self._refusals += [
                f"line {left.line + 1} of {path}: {left.reason}"
                for left in places.left
                if not left.known
            ]
            made[path] = {}
            for use in self._names(path, source, places):
                made[path] |= self._at(path, source, use)
        if self._refusals:
            more = len(self._refusals) - _SHOWN
            shown = "; ".join(self._refusals[:_SHOWN])
            raise EditRefused(f"{shown}; and {more} more" if more > 0 else shown)
        return made

    def _names(self, path: str, source: Source, places: FileEdits) -> Iterator[Node]:
        """The names by which a file uses the function."""
        starts = {start for start, _ in places.edits}
        if path == self._home:
            own = uses_of(source, self._change.definition)
            starts = starts - {self._name.start_byte} | {use.start_byte for use in own}
        else:
            self._refuse_renamed(path)
        return (node for node in source.identifiers if node.start_byte in starts)

    def _at(self, path: str, source: Source, use: Node) -> Edits:
        try:
            if is_handed_on(use):
                return {}
            if use.field == "name" and use.parent is not None:
                raise EditRefused(
                    f"line {line_of(use)} of {path} declares '{self._change.definition.name}' again"
                )
            return self._change.at_use(source, use)
        except EditRefused as refusal:
            self._refusals.append(str(refusal) if path in str(refusal) else f"{path}: {refusal}")
            return {}

    def _refuse_renamed(self, path: str) -> None:
        """Note where a file has the function by another name, or another function by its name too."""
        language = self._workspace.source(path).language
        modules = library_of(language, self._workspace).modules
        name = self._change.definition.name
        for each in modules.imports(path):
            is_its_name = each.local in ("", name) and modules.is_renamed(path, each)
            means_it = modules.resolve(each.module, each.name) == Name(self._home, name)
            if each.name == name and means_it and each.local and not is_its_name:
                self._refusals.append(
                    f"line {line_of(each.statement)} of {path} has '{name}' by another name, or another thing by its name"
                )
