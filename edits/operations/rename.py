"""Rename a symbol throughout a file.

"rename get_tree to fetch_tree", "Rename the method `close` to `shut`, including comments and strings".
Names are found in the syntax tree, so a string, a comment or another object's attribute that happens to read
the same is left alone, unless the instruction says "everywhere" or names comments, docstrings or strings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from tree_sitter import Node

from specedit.edits.languages import Language, parse, walk
from specedit.engine.errors import NameRefused, SymbolNotFound

_KINDS = (
    "function|method|class|variable|var|parameter|param|argument|arg|attribute|attr|field|property"
    "|constant|symbol|identifier|name|import|module"
)
_INSTRUCTION = re.compile(
    rf"""\s* (?:please\s+)?
    (?: rename | (?:change|update)\s+(?:all\s+)?(?:the\s+)?(?:name|uses|occurrences)\s+of )
    \s+ (?:(?:all|every)\s+(?:uses?|occurrences?|instances?)\s+of\s+)? (?:the\s+)?
    (?:(?:local|global|private|public|helper|instance|class|module)\s+)* (?:(?:{_KINDS})\s+)?
    (?P<tick>[`'"]?) (?P<old>[^\W\d]\w*) (?P=tick)
    (?:\s+(?:{_KINDS}))?
    \s* (?: \b(?:to|into|as|with)\b(?:\s+be)? | -> | => | → ) \s*
    (?P<tick2>[`'"]?) (?P<new>[^\s`'",.;]+) (?P=tick2)
    (?P<rest>.*) $""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# Every word that may follow the names without changing what is asked. Anything else: not for us to guess.
_REST = re.compile(
    r"(?:[\s,.;!()]|\b(?:everywhere|throughout|across|in|inside|the|this|whole|entire|file|module|code|please|and|or"
    r"|also|too|all|its|of|uses?|usages?|calls?|callers?|occurrences?|references?|accordingly|including|include|with"
    r"|update|any|every|comments?|strings?|docstrings?|text)\b)*"
)
_NAME_BINDERS = frozenset(
    [
        "global_statement",
        "nonlocal_statement",
        "as_pattern_target",
        "for_in_clause",
        "for_statement",
        "named_expression",
        "assignment",
        "augmented_assignment",
        "type_parameter",
    ]
)
_PARAMETERS = frozenset(
    [
        "parameters",
        "lambda_parameters",
        "default_parameter",
        "typed_parameter",
        "typed_default_parameter",
        "list_splat_pattern",
        "dictionary_splat_pattern",
    ]
)
_PATTERNS = frozenset(
    [
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "list_splat_pattern",
        "expression_list",
        "tuple",
        "list",
    ]
)


@dataclass(frozen=True, slots=True)
class _Request:
    old: str
    new: str
    everywhere: bool
    comments: bool
    docstrings: bool
    strings: bool


def predict(instruction: str, text: str, language: Language) -> str | None:
    """Return `text` with the symbol renamed, or None if no rename is asked for.

    Raises:
        SymbolNotFound: the file does not have the symbol.
        NameRefused: the new name is no name, or is already taken in this file.
    """
    request = _read(instruction)
    if request is None:
        return None
    if not re.fullmatch(r"[^\W\d]\w*", request.new) or request.new in language.keywords:
        raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
    nodes = list(walk(parse(text, language).root_node))
    identifiers = [node for node in nodes if node.type == "identifier"]
    source = text.encode("utf-8")
    edits = _symbol_edits(identifiers, request)
    edits |= {
        start: (end, request.new)
        for node in nodes
        if _is_text_to_search(node, request)
        for start, end in _words(source, node, request.old)
    }
    if not edits:
        known = {node.text.decode() for node in identifiers if node.text}
        raise SymbolNotFound(request.old, _nearest(request.old, known))
    _check_free(request, identifiers, edits.keys())
    return _splice(source, edits).decode("utf-8")


def _read(instruction: str) -> _Request | None:
    match = _INSTRUCTION.match(instruction)
    if match is None:
        return None
    rest = match["rest"].lower()
    if not _REST.fullmatch(rest):
        return None
    words = set(re.findall(r"\w+", rest))
    strings = bool(words & {"string", "strings", "text"})
    comments = bool(words & {"comment", "comments", "text"})
    docstrings = strings or bool(words & {"docstring", "docstrings"})
    everywhere = "everywhere" in words
    if everywhere and not (strings or comments or docstrings):
        comments = strings = docstrings = True
    return _Request(match["old"], match["new"], everywhere, comments, docstrings, strings)


def _symbol_edits(identifiers: Iterable[Node], request: _Request) -> dict[int, tuple[int, str]]:
    """Edits at identifiers: start byte → (end byte, new text)."""
    places = [node for node in identifiers if node.text == request.old.encode()]
    roles = {node.start_byte: _role(node) for node in places}
    bound = (
        set().union(*(_binds(node, roles[node.start_byte]) for node in places)) if places else set()
    )
    edits: dict[int, tuple[int, str]] = {}
    for node in places:
        role = roles[node.start_byte]
        if request.everywhere or _is_meant(role, node, bound):
            aliased = role == "import" and not request.everywhere
            new = f"{request.old} as {request.new}" if aliased else request.new
            edits[node.start_byte] = (node.end_byte, new)
    return edits


def _role(node: Node) -> str:
    """How an identifier is used: `name`, `member`, `keyword`, `import` or `module`."""
    parent = node.parent
    if parent is None:
        return "name"
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == node:
        return "member"
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == node:
        return "keyword"
    if parent.type == "dotted_name":
        statement = parent.parent
        if statement is None or statement.child_by_field_name("module_name") == parent:
            return "module"
        if statement.type == "aliased_import" or len(parent.named_children) > 1:
            return "module"
        return "import" if statement.type.startswith("import") else "name"
    return "name"


def _binds(node: Node, role: str) -> set[str]:
    """Which roles this occurrence gives a meaning to in this file."""
    parent = node.parent
    if parent is None:
        return set()
    if role == "import" or (parent.type == "aliased_import" and role == "name"):
        return {"name"}
    if role == "member":
        return {"member"} if _is_assigned(parent) else set()
    if role != "name":
        return set()
    if _is_definition(node):
        return {"member"} if _in_class_body(node) else {"name"}
    if parent.type in _PARAMETERS and parent.child_by_field_name("value") != node:
        return {"name", "keyword"}
    if _is_assigned(node):
        # A class-level assignment may be a dataclass field: its name is a keyword of the constructor too.
        return {"member", "keyword"} if _in_class_body(node) else {"name"}
    return set()


def _is_assigned(node: Node) -> bool:
    while node.parent is not None and node.parent.type in _PATTERNS:
        node = node.parent
    parent = node.parent
    if parent is None or parent.type not in _NAME_BINDERS:
        return False
    if parent.type in ("global_statement", "nonlocal_statement", "as_pattern_target"):
        return True
    return node in (parent.child_by_field_name("left"), parent.child_by_field_name("name"))


def _is_definition(node: Node) -> bool:
    """Whether a name is the one that `def` or `class` gives."""
    parent = node.parent
    return (
        parent is not None
        and parent.type in ("function_definition", "class_definition")
        and parent.child_by_field_name("name") == node
    )


def _in_class_body(node: Node) -> bool:
    """Whether a name belongs to a class directly, a definition's name to the class around it."""
    scope = node.parent
    if scope is not None and _is_definition(node):
        scope = scope.parent
    while scope is not None and scope.type not in (
        "function_definition",
        "lambda",
        "class_definition",
    ):
        scope = scope.parent
    return scope is not None and scope.type == "class_definition"


def _is_meant(role: str, node: Node, bound: set[str]) -> bool:
    if role == "module":
        return False
    if not bound or role == "import":
        return True
    if role == "name" and "name" not in bound:
        # A method's bare name, used inside a function, is another thing: a builtin or a global.
        return _in_class_body(node)
    return role in bound


def _is_text_to_search(node: Node, request: _Request) -> bool:
    if node.type == "comment":
        return request.comments
    if node.type != "string_content" or node.parent is None:
        return False
    string = node.parent
    if request.strings or (request.docstrings and _is_docstring(string)):
        return True
    return _is_annotation_or_export(string)


def _is_docstring(string: Node) -> bool:
    return string.parent is not None and string.parent.type == "expression_statement"


def _is_annotation_or_export(string: Node) -> bool:
    """Whether a string stands for code: a quoted annotation, or an entry of `__all__`."""
    node = string.parent
    while node is not None and node.type not in ("block", "module", "call"):
        if node.type == "type":
            return True
        if node.type in ("assignment", "augmented_assignment"):
            left = node.child_by_field_name("left")
            return left is not None and left.text == b"__all__"
        node = node.parent
    return False


def _words(source: bytes, node: Node, word: str) -> Iterable[tuple[int, int]]:
    """Byte ranges of `word` as a whole word, inside a node that holds text."""
    text = source[node.start_byte : node.end_byte].decode("utf-8")
    for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        yield start, start + len(word.encode("utf-8"))


def _check_free(request: _Request, identifiers: Iterable[Node], edited: Iterable[int]) -> None:
    starts = set(edited)
    roles = {_role(node) for node in identifiers if node.start_byte in starts}
    taken = [
        node.start_point[0] + 1
        for node in identifiers
        if node.text == request.new.encode() and _role(node) in roles
    ]
    if taken and request.new != request.old:
        lines = ", ".join(map(str, sorted(set(taken))[:5]))
        raise NameRefused(
            f"'{request.new}' is already used on line {lines}: the two names would become one; "
            "choose another name"
        )


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    found = process.extract(name, sorted(known), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return [match for match, _, _ in found]


def _splice(source: bytes, edits: dict[int, tuple[int, str]]) -> bytes:
    parts, position = [], 0
    for start, (end, new) in sorted(edits.items()):
        parts += [source[position:start], new.encode("utf-8")]
        position = end
    return b"".join([*parts, source[position:]])
