"""C and C++: what a workspace has the name of, but not for itself."""

from collections.abc import Collection, Iterable

from specedit.edits.symbols.model import Symbol
from specedit.edits.workspace.c_linkage import Group
from specedit.edits.workspace.c_names import refuse_of_library
from specedit.edits.workspace.linked import LinkedProgram
from specedit.engine.errors import EditRefused


def refuse_foreign(targets: Collection[Symbol], group: Group, whole: LinkedProgram) -> None:
    """Refuse what is not the workspace's own.

    Raises:
        EditRefused: with what has it.
    """
    name = whole.request.old
    is_cpp = not whole.joined.symbols.source.language.has_tags
    kinds = {kind for symbol in targets for kind in symbol.kinds}
    if all(symbol.is_local for symbol in targets):
        return
    is_member = any(symbol.owners for symbol in targets)
    is_plain = not is_member and "" in _scopes(targets)
    refuse_of_library(name, is_member=not is_plain, is_cpp=is_cpp)
    if len(kinds & {"function", "struct", "class", "union", "enum"}) > 1:
        raise EditRefused(f"`{name}` is {' and '.join(sorted(kinds))} at once")
    if group.is_external and not group.defines:
        raise EditRefused(
            f"`{name}` is declared in {group.files[0]}, but no file of the workspace defines it: it is "
            "another library's, or a macro writes its definition"
        )
    classes = whole.joined.symbols.classes
    for owner in (owner for symbol in targets for owner in symbol.owners):
        if "method" in kinds and owner in classes.by_name and classes.has_foreign_base(owner):
            raise EditRefused(
                f"{owner} inherits from what the workspace does not define, which may declare `{name}`, too"
            )


def _scopes(symbols: Iterable[Symbol]) -> set[str]:
    """The namespaces that symbols are declared in, "" for none."""
    bindings = (b for s in symbols for place in s.declarations for b in place.bindings)
    return {b.scope if isinstance(b.scope, str) else "" for b in bindings}
