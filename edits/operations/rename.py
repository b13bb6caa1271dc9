"""Rename a symbol throughout a file.

"rename get_tree to fetch_tree", "Rename the method `close` to `shut`, including comments and strings", "rename the
parameter x of fetch to y". Names are resolved in the syntax tree, so a string, a comment, another scope's variable or
another object's attribute that happens to read the same is left alone, unless the instruction says "everywhere" or
names comments, docstrings or strings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from specedit.edits._roles import scopes_of
from specedit.edits.language import Language
from specedit.edits.names import Occurrence, occurrences
from specedit.edits.operations._texts import is_searched, words_in
from specedit.edits.syntax import Source, nearest
from specedit.engine.errors import NameRefused, SymbolNotFound

EXAMPLES = (
    "rename get_tree to fetch_tree",
    "rename the method `close` to `shut`",
    "rename the parameter x of fetch to y",
)

_KINDS = (
    "function|method|class|variable|var|parameter|param|argument|arg|attribute|attr|field|property|struct|type|interface"
    "|trait|enum|constant|symbol|identifier|name|import|module|macro"
)
_NAME = r"[^\W\d][\w$]*|[$][\w$]*"
_INSTRUCTION = re.compile(
    rf"""\s* (?:please\s+)?
    (?: rename | (?:change|update)\s+(?:all\s+)?(?:the\s+)?(?:name|uses|occurrences)\s+of )
    \s+ (?:(?:all|every)\s+(?:uses?|occurrences?|instances?)\s+of\s+)? (?:the\s+)?
    (?:(?:local|global|private|public|helper|instance|class|module)\s+)* (?:(?P<kind>{_KINDS})\s+)?
    (?P<tick>[`'"]?) (?P<old>{_NAME}) (?:\(\))? (?P=tick)
    (?:\s+(?P<kind2>{_KINDS}))?
    (?: \s+ (?:in|of|inside|within) \s+ (?:the\s+)? (?:(?:function|method|class)\s+)?
        (?P<tick3>[`'"]?) (?P<where>(?!this\b|file\b|all\b|code\b)(?:{_NAME})(?:(?:\.|::)(?:{_NAME}))*) (?:\(\))? (?P=tick3)
        (?:\s+(?:function|method|class))? )?
    \s* (?: \b(?:to|into|as|with)\b(?:\s+be(?=\s))? | -> | => | → ) \s*
    (?P<tick2>[`'"]?) (?P<new>[^\s`'",.;()]+) (?:\(\))? (?P=tick2)
    (?P<rest>.*) $""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# Every word that may follow the names without changing what is asked. Anything else: not for us to guess.
_REST = re.compile(
    r"(?:[\s,.;!()]|\b(?:everywhere|throughout|across|in|inside|the|this|whole|entire|file|module|code|please|and|or"
    r"|also|too|all|its|of|uses?|usages?|calls?|callers?|occurrences?|references?|accordingly|including|include|with"
    r"|update|any|every|comments?|strings?|docstrings?|text)\b)*"
)
_STYLES = ("snake_case", "camelcase", "pascalcase", "kebab-case", "lowercase", "uppercase")
_GROUPS = {
    "callable": ("function", "method", "macro"),
    "class": ("class", "struct", "type", "interface", "trait", "enum"),
    "parameter": ("parameter", "param", "argument", "arg"),
    "value": ("variable", "var", "constant"),
    "field": ("attribute", "attr", "field", "property"),
}
_GROUP_OF = {word: group for group, listed in _GROUPS.items() for word in listed}
_UNSAID = "Comments and strings stay as they are."


@dataclass(frozen=True, slots=True)
class _Request:
    old: str
    new: str
    kind: str
    word: str
    where: str | None
    everywhere: bool
    comments: bool
    docstrings: bool
    strings: bool


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with the symbol renamed, or None if no rename is asked for.

    Raises:
        SymbolNotFound: the file does not have the symbol.
        NameRefused: the new name is no name, or is already taken in this file.
    """
    request = _read(instruction)
    if request is None:
        return None
    language = source.language
    if not language.is_name(request.new):
        raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
    within = source.definition(request.where).outer if request.where else source.root
    found = [
        o
        for o in occurrences(source, request.old)
        if within.start_byte <= o.node.start_byte < within.end_byte or o.role == "keyword"
    ]
    meant = found if request.everywhere else _meant(found, request)
    edits = _edits(meant, request, language)
    for node in source.nodes:
        inside = within.start_byte <= node.start_byte and node.end_byte <= within.end_byte
        if inside and is_searched(
            node,
            language,
            comments=request.comments,
            docstrings=request.docstrings,
            strings=request.strings,
        ):
            edits |= {place: request.new for place in words_in(source, node, request.old)}
    if not edits:
        known = {source.code(node) for node in source.identifiers}
        raise SymbolNotFound(request.old, nearest(request.old, known))
    _check_free(source, request, meant)
    return source.spliced(edits)


def spelled_out(instruction: str) -> str:
    """Return the instruction, and where it is a rename in code alone, that too: a model cannot know our rule."""
    if not _is_in_code_alone(instruction):
        return instruction
    return f"{instruction.strip().rstrip('.')}. {_UNSAID}"


def left_alone(instruction: str, source: Source) -> list[tuple[int, int]]:
    """Return the byte ranges of the comments and strings that a rename in code alone does not look through."""
    if not _is_in_code_alone(instruction):
        return []
    nothing = dict.fromkeys(("comments", "docstrings", "strings"), False)
    texts = source.language.comments | source.language.strings
    return [
        (node.start_byte, node.end_byte)
        for node in source.nodes
        if node.type in texts and not is_searched(node, source.language, **nothing)
    ]


def _is_in_code_alone(instruction: str) -> bool:
    request = _read(instruction)
    return request is not None and not (request.comments or request.docstrings or request.strings)


def _read(instruction: str) -> _Request | None:
    match = _INSTRUCTION.match(instruction)
    if match is None:
        return None
    rest = match["rest"].lower()
    if match["new"].lower() in _STYLES:
        return None  # a way of writing names, and no name
    if not _REST.fullmatch(rest):
        return None
    words = set(re.findall(r"\w+", rest))
    strings = bool(words & {"string", "strings", "text"})
    comments = bool(words & {"comment", "comments", "text"})
    docstrings = strings or bool(words & {"docstring", "docstrings"})
    everywhere = "everywhere" in words
    if everywhere and not (strings or comments or docstrings):
        comments = strings = docstrings = True
    kind = (match["kind"] or match["kind2"] or "").lower()
    return _Request(
        match["old"],
        match["new"],
        _GROUP_OF.get(kind, ""),
        kind,
        match["where"],
        everywhere,
        comments,
        docstrings,
        strings,
    )


def _meant(found: list[Occurrence], request: _Request) -> list[Occurrence]:
    """The occurrences that mean what is to be renamed: by what is bound where, and by the word used for it."""
    binding = [o for o in found if o.binds]
    if not binding:
        return [o for o in found if o.role != "module"]
    asked = [o for o in binding if _GROUP_OF.get(o.kind) == request.kind]
    if request.where and not request.kind:  # "rename x of f": what f has of that name
        asked = [o for o in binding if o.kind not in ("function", "method", "class")]
    if not asked:
        code = [o for o in binding if o.kind in ("function", "method", "class", "import", "module")]
        lasting = [o for o in binding if o.kind not in ("parameter", "variable") or not o.scope]
        asked = code or [o for o in lasting if o.kind != "parameter"] or binding
    elif (
        request.kind == "callable"
    ):  # "the method x", "the function x": the other only if there is none
        asked = [o for o in asked if o.kind == request.word] or asked
    scopes = {o.scope for o in asked if "name" in o.binds}
    roles = frozenset().union(*(o.binds for o in asked))
    callees = {_function_of(o.node) for o in asked if o.kind in ("parameter", "field")}
    meant = []
    for o in found:
        if o.role in ("name", "import"):
            chosen = ("name" in roles and o.scope in scopes) or ("member" in roles & o.binds)
        elif o.role == "keyword":
            chosen = "keyword" in roles and _callee(o.node) in callees
        else:
            chosen = o.role in roles
        if chosen:
            meant.append(o)
    return meant


def _function_of(parameter: Node) -> str:
    """The name that a function is called by whose parameter this is."""
    names = []
    node = parameter.parent
    while node is not None:
        if node.type in ("function_definition", "class_definition"):
            name = node.child_by_field_name("name")
            names.append(name.text.decode("utf-8") if name is not None and name.text else "")
            if names[0] != "__init__" or len(names) == 2:
                return names[-1]
        node = node.parent
    return names[-1] if names else ""


def _callee(keyword: Node) -> str:
    """The last name of what is called with this keyword."""
    node: Node | None = keyword
    while node is not None and node.type != "call":
        node = node.parent
    called = node.child_by_field_name("function") if node is not None else None
    return (
        re.split(r"\W+", called.text.decode("utf-8"))[-1]
        if called is not None and called.text
        else ""
    )


def _edits(
    meant: Iterable[Occurrence], request: _Request, language: Language
) -> dict[tuple[int, int], str]:
    """Byte ranges → what to write there."""
    edits: dict[tuple[int, int], str] = {}
    for o in meant:
        place, new = (o.node.start_byte, o.node.end_byte), request.new
        if o.role == "import" and not request.everywhere:
            if language.import_alias is None:
                raise NameRefused(
                    f"'{request.old}' is imported on line {o.node.start_point[0] + 1}, and {language.name} cannot "
                    'import it by another name; rename it where it is defined, or say "everywhere"'
                )
            new = language.import_alias.format(old=request.old, new=new)
        elif o.shorthand and not request.everywhere and place not in edits:
            # `{x}` is a field and a variable at once: written out if only one of the two is renamed.
            new = f"{new}: {request.old}" if o.role == "member" else f"{request.old}: {new}"
        edits[place] = new
    return edits


def _check_free(source: Source, request: _Request, meant: Iterable[Occurrence]) -> None:
    """Refuse a name that would become one with another in the same scope."""
    if request.new == request.old:
        return
    meant = list(meant)
    roles = {"name" if o.role == "import" else o.role for o in meant}
    scopes = {o.scope for o in meant if o.role in ("name", "import")}
    others = occurrences(source, request.new)
    binding = {o.scope for o in others if "name" in o.binds}
    hidden = any(  # where the new name is bound already, it would mean that
        {scope.id for scope in scopes_of(o.node, source.language)} & binding for o in meant
    )
    taken = sorted(
        {
            o.node.start_point[0] + 1
            for o in others
            if o.role in roles
            and (
                o.role != "name"
                or hidden
                or 0 in scopes
                or scopes & {scope.id for scope in scopes_of(o.node, source.language)}
            )
        }
    )
    if taken:
        lines = ", ".join(map(str, taken[:5]))
        raise NameRefused(
            f"'{request.new}' is already used on line {lines}: the two names would become one; "
            "choose another name"
        )
