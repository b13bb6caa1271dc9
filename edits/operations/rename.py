"""Rename a symbol throughout a file.

"rename get_tree to fetch_tree", "Rename the method `close` to `shut`, including comments and strings", "rename the
parameter x of fetch to y". Names are resolved as the language defines them, so a string, a comment, another scope's
variable or another object's attribute that happens to read the same is left alone, unless the instruction says
"everywhere" or names comments, docstrings or strings.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from specedit.edits.operations._lists import Edits
from specedit.edits.operations._rename_choice import choose, refuse_inherited
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_docs import tags
from specedit.edits.operations._rename_instruction import read
from specedit.edits.operations._rename_listing import describe
from specedit.edits.operations._rename_policy import veto_policy, with_scope_note
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_unclear import refuse_mixed
from specedit.edits.operations._texts import is_searched, words_in
from specedit.edits.prediction import Left, Prediction
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.symbols.shorthands import with_shorthands
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused, NameRefused, SymbolNotFound

EXAMPLES = (
    "rename {get_tree} to {fetch_tree}",
    "rename the method {`close`} of {Door} to {`shut`}",
    "rename the parameter {x} of {fetch} to {y}",
    "rename {Door.close} to {shut}",
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one of several renames changes in code and in texts, and what it leaves."""

    old: str
    new: str
    code: Edits
    texts: Edits
    left: list[Left]


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with the symbols renamed and what is left, or None if no rename is asked for.

    Raises:
        EditRefused: it asks for more than a rename, or the symbol cannot be renamed here.
        SymbolNotFound: the file does not have the symbol.
        AmbiguousPlace: several symbols bear the name.
        NameRefused: the new name is no name, or is already taken in this file.
    """
    requests = read(instruction)
    if requests is None:
        return None
    symbols = _symbols(source)
    parts = [_renamed(request, symbols) for request in requests]
    edits: Edits = {}
    for part in parts:
        if not edits.keys().isdisjoint(part.code.keys() | part.texts.keys()):
            raise EditRefused("two of the renames are of one symbol; say which name it is to have")
        edits |= part.texts | part.code
    left = [place for part in parts for place in part.left]
    after = Source(source.spliced(edits), source.language)
    result = _symbols(after, relates_parameters=False)
    for part in parts:
        left += check_free(part.old, part.new, part.code, edits, result)
    written = with_shorthands(edits, source)
    if written != edits:
        after = Source(source.spliced(written), source.language)
        result = _symbols(after, relates_parameters=False)
    named = [s for r in requests for s in symbols.names(r.old).symbols]
    is_local = all(s.is_local and not _is_passed_by_name(s, source) for s in named)
    certain = not source.root.has_error and all(place.known for place in left)
    return Prediction(
        "rename",
        after.text,
        instruction=with_scope_note(instruction),
        policy=veto_policy(instruction, source, after, result, left),
        certain=certain,
        left=tuple(left),
        renames=() if is_local else (instruction,),
    )


def _is_passed_by_name(symbol: Symbol, source: Source) -> bool:
    """Whether callers, in other files too, may name it as a keyword."""
    return source.language.has_keyword_arguments and "parameter" in symbol.kinds


def _symbols(source: Source, *, relates_parameters: bool = True) -> Symbols:
    symbols = symbols_of(source, relates_parameters=relates_parameters)
    if symbols is None:
        raise EditRefused(
            f"renames are not known for {source.language.name}; give the edit as a snippet or a patch"
        )
    return symbols


def _renamed(request: Request, symbols: Symbols) -> _Part:
    """What one rename changes, and what it leaves."""
    request = _with_private_mark(request, symbols)
    language = symbols.source.language
    if not language.is_name(request.new.removeprefix("#")):
        raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
    code, left = _in_code(request, symbols)
    texts = edits_in_texts(request, symbols.source)
    if not code and not texts:
        raise SymbolNotFound(request.old, _nearest(request.old, symbols))
    return _Part(request.old, request.new, code, texts, left)


def _with_private_mark(request: Request, symbols: Symbols) -> Request:
    """A private name of JavaScript has its mark, also where the instruction does not write it."""
    if request.old.startswith("#"):
        return replace(request, new=f"#{request.new.removeprefix('#')}")
    is_private = not symbols.names(request.old).symbols and symbols.names(f"#{request.old}").symbols
    if not is_private:
        return request
    return replace(request, old=f"#{request.old}", new=f"#{request.new.removeprefix('#')}")


def _in_code(request: Request, symbols: Symbols) -> tuple[Edits, list[Left]]:
    """The edits of the places that mean the symbol, and the other places of its name."""
    occurrences = symbols.names(request.old).occurrences
    if request.everywhere and not (request.noun or request.owner):
        old = request.old.encode("utf-8")
        written = [node for node in symbols.source.identifiers if node.text == old]
        edits = {(node.start_byte, node.end_byte): request.new for node in written}
        return edits | edits_of(occurrences, request), []
    if not symbols.names(request.old).symbols:
        return _undeclared(request, symbols)
    chosen = choose(request, symbols)
    refuse_inherited(request.old, chosen, symbols)
    refuse_mixed(request, chosen, symbols)
    left = {o: _left(o, chosen, symbols) for o in occurrences if o.symbol not in chosen}
    # "Everywhere" goes for what cannot be told, too; what is another symbol for certain stays.
    targets = [
        o for o in occurrences if o not in left or (request.everywhere and not left[o].known)
    ]
    code = edits_of(targets, request) | edits_in_tags(targets, request)
    untouched = [place for o, place in left.items() if o not in targets]
    return code, [*untouched, *called_elsewhere(chosen)]


def _undeclared(request: Request, symbols: Symbols) -> tuple[Edits, list[Left]]:
    """The edits for a name that another file declares; whether it is to be renamed there too, this one cannot tell."""
    occurrences = symbols.names(request.old).occurrences
    free = [o for o in occurrences if o.place.role == "name"]
    if request.old in symbols.source.language.builtins:
        raise EditRefused(f"'{request.old}' is a name of the language: no file can rename it")
    if not free or request.owner:
        raise SymbolNotFound(request.old, _nearest(request.old, symbols))
    reason = f"'{request.old}' is not declared in this file"
    left = [Left(line_of(free[0].place.node) - 1, reason, known=False)]
    return edits_of(free, request), left


def _nearest(name: str, symbols: Symbols) -> list[str]:
    source = symbols.source
    return nearest(name, {source.code(node) for node in source.identifiers} - {name})


def _left(occurrence: Occurrence, chosen: Collection[Symbol], symbols: Symbols) -> Left:
    line, role = line_of(occurrence.place.node) - 1, occurrence.place.role
    if occurrence.symbol is not None:
        return Left(line, describe(occurrence.symbol, symbols), known=True)
    # A member is none of these symbols, whatever it is a member of, if they are no members.
    others = role in ("member", "unknown member") and not any(s.owners for s in chosen)
    others = others or (role == "key" and not any("parameter" in s.kinds for s in chosen))
    return Left(line, occurrence.reason, occurrence.known or others)


def called_elsewhere(symbols: Collection[Symbol]) -> Iterator[Left]:
    """Yield where methods are declared that a library calls by their names, as far as that is known of it."""
    for place in (place for symbol in symbols for place in symbol.declarations):
        for library in {binding.also for binding in place.bindings if binding.also}:
            reason = f"it overrides a method of {library}, which is called by its name there"
            yield Left(line_of(place.node) - 1, reason, known=False)


def edits_of(targets: Collection[Occurrence], request: Request) -> Edits:
    """Return byte ranges with what a rename writes there. A shorthand of which both symbols are meant stays one.

    Raises:
        NameRefused: in one of the places the name cannot be changed.
    """
    places = Counter((o.place.start, o.place.end) for o in targets)
    edits: Edits = {}
    for occurrence in targets:
        place = occurrence.place
        at = (place.start, place.end)
        bare = places[at] > 1 or (request.everywhere and "{old}" in (place.written or "{old}"))
        form = "{new}" if bare else place.written
        if not form:
            raise NameRefused(
                f"'{request.old}' on line {line_of(place.node)} {place.reason}; "
                'rename it where it is defined, or say "everywhere"'
            )
        edits[at] = form.format(old=request.old, new=request.new)
    return edits


def edits_in_tags(targets: Collection[Occurrence], request: Request) -> Edits:
    """Return the edits in the documentation of a function that names its parameters."""
    return {at: request.new for occurrence in targets for at in tags(occurrence.place)}


def edits_in_texts(request: Request, source: Source) -> Edits:
    """Return the edits in comments and strings, as far as they are asked for."""
    wishes = {
        "comments": request.comments,
        "docstrings": request.docstrings,
        "strings": request.strings,
    }
    if not any(wishes.values()):
        return {}
    return {
        place: request.new
        for node in source.nodes
        if is_searched(node, source.language, **wishes)
        for place in words_in(source, node, request.old)
    }
