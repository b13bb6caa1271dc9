"""C: the places of a name that the preprocessor sees."""

import re
from collections.abc import Callable, Iterable, Iterator

from specedit.edits.symbols.places import Binding, Place
from specedit.edits.syntax.nodes import ancestors, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_MACRO = ("macro",)
_PASTES = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^()]*)\))?((?:\\\n|[^\n])*##(?:\\\n|[^\n])*)", re.M
)
_CHAIN = re.compile(r"\w+(?:\s*##\s*\w+)+")


def pasting_macros(
    name: str, text: str, mentions: Callable[[str], bool], texts: Iterable[str]
) -> Iterator[str]:
    """Yield the macros of a text that seem to put a name together of parts.

    `mentions` says whether a word is anywhere, and `texts` are those that may call them.
    """
    for match in _PASTES.finditer(text) if "##" in text else ():
        parameters = {each.strip() for each in (match[2] or "").split(",")}
        for chain in _CHAIN.findall(match[3]):
            if _gives(name, re.split(r"\s*##\s*", chain), parameters, mentions, texts):
                yield match[1]
                break


def _gives(
    name: str,
    parts: list[str],
    parameters: set[str],
    mentions: Callable[[str], bool],
    texts: Iterable[str],
) -> bool:
    """Whether parts of which some are parameters may be a name, by the words that texts have."""
    if parameters.isdisjoint(parts):
        return "".join(parts) == name
    if parameters.issuperset(parts):
        splits = (rf"\b{name[:i]}\s*,\s*{name[i:]}\b" for i in range(1, len(name)))
        pattern = re.compile("|".join(splits))
        return len(name) > 1 and any(map(pattern.search, texts))
    given = "".join(r"(\w+)" if part in parameters else re.escape(part) for part in parts)
    fit = re.fullmatch(given, name)
    return fit is not None and all(map(mentions, fit.groups()))


def places_in_macro(name: str, node: Node) -> Iterator[Place]:
    """The places of a name in what a macro stands for: text that the grammar does not divide."""
    directive = node.parent.child_by_field_name("directive") if node.parent is not None else None
    if directive is not None and text_of(directive).strip("# \t") not in (
        "undef",
        "ifdef",
        "ifndef",
    ):
        return
    text = text_of(node)
    word = (
        rf'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*|/\*.*?\*/|(?<![\w]){re.escape(name)}(?![\w])'
    )
    for match in re.finditer(word, text, re.DOTALL):
        if match[0] != name:
            continue
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        at = (node, start, start + len(name.encode("utf-8")))
        before = text[: match.start()].rstrip()
        if before.endswith((".", "->")):
            yield Place(*at, "unknown member", reason="a member in a macro, of what is not evident")
        elif directive is not None:
            yield Place(*at, spaces=_MACRO)
        elif _is_pasted(text, match) and not _is_parameter(name, node):
            yield Place(*at, "other", reason="a part of a name that a macro puts together")
        else:
            tagged = re.search(r"\b(struct|union|enum)$", before)
            spaces = ("tag", "value") if tagged else ("macro", "value")
            yield Place(*at, spaces=spaces, reason="a name in a macro")


def places_of_pasting(name: str, source: Source) -> Iterator[Place]:
    """Yield a place, at its definition, for each macro that may put a name together: of what, only its calls tell."""
    if "##" not in source.text:
        return
    words = set(re.findall(r"\w+", source.text))
    for node in source.nodes:
        if node.type in ("preproc_def", "preproc_function_def"):
            for macro in pasting_macros(name, text_of(node), words.__contains__, [source.text]):
                reason = f"the macro `{macro}` may put it together"
                yield Place(
                    node, node.start_byte, node.start_byte, "unknown", written="", reason=reason
                )


def _is_pasted(text: str, name: re.Match[str]) -> bool:
    """Whether `##` joins a name in a macro to what stands beside it."""
    return text[: name.start()].rstrip().endswith("##") or text[name.end() :].lstrip().startswith(
        "##"
    )


def _is_parameter(name: str, body: Node) -> bool:
    """Whether a name is a parameter of the macro that stands for `body`."""
    macro = body.parent
    listed = macro.child_by_field_name("parameters") if macro is not None else None
    return listed is not None and any(text_of(each) == name for each in listed.named_children)


def macro_bindings(node: Node) -> Iterator[Binding]:
    """Yield the macro that a name defines where it stands."""
    parent = node.parent
    if parent is None or parent.type not in ("preproc_def", "preproc_function_def"):
        return
    if parent.child_by_field_name("name") == node:
        yield Binding("macro", spaces=_MACRO)


def is_conditional(node: Node) -> bool:
    """Whether a name stands in the condition of `#if`, or is what `#ifdef` asks for."""
    for parent, child in ancestors(node):
        if parent.type in ("preproc_if", "preproc_elif"):
            return field_of(child) == "condition"
        if parent.type in ("preproc_ifdef", "preproc_elifdef", "preproc_defined"):
            return field_of(child) == "name" or parent.type == "preproc_defined"
        if parent.type in ("compound_statement", "translation_unit", "declaration_list"):
            return False
    return False
