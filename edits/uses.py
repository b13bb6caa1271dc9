"""Whether an edit leaves a use of a name without its definition: deleted, moved below it, no longer imported, or never.

Only what the edit does counts: what was without a definition before may stay so.
"""

import re
from collections.abc import Iterable

from specedit.edits._python_names import ModuleNames, module_names
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import END, Place
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.language import Language, words
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import walk

_MOST_NAMES = 50  # that are looked up: each takes a walk through the text
_DEEPEST = 300  # brackets in brackets
_SHOWN = 3  # lines that a complaint names
# Names that a platform gives too: without their import they are its own.
_AMBIENT = words(
    "AbortController AbortSignal Blob Buffer Event EventTarget File FormData Headers JSX React Request Response "
    "TextDecoder TextEncoder URL URLSearchParams WebSocket atob btoa console crypto fetch performance process "
    "queueMicrotask setImmediate setInterval setTimeout structuredClone"
)


def lost_uses(before: str, after: str, language: Language | None, written: str = "") -> str | None:
    """Return which names the edit leaves without a definition, and where they are used; None if there are none.

    A name that is new need not be defined where the caller has `written` it in code: the import may come next.
    """
    if language is None or not language.has_operations:
        return None
    old, new = Source(before, language), Source(after, language)
    if language.standard_parser == "ast":
        lost = _lost_in_python(before, after, written)
    else:
        lost = _lost(old, new)
    return lost or _lost_member(old, new)


def _lost_in_python(before: str, after: str, written: str) -> str | None:
    try:
        new = module_names(after)
        if new.is_open or not (new.unresolved or new.early or new.missing_methods):
            return None
        old = module_names(before)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if old.is_open:
        return None
    for name, lines in new.unresolved.items():
        if name in old.unresolved:
            continue
        if name in old.bound:
            return f"{_used(name, lines)}, which is no longer defined or imported"
        # Where names came from elsewhere before, as in a plug-in, new ones may too.
        if not old.unresolved and not re.search(rf"\b{re.escape(name)}\b", written):
            return f"{_used(name, lines)}, which is neither defined nor imported"
    for name in new.early.keys() - old.early.keys():
        return f"{_used(name, new.early[name])}, which is defined further down, on line {new.bound[name]}"
    return _lost_method(old, new)


def _lost_method(old: ModuleNames, new: ModuleNames) -> str | None:
    for name in new.missing_methods.keys() - old.missing_methods.keys():
        owner, _, method = name.partition(".")
        if method in old.methods.get(owner, ()):
            return f"{_used(method, new.missing_methods[name])}, which {owner} no longer has"
    return None


def _lost_member(old: Source, new: Source) -> str | None:
    """What is said of a method that its class no longer has, and that is called on what is evidently of the class."""
    classes = {d.qualified for d in new.definitions if d.kind == "class"}
    lost = _methods(old) - _methods(new)
    lost = {(owner, name) for owner, name in lost if owner in classes and name in new.text}
    after = symbols_of(new) if lost and not new.root.has_error and not _is_deep(new.text) else None
    if after is None:
        return None
    for owner, name in sorted(lost)[:_MOST_NAMES]:
        known = after.classes.by_name.get(owner)
        lineage = [owner, *after.classes.ancestors(owner)] if known else []
        if not known or any(after.classes.by_name[each].foreign for each in lineage):
            continue  # what it inherits from elsewhere may have it
        lines = [
            line_of(o.place.node)
            for o in after.names(name).occurrences
            if o.symbol is None
            and o.place.role == "member"
            and after.receiver_of(o.place.node).classes == {owner}
        ]
        if lines:
            return f"{_used(name, lines)}, which {owner} no longer has"
    return None


def _methods(source: Source) -> set[tuple[str, str]]:
    return {(d.owner, d.name) for d in source.definitions if d.kind == "method" and d.owner}


def _lost(old: Source, new: Source) -> str | None:
    language, before, after = new.language, symbols_of(old), symbols_of(new)
    pattern = language.open_import  # of what cannot be seen
    if before is None or after is None or new.root.has_error or _is_deep(new.text):
        return None
    if pattern and re.search(pattern, new.text, re.MULTILINE):
        return None
    there = set(re.findall(r"[\w$]+", new.text))
    packages = _packages(old)
    lost = ((_given(old) | packages) & there) - _given(new) - _packages(new) - _AMBIENT
    for name in sorted(lost)[:_MOST_NAMES]:
        was_given = name in packages or any(_is_in_sight(s) for s in before.names(name).symbols)
        if was_given and not any(not s.is_local for s in after.names(name).symbols):
            lines = [line_of(place.node) for place in _uses(after, name)]
            if lines:
                return f"{_used(name, lines)}, which is no longer defined or imported"
    return _moved_below(old, new, before, after) if language.declares_before_use else None


def _is_deep(text: str) -> bool:
    """Whether brackets nest so deep that no person wrote it; to look up what is around a name would take too long."""
    depth = 0
    for match in re.finditer(r"([(\[{])|[)\]}]", text):
        depth += 1 if match[1] else -1
        if depth > _DEEPEST:
            return True
    return False


def _uses(symbols: Symbols, name: str) -> list[Place]:
    """Return where a name is used that nothing around gives a meaning to."""
    return [
        o.place for o in symbols.names(name).occurrences if o.place.role == "name" and not o.symbol
    ]


def _is_in_sight(symbol: Symbol) -> bool:
    """Whether a symbol may be named anywhere in the file."""
    return not symbol.is_local and not symbol.owners


def _given(source: Source) -> set[str]:
    """Return the names of what a file's top level defines or imports, and others of its imports."""
    names = {d.name for d in source.definitions if not d.owner}
    for statement in source.root.named_children:
        if statement.type in source.language.imports:
            nodes = [n for n in walk(statement) if n.type in source.language.names]
            names |= {source.code(node) for node in nodes}
    return names


def _packages(source: Source) -> set[str]:
    """Return the names of Go's imported packages: those of their folders, where they have no other."""
    names = set()
    for statement in source.root.named_children:
        for node in walk(statement) if statement.type == "import_declaration" else ():
            path = node.child_by_field_name("path") if node.type == "import_spec" else None
            alias = node.child_by_field_name("name")
            if path is not None:
                names.add(source.code(alias) if alias is not None else _package(source.code(path)))
    return names


def _package(path: str) -> str:
    parts = [part for part in path.strip('"`').split("/") if not re.fullmatch(r"v\d+", part)]
    return parts[-1] if parts else ""


def _used(name: str, lines: Iterable[int]) -> str:
    numbers = sorted(set(lines))
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (" and others" if len(numbers) > _SHOWN else "")
    return f"line{'s' * (len(numbers) > 1)} {shown} of the result use{'s' * (len(numbers) == 1)} {name!r}"


def _moved_below(old: Source, new: Source, before: Symbols, after: Symbols) -> str | None:
    """Say which function is used above its definition and any declaration, and was not before."""
    for name in sorted(_seen_above(new) - _seen_above(old))[:_MOST_NAMES]:
        lines = _above_definition(after, name)
        if lines and not _above_definition(before, name):
            return f"{_used(name, lines)}, which is defined further down"
    return None


def _seen_above(source: Source) -> set[str]:
    """Return the functions whose names stand above their definitions."""
    first: dict[str, int] = {}
    for node in source.identifiers:
        first.setdefault(source.code(node), node.start_byte)
    functions = [d for d in source.definitions if d.kind == "function" and not d.owner]
    return {d.name for d in functions if first.get(d.name, END) < d.node.start_byte}


def _above_definition(symbols: Symbols, name: str) -> list[int]:
    places = [o.place for o in symbols.names(name).occurrences if o.place.role == "name"]
    first = min((place.start for place in places if place.bindings), default=0)
    return [line_of(place.node) for place in places if place.start < first]
