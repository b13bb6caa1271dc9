"""Go: what a rename would break that no name shows, and the places that nothing resolves."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.go_packages import GoPackages
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused

# Methods that the standard library looks for at run time: without them it does something else, and nothing fails.
_LOOKED_FOR = re.compile(
    r"String|GoString|Error|Format|Unwrap|Is|As|Scan|Value|(Marshal|Unmarshal)(JSON|Text|Binary|XML|XMLAttr)|Gob(En|De)code"
)
# Interfaces of the standard library that a type is one of by having their methods: a file that names such a package may
# use the type as one, which the file itself does not say.
_SATISFIED = {
    "Read": "io.Reader",
    "Write": "io.Writer",
    "Seek": "io.Seeker",
    "ReadAt": "io.ReaderAt",
    "WriteAt": "io.WriterAt",
    "ReadFrom": "io.ReaderFrom",
    "WriteTo": "io.WriterTo",
    "ReadByte": "io.ByteReader",
    "UnreadByte": "io.ByteScanner",
    "WriteByte": "io.ByteWriter",
    "ReadRune": "io.RuneReader",
    "UnreadRune": "io.RuneScanner",
    "WriteString": "io.StringWriter",
    "Len": "sort.Interface",
    "Less": "sort.Interface",
    "Swap": "sort.Interface",
    "Push": "heap.Interface",
    "Pop": "heap.Interface",
    "Lock": "sync.Locker",
    "Unlock": "sync.Locker",
    "ServeHTTP": "http.Handler",
    "Header": "http.ResponseWriter",
    "WriteHeader": "http.ResponseWriter",
    "Flush": "http.Flusher",
    "Hijack": "http.Hijacker",
    "RoundTrip": "http.RoundTripper",
    "Deadline": "context.Context",
    "Done": "context.Context",
    "Err": "context.Context",
    "Sum": "hash.Hash",
    "Int63": "rand.Source",
    "Seed": "rand.Source",
    "Visit": "ast.Visitor",
    "Set": "flag.Value",
    "Timeout": "net.Error",
    "Temporary": "net.Error",
    "Reset": "hash.Hash",
    "BlockSize": "hash.Hash",
    "Size": "hash.Hash",
}
_CLOSER = re.compile(r"\bio\.\w*Closer\b")
_TEST = re.compile(r"(Test|Benchmark|Fuzz|Example)(?![a-z])")
_DIRECTIVE = r"^//(?:export|go:linkname)\b.*\b{}\b"
_GENERATED = re.compile(r"^// Code generated .* DO NOT EDIT\.$", re.MULTILINE)


def refuse_called_by_name(
    symbol: Symbol, new: str, imported: Collection[str], symbols: Symbols
) -> None:
    """Refuse what the language, its tools or the standard library call by its name. `imported` are paths of packages.

    Raises:
        EditRefused: with the line.
    """
    node = symbol.declarations[0].node
    name = text_of(node)
    why = ""
    if name in ("main", "init") and "function" in symbol.kinds:
        why = "is called when the program starts"
    elif "function" in symbol.kinds and _TEST.match(name) and not _TEST.match(new):
        why = "is called by `go test`, which would not find it any more"
    elif "method" in symbol.kinds and _LOOKED_FOR.fullmatch(name):
        why = "may be called by the standard library, which looks for it by its name"
    elif "method" in symbol.kinds and (interface := _interface(name, imported, symbols)):
        why = f"may be what makes its type one of {interface}, which cannot be told here"
    if why:
        raise EditRefused(f"`{name}` on line {line_of(node)} {why}")


def _interface(name: str, imported: Collection[str], symbols: Symbols) -> str:
    """The interface of the standard library that has a method of a name, if the text has its package."""
    if name == "Close":
        return "io.Closer" if _CLOSER.search(symbols.source.text) else ""
    known = _SATISFIED.get(name, "")
    package = known.partition(".")[0]
    return known if any(path.rpartition("/")[2] == package for path in imported) else ""


def refuse_promoted(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse a method that is promoted to a type which satisfies an interface by it alone, or the interface's.

    Raises:
        EditRefused: with the type.
    """
    names = symbols.names(text_of(symbol.declarations[0].node))
    for known in symbols.classes.by_name.values():
        if any(known.name in each.owners for each in names.symbols):
            continue
        wanted = {names.member_of(base) for base in known.bases} - {None}
        given = {names.member_of(embedded) for embedded in known.embedded} - {None}
        if wanted and given and wanted != given and symbol in wanted | given:
            raise EditRefused(
                f"{known.name} has `{text_of(symbol.declarations[0].node)}` from a type that it embeds, and is one of "
                f"{', '.join(sorted(known.bases))} by it: rename both in an edit of your own"
            )


def refuse_name_of_import(paths: Iterable[str], new: str, packages: GoPackages) -> None:
    """Refuse a name for all files of a package that one of them calls an import by.

    Raises:
        NameRefused: with the file.
    """
    for path in paths:
        for each in packages.imports(path):
            if each.local == new:
                raise NameRefused(f"'{new}' is an import on line {each.line + 1} of {path}")


def refuse_hidden(
    unit: str,
    new: str,
    changed: Mapping[str, FileEdits],
    packages: GoPackages,
    workspace: Workspace,
) -> None:
    """Refuse a name that begins with a small letter for what other packages use.

    Raises:
        NameRefused: with the first place.
    """
    if new[:1].isupper():
        return
    for path, each in changed.items():
        if each.edits and packages.of_file.get(path) != unit:
            line = workspace.source(path).data.count(b"\n", 0, min(each.edits)[0]) + 1
            raise NameRefused(
                f"'{new}' would not be exported, but another package uses it on line {line} of {path}"
            )


def left_in(
    path: str, name: str, changed: FileEdits, packages: GoPackages, workspace: Workspace
) -> Iterator[Left]:
    """Yield the places of a name that may be meant, but that are not resolved."""
    if path not in packages.of_file:
        return
    source = workspace.source(path)
    if changed.edits and _GENERATED.search(source.text):
        yield Left(0, "this file is generated: change what it is made from, too", known=False)
    directive = re.compile(_DIRECTIVE.format(re.escape(name)))
    for number, line in enumerate(source.text.split("\n")):
        if directive.search(line):
            yield Left(number, "a directive names it to the linker", known=False)
    unclear = {each.local for each in packages.imports(path) if each.may_be_ours}
    for node in source.nodes_with(name):
        if text_of(node) != name or node.parent is None:
            continue
        if node.type in source.language.strings:
            yield Left(line_of(node) - 1, f"'{name}' in a string", known=False)
        elif unclear and _package_before(node) in unclear:
            yield Left(line_of(node) - 1, "of which package it is cannot be told", known=False)
        elif _has_no_body(node):
            yield Left(line_of(node) - 1, "its body is not in Go", known=False)


def _package_before(node: Node) -> str:
    assert node.parent is not None
    for field in ("operand", "package"):
        through = node.parent.child_by_field_name(field)
        if through is not None and through != node:
            return text_of(through)
    return ""


def _has_no_body(node: Node) -> bool:
    assert node.parent is not None
    function = node.parent
    return (
        function.type == "function_declaration"
        and function.child_by_field_name("name") == node
        and function.child_by_field_name("body") is None
    )
