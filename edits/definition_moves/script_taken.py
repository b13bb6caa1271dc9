"""A module of JavaScript or TypeScript without a definition, which it imports if it uses it."""

import re
from collections.abc import Collection

from specedit.edits.definition_moves import script_statements
from specedit.edits.definition_moves.script_module import Passed, ScriptModule
from specedit.edits.definition_moves.script_needs import Needs
from specedit.edits.definition_moves.script_order import Loads
from specedit.edits.definition_moves.script_origins import ScriptModules
from specedit.edits.definition_moves.script_statements import Wanted
from specedit.edits.operations import definition as in_file
from specedit.edits.operations._evaluation import is_set
from specedit.edits.operations._lists import Edits
from specedit.edits.symbols.model import Occurrence
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

_LATER = words(
    "function_declaration generator_function_declaration function_expression generator_function arrow_function method_definition"
)
_TYPES = words("interface_declaration type_alias_declaration")
_CALLS = words("call_expression new_expression decorator")


class TakenOut:
    """The module that a definition leaves."""

    def __init__(
        self, definition: Definition, module: ScriptModule, modules: ScriptModules
    ) -> None:
        self._definition, self._module, self._modules = definition, module, modules
        self._source = module.source

    @property
    def own_exports(self) -> tuple[Passed, ...]:
        """By what the module exports the definition."""
        name = self._definition.name
        return tuple(e for e in self._module.exports if not e.written and e.name == name)

    @property
    def is_type(self) -> bool:
        """Whether the definition is gone when the program runs."""
        return self._definition.node.type in _TYPES

    def uses(self) -> list[Occurrence]:
        """Return where the module uses the definition otherwise than to export it.

        Raises:
            EditRefused: it has another value there, or is handed on when the module is loaded.
        """
        name, outer = self._definition.name, self._definition.outer
        occurrences = self._modules.workspace.symbols(self._module.path).names(name).occurrences
        exporting = [each.node for each in self.own_exports]
        uses = [
            each
            for each in occurrences
            if each.symbol is not None
            and not each.symbol.is_local
            and not each.symbol.owners
            and not outer.start_byte <= each.place.start < outer.end_byte
            and not any(n.start_byte <= each.place.start < n.end_byte for n in exporting)
        ]
        for each in uses:
            node, line = each.place.node, line_of(each.place.node)
            if is_set(each):
                raise EditRefused(
                    f"line {line} of {self._module.path} gives '{name}' another value"
                )
            if self._is_handed_on(each):
                raise EditRefused(
                    f"line {line} of {self._module.path} hands '{name}' on when the module is loaded, which may note it: "
                    f"{self._source.line(node.start_point[0]).strip()}"
                )
        return uses

    def _is_handed_on(self, use: Occurrence) -> bool:
        node = use.place.node
        if enclosing(node, _LATER) is not None:
            return False
        return any(
            parent.type in _CALLS and child != parent.child_by_field_name("function")
            for parent, child in ancestors(node)
        )

    def text(self, wanted: Collection[Wanted], needs: Needs, like: Source) -> str:
        """Return what is left, with what it imports, and hands on, of what has gone; `like` shows how."""
        name, language = self._definition.name, self._source.language
        edits = Edits()
        for each in self.own_exports:
            if each.statement != self._definition.outer:
                parts = [] if each.node == each.statement else [each.node]
                edits |= (
                    script_statements.without(self._source, each.statement, parts)
                    if parts
                    else script_statements.whole_lines(self._source, each.statement)
                )
        for each_name in needs.exported:
            edits |= self._exporting(each_name)
        left = Source(self._source.spliced(edits), language, self._module.path)
        text = in_file.without(left, left.definition(name))
        for other in wanted:
            text = script_statements.with_name(Source(text, language), other, like)
        return self._without_unused(text, needs)

    def _exporting(self, name: str) -> Edits:
        edits = Edits()
        for statement in self._module.declared[name]:
            around = statement.parent
            whole = (
                around if around is not None and around.type == "ambient_declaration" else statement
            )
            count = len([n for n in statement.named_children if n.type == "variable_declarator"])
            if count > 1 or whole.parent != self._source.root:
                raise EditRefused(
                    f"'{self._definition.name}' uses '{name}' of line {line_of(statement)}, which {self._module.path} would have "
                    "to export; export it first"
                )
            edits[whole.start_byte, whole.start_byte] = "export "
        return edits

    def _without_unused(self, text: str, needs: Needs) -> str:
        """The text without imports that only the definition used, if nothing is done by what they load."""
        loads = Loads(self._modules)
        for name in needs.names:
            source = Source(text, self._source.language, self._module.path)
            taken = [
                e for e in ScriptModule(self._module.path, source).imports if e.as_name == name
            ]
            if (
                len(taken) != 1
                or len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)) > 1
            ):
                continue
            if name == "React" and any(n.type.startswith("jsx_") for n in source.nodes):
                continue
            (each,) = taken
            found = self._modules.find(each.written, self._module.path)
            if found == "" or (found and not each.is_type and loads.acting(found)):
                continue
            text = source.spliced(script_statements.without(source, each.statement, [each.node]))
        return text
