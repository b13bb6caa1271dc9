"""Java: what a rename over files cannot do, and what it would break."""

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping

from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Place
from specedit.edits.syntax.language import words
from specedit.edits.syntax.languages.java import LANGUAGE
from specedit.edits.syntax.nodes import enclosing, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.types.java_declarations import CLASSES
from specedit.edits.workspace.java_packages import Packages
from specedit.edits.workspace.linked import LinkedProgram
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused

_ROOT = words(
    "toString equals hashCode clone finalize getClass notify notifyAll wait main writeObject readObject readResolve "
    "writeReplace readObjectNoData writeExternal readExternal"
)
_CLASS_KINDS = frozenset(["class", "interface", "enum", "record", "annotation"])
_ENUM = words("name ordinal compareTo getDeclaringClass values valueOf describeConstable")
# The methods of interfaces of java.lang and java.io that most classes implement.
_METHODS = {
    "Serializable": words("readObject writeObject"),
    "Cloneable": words("clone"),
    "Comparable": words("compareTo"),
    "Runnable": words("run"),
    "Callable": words("call"),
    "Iterable": words("iterator forEach spliterator"),
    "AutoCloseable": words("close"),
    "Closeable": words("close"),
    "Comparator": words(
        "compare reversed thenComparing thenComparingInt thenComparingLong thenComparingDouble naturalOrder reverseOrder "
        "nullsFirst nullsLast comparing comparingInt comparingLong comparingDouble"
    ),
    "Iterator": words("hasNext next remove forEachRemaining"),
    "CharSequence": words("length charAt subSequence chars codePoints isEmpty compare"),
    "Appendable": words("append"),
}


def refuse_foreign(targets: Collection[Symbol], whole: LinkedProgram) -> None:
    """Refuse methods that may implement what the workspace does not declare.

    Raises:
        EditRefused: with the class that has it.
    """
    name, classes = whole.request.old, whole.joined.symbols.classes
    for symbol in targets:
        if "method" not in symbol.kinds:
            continue
        if name in _ROOT:
            raise EditRefused(f"`{name}` has a meaning of its own in java")
        if all(_is_own(place) for place in symbol.declarations):
            continue
        related = {each for o in symbol.owners for each in (o, *classes.descendants(o))}
        related |= {above for each in related for above in classes.ancestors(each)}
        for each in sorted(related & classes.by_name.keys()):
            known = classes.by_name[each]
            is_enum = any(node.type == "enum_declaration" for node in known.nodes)
            for base in sorted(known.foreign):
                if name in _METHODS.get(base.rpartition(".")[2], [name]):
                    raise EditRefused(
                        f"{each} inherits from {base}, which the workspace does not define and which may declare "
                        f"`{name}`, too"
                    )
            if is_enum and name in _ENUM:
                raise EditRefused(f"`{name}` is a method that every enum has")


def _is_own(place: Place) -> bool:
    """Whether a method can override none: it is private or static."""
    method = enclosing(place.node, ("method_declaration",))
    return method is not None and bool({"private", "static"} & {*_modifiers(method)})


def _modifiers(declaration: Node) -> Iterator[str]:
    for child in declaration.named_children:
        if child.type == "modifiers":
            yield from (text_of(each) for each in child.children)


def moves(
    targets: Collection[Symbol], whole: LinkedProgram, workspace: Workspace
) -> dict[str, str]:
    """Return where the files go that are called after a class: they are to be called after its new name.

    Raises:
        EditRefused: there is such a file already, or a public class would not be what its file is called after.
    """
    old, new, moved = whole.request.old, whole.request.new, dict[str, str]()
    for symbol in targets:
        for place in symbol.declarations:
            declaration = place.node.parent
            is_class = declaration is not None and declaration.type in CLASSES
            if not is_class or declaration is None or symbol.owners or symbol.is_local:
                continue
            path = whole.joined.place(place.start)[0]
            stem = posixpath.basename(path).partition(".")[0]
            to = posixpath.join(posixpath.dirname(path), f"{new}.java")
            if stem == old:
                moved[path] = to
            elif stem != new and "public" in _modifiers(declaration):
                raise EditRefused(
                    f"the public class `{old}` is to stand in a file that is called after it, and {path} is not: move "
                    f"that to {to} first"
                )
    for path, to in moved.items():
        if to in workspace.files:
            raise EditRefused(f"{path} would have to be called {to}, which is there already")
    return moved


def refuse_imported(
    targets: Collection[Symbol],
    whole: LinkedProgram,
    packages: Packages,
    written: Callable[[str], str],
) -> None:
    """Refuse what a file may have by an import of all that a class inherits; `written` is what that is called in the whole.

    Raises:
        EditRefused: with the file.
    """
    if not any(symbol.owners for symbol in targets):
        return
    owners = {owner for symbol in targets for owner in symbol.owners}
    files = {whole.file_of(o) for o in whole.names.occurrences if o.symbol is None}
    for path in sorted(files):
        for each in packages.imports(path):
            imported = packages.class_of(each.parts)
            if each.is_open and imported is not None:
                known = ".".join([written(imported[0]), *each.parts[imported[1] :]])
                if owners & {known, *whole.joined.symbols.classes.ancestors(known)}:
                    raise EditRefused(
                        f"{path} imports all that {each.parts[-1]} has; import `{whole.request.old}` there by its name first"
                    )


def refuse_imported_with_it(
    path: str, holder: str, targets: Collection[Symbol], whole: LinkedProgram
) -> None:
    """Refuse a member of a class that a file imports together with another one of the same name.

    Raises:
        EditRefused: with the file.
    """
    reach = {holder, *whole.joined.symbols.classes.ancestors(holder)}
    others = [s for s in whole.names.symbols if s not in targets and reach & {*s.owners}]
    if others:
        raise EditRefused(
            f"{path} imports a {others[0].kinds[0]} together with it, by one name: rename both, or write one with its "
            "class there"
        )


def refuse_taken(
    targets: Collection[Symbol],
    changed: Mapping[str, FileEdits],
    request: Request,
    packages: Packages,
) -> None:
    """Refuse the new name of a class where it means another one.

    Raises:
        NameRefused: with the file.
    """
    if not any({*symbol.kinds} & _CLASS_KINDS for symbol in targets):
        return
    if request.new in LANGUAGE.builtins:
        raise NameRefused(f"'{request.new}' is a class of java.lang; choose another name")
    for path in sorted(path for path, each in changed.items() if each.edits):
        is_imported = any(i.parts[-1:] == (request.new,) for i in packages.imports(path))
        if is_imported or packages.meaning(path, request.new) is not None:
            raise NameRefused(f"'{request.new}' is already a class in {path}; choose another name")
