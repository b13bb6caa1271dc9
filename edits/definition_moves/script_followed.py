"""Files of JavaScript and TypeScript that take what is moved from its module: they take it from the new one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from specedit.edits.definition_moves import script_paths, script_statements
from specedit.edits.definition_moves.script_module import ALL, DEFAULT, Passed
from specedit.edits.definition_moves.script_origins import Naming, Origin, ScriptModules
from specedit.edits.definition_moves.script_statements import Wanted
from specedit.edits.operations._lists import Edits
from specedit.edits.symbols.model import Occurrence
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Moved:
    """What goes from the module `home` to `target`, and by which names `home` gives it to others.

    `is_bound`: it is called with an object that it looks at, so that a call of a member is not one of its name.
    """

    name: str
    home: str
    target: str
    given: frozenset[str]
    is_bound: bool


class Followed:
    """The files that name the module which a definition leaves."""

    def __init__(self, moved: Moved, modules: ScriptModules, naming: Naming) -> None:
        self._moved, self._modules, self._naming = moved, modules, naming

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield each file that changes, with its text.

        Raises:
            EditRefused: a use of the definition cannot be followed.
        """
        own = (self._moved.home, self._moved.target)
        for path, places in self._naming.places(self._moved.home).items():
            self._refuse_unfollowed(path, places)
            if path not in own:
                text = self._text(path)
                if text != self._modules.workspace.text(path):
                    yield path, text

    def _refuse_unfollowed(self, path: str, places: Collection[int]) -> None:
        """Refuse a file that has the module otherwise than by statements, as `import()` and mocks do, if it may use what is moved."""
        source, moved = self._modules.module(path).source, self._moved
        paths = (node.child_by_field_name("source") for node in source.root.named_children)
        starts = [(node.start_byte + 1, node.start_byte + 1) for node in paths if node is not None]
        followed = {start for start, _ in source.in_characters(starts)}
        for at in places:
            line = source.text.count("\n", 0, at) + 1
            uses = moved.given and (
                DEFAULT in moved.given or any(self._mentions(path, n) for n in moved.given)
            )
            if at not in followed and uses:
                raise EditRefused(
                    f"line {line} of {path} names {moved.home} otherwise than an import or export does, and may use "
                    f"'{moved.name}' of it"
                )

    def _mentions(self, path: str, name: str) -> bool:
        return path in self._modules.workspace.mentioning(name)

    def _text(self, path: str) -> str:
        module = self._modules.module(path)
        taken = [each for each in (*module.imports, *module.exports) if self._is_taken(path, each)]
        edits, wanted = Edits(), list[Wanted]()
        for statement in dict.fromkeys(each.statement for each in taken):
            here = [each for each in taken if each.statement == statement]
            for each in here:
                if each.name == ALL:
                    more, names = self._of_all(path, each)
                    edits |= more
                    wanted += names
            named = [each for each in here if each.name != ALL]
            if named:
                edits |= self._redirected(path, named, wanted)
        text = module.source.spliced(edits)
        for name in dict.fromkeys(wanted):
            again = Source(text, module.source.language, path)
            text = script_statements.with_name(again, name, module.source)
        return text

    def _is_taken(self, path: str, passed: Passed) -> bool:
        if not passed.written or self._modules.find(passed.written, path) != self._moved.home:
            return False
        return passed.name == ALL or passed.name in self._moved.given

    def _redirected(self, path: str, named: list[Passed], wanted: list[Wanted]) -> Edits:
        """The edits of a statement that lists what is moved: its path, if it lists nothing else."""
        source, statement = self._modules.module(path).source, named[0].statement
        written = self._written(path, named[0].written)
        keyword = statement.type.partition("_")[0]
        all_of = self._modules.module(path).imports + self._modules.module(path).exports
        count = sum(each.statement == statement for each in all_of)
        is_listed = all(each.node.type.endswith("specifier") for each in named)
        is_plain = is_listed and all(each.name == self._moved.name for each in named)
        if count == len(named) and is_plain and not self._joins(path, written):
            path_node = statement.child_by_field_name("source")
            assert path_node is not None
            return {(path_node.start_byte + 1, path_node.end_byte - 1): written}
        for each in named:
            wanted.append(Wanted(self._moved.name, each.as_name, written, each.is_type, keyword))
        return script_statements.without(source, statement, [each.node for each in named])

    def _joins(self, path: str, written: str) -> bool:
        """Whether a file has a statement of the new module already."""
        module = self._modules.module(path)
        return any(each.written == written for each in (*module.imports, *module.exports))

    def _written(self, path: str, written: str) -> str:
        home, target = self._moved.home, self._moved.target
        return script_paths.rewritten(written, path, home, target, self._modules)

    def _of_all(self, path: str, passed: Passed) -> tuple[Edits, list[Wanted]]:
        """What becomes of a statement that takes or hands on all of the module."""
        moved = self._moved
        if passed.statement.type == "export_statement" and passed.as_name:
            if moved.given:
                raise EditRefused(
                    f"line {line_of(passed.statement)} of {path} hands on {moved.home} as an object, and with it '{moved.name}'"
                )
            return {}, []
        if passed.statement.type == "export_statement":
            return {}, [*self._handed_on(path, passed)]
        return self._through(path, passed)

    def _handed_on(self, path: str, passed: Passed) -> Iterator[Wanted]:
        """What is to be exported beside all of the module, so that nothing is missing."""
        moved, module = self._moved, self._modules.module(path)
        stars = [e for e in module.exports if e.name == ALL and not e.as_name]
        has_target = any(self._modules.find(e.written, path) == moved.target for e in stars)
        for name in sorted(moved.given - {DEFAULT}):
            is_other = self._modules.given(path, name) != Origin(moved.home, moved.name)
            if is_other or (has_target and name == moved.name):
                continue
            written = self._written(path, passed.written)
            yield Wanted(moved.name, name, written, passed.is_type, "export")

    def _through(self, path: str, passed: Passed) -> tuple[Edits, list[Wanted]]:
        """The members of a module that is held as an object, by their names alone."""
        source, moved = self._modules.module(path).source, self._moved
        edits, local = Edits(), passed.as_name
        symbols = self._modules.workspace.symbols(path)
        for occurrence in symbols.names(local).occurrences:
            node = occurrence.place.node
            is_bound = occurrence.symbol is not None and "import" in occurrence.symbol.kinds
            if not is_bound or passed.node.start_byte <= node.start_byte < passed.node.end_byte:
                continue
            member = _member(node)
            if member is None:
                if moved.given:
                    raise EditRefused(
                        f"line {line_of(node)} of {path} uses {moved.home} as an object, of which '{moved.name}' would be missing"
                    )
            elif text_of(member[1]) in moved.given:
                self._refuse_taken(path, member[0])
                edits[member[0].start_byte, member[0].end_byte] = moved.name
        if not edits:
            return {}, []
        written = self._written(path, passed.written)
        has_it = self._modules.of_name(path, moved.name) is not None  # by its bare name
        wanted = [] if has_it else [Wanted(moved.name, moved.name, written, passed.is_type)]
        is_left = any(
            (m := _member(o.place.node)) is not None and text_of(m[1]) not in moved.given
            for o in symbols.names(local).occurrences
        )
        if not is_left:
            edits |= script_statements.without(source, passed.statement, [passed.node])
        return edits, wanted

    def _refuse_taken(self, path: str, access: Node) -> None:
        """Refuse a file in which the bare name is something else, or is no use of it."""
        moved = self._moved
        named = self._modules.workspace.symbols(path).names(moved.name).occurrences
        other = next(
            (o for o in named if o.place.role == "name" and not self._is_it(path, o)), None
        )
        is_call = access.parent is not None and access.parent.type == "call_expression"
        is_element = access.parent is not None and access.parent.type.startswith("jsx_")
        if other is not None:
            raise EditRefused(
                f"'{moved.name}' is reached through its module on line {line_of(access)} of {path}, where line "
                f"{line_of(other.place.node)} means something else by that name"
            )
        if (is_call and moved.is_bound) or (is_element and moved.name[:1].islower()):
            raise EditRefused(
                f"line {line_of(access)} of {path} uses '{moved.name}' as a member of its module, and would not by its name alone"
            )

    def _is_it(self, path: str, occurrence: Occurrence) -> bool:
        """Whether a file has what is moved by its bare name already."""
        if occurrence.symbol is None or {*occurrence.symbol.kinds} != {"import"}:
            return False
        origin = self._modules.of_name(path, self._moved.name)
        return origin == Origin(self._moved.home, self._moved.name)


def _member(node: Node) -> tuple[Node, Node] | None:
    """The access of a member of what a node names, and the member."""
    parent = node.parent
    if parent is None or parent.named_children[0] != node or len(parent.named_children) < 2:
        return None
    if parent.type not in ("member_expression", "nested_identifier", "nested_type_identifier"):
        return None
    return parent, parent.named_children[-1]
