"""Go: the interfaces of the standard library that a type may be one of, which it says nowhere."""

from collections.abc import Collection, Iterator

from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

# By the package that declares each, for a type that is one is used where that is imported.
_INTERFACES = {
    "io.Reader": words("Read"),
    "io.Writer": words("Write"),
    "io.Seeker": words("Seek"),
    "io.ReaderAt": words("ReadAt"),
    "io.WriterAt": words("WriteAt"),
    "io.ReaderFrom": words("ReadFrom"),
    "io.WriterTo": words("WriteTo"),
    "io.ByteReader": words("ReadByte"),
    "io.ByteWriter": words("WriteByte"),
    "io.ByteScanner": words("ReadByte UnreadByte"),
    "io.RuneReader": words("ReadRune"),
    "io.RuneScanner": words("ReadRune UnreadRune"),
    "io.StringWriter": words("WriteString"),
    "os.FileInfo": words("Name Size Mode ModTime IsDir Sys"),
    "fs.FileInfo": words("Name Size Mode ModTime IsDir Sys"),
    "fs.DirEntry": words("Name IsDir Type Info"),
    "fs.FS": words("Open"),
    "fs.File": words("Stat Read Close"),
    "fs.ReadDirFS": words("Open ReadDir"),
    "fs.ReadFileFS": words("Open ReadFile"),
    "sort.Interface": words("Len Less Swap"),
    "heap.Interface": words("Len Less Swap Push Pop"),
    "sync.Locker": words("Lock Unlock"),
    "http.Handler": words("ServeHTTP"),
    "http.ResponseWriter": words("Header Write WriteHeader"),
    "http.Flusher": words("Flush"),
    "http.Hijacker": words("Hijack"),
    "http.Pusher": words("Push"),
    "http.CloseNotifier": words("CloseNotify"),
    "http.RoundTripper": words("RoundTrip"),
    "http.FileSystem": words("Open"),
    "http.File": words("Close Read Seek Readdir Stat"),
    "http.CookieJar": words("SetCookies Cookies"),
    "context.Context": words("Deadline Done Err Value"),
    "hash.Hash": words("Write Sum Reset Size BlockSize"),
    "rand.Source": words("Int63 Seed"),
    "rand.Source64": words("Int63 Seed Uint64"),
    "ast.Visitor": words("Visit"),
    "flag.Value": words("String Set"),
    "net.Error": words("Error Timeout Temporary"),
    "net.Addr": words("Network String"),
    "net.Listener": words("Accept Close Addr"),
    "net.Conn": words(
        "Read Write Close LocalAddr RemoteAddr SetDeadline SetReadDeadline SetWriteDeadline"
    ),
    "image.Image": words("ColorModel Bounds At"),
    "draw.Image": words("ColorModel Bounds At Set"),
    "color.Color": words("RGBA"),
    "color.Model": words("Convert"),
    "crypto.Signer": words("Public Sign"),
    "cipher.Block": words("BlockSize Encrypt Decrypt"),
    "cipher.Stream": words("XORKeyStream"),
    "driver.Driver": words("Open"),
    "driver.Conn": words("Prepare Close Begin"),
    "driver.Stmt": words("Close NumInput Exec Query"),
    "driver.Rows": words("Columns Close Next"),
    "driver.Tx": words("Commit Rollback"),
    "driver.Result": words("LastInsertId RowsAffected"),
    "types.Importer": words("Import"),
    "slog.Handler": words("Enabled Handle WithAttrs WithGroup"),
    "slog.LogValuer": words("LogValue"),
    "expvar.Var": words("String"),
    "reflect.Type": words("Align Kind Elem"),
}
# How many parameters they have, where that is the same in all interfaces.
_PARAMETERS = {
    **dict.fromkeys(
        words("Close Flush Len String Error Name Size Lock Unlock Header Reset Stat"), 0
    ),
    **dict.fromkeys(words("Write Read WriteString WriteHeader ReadFrom WriteTo Sum Next Visit"), 1),
    **dict.fromkeys(words("Less Swap Seek ServeHTTP ReadAt WriteAt"), 2),
}
_OTHER_PACKAGES = {"fs": "os", "rand": "math/rand"}


def satisfied(symbol: Symbol, imported: Collection[str], symbols: Symbols) -> str:
    """Return an interface that the type of a method may be one of by it, "" for none. `imported` are paths of packages."""
    name = text_of(symbol.declarations[0].node)
    packages = {path.rpartition("/")[2] for path in imported}
    for interface, methods in _INTERFACES.items():
        package = interface.partition(".")[0]
        is_imported = package in packages or _OTHER_PACKAGES.get(package) in packages
        if name not in methods or not is_imported:
            continue
        if _takes_other(symbol, name):
            continue
        if any(_may_have(owner, methods, symbols) for owner in symbol.owners):
            return interface
    return ""


def _takes_other(symbol: Symbol, name: str) -> bool:
    """Whether a method evidently has another number of parameters than that of the library."""
    listed = [
        place.node.parent.child_by_field_name("parameters")
        for place in symbol.declarations
        if place.node.parent is not None
    ]
    numbers = {_num_parameters(each) for each in listed if each is not None}
    return name in _PARAMETERS and bool(numbers) and _PARAMETERS[name] not in numbers


def _num_parameters(listed: Node) -> int:
    """How many parameters a list declares: two by `(a, b int)`."""
    return sum(
        max(1, len(each.children_by_field_name("name")))
        for each in listed.named_children
        if "parameter" in each.type
    )


def _may_have(owner: str, methods: Collection[str], symbols: Symbols) -> bool:
    """Whether a type has some methods, or takes in those of a type that is not in this text."""
    has_all = all(symbols.names(method).member_of(owner) is not None for method in methods)
    known = symbols.classes.by_name.get(owner)
    return has_all or any(_embeds_foreign(node) for node in (known.nodes if known else ()))


def _embeds_foreign(node: Node) -> bool:
    return any(kind.type == "qualified_type" for kind in _embedded(node))


def _embedded(node: Node) -> Iterator[Node]:
    """The types that a struct embeds, without their stars."""
    kind = node.child_by_field_name("type")
    listed = kind.named_children[0] if kind is not None and kind.type == "struct_type" else None
    for field in listed.named_children if listed is not None else ():
        if field.type == "field_declaration" and field.child_by_field_name("name") is None:
            stated = field.child_by_field_name("type")
            if stated is not None:
                yield stated
