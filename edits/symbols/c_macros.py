"""C: the places of a name that the preprocessor sees."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from specedit.edits.symbols.c_declarators import namespaces
from specedit.edits.symbols.c_expansions import Given, Macro, Macros, Role, macro_of
from specedit.edits.symbols.c_macro_text import words_in
from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import Binding, Expansion, Place
from specedit.edits.syntax.nodes import ancestors, field_of, text_of
from specedit.edits.syntax.tree import Node

_MACRO = ("macro",)
_NO_TYPES = ("return", "goto", "else", "case", "sizeof", "do", "typeof", "throw", "delete", "new")
_MACRO_NAMES = re.compile(
    r"[A-Z][A-Z0-9_]{2,}|container_of|\w*offsetof|(?:list|hlist|rb)_\w*(?:entry|each)\w*"
)


def places_in_macro(name: str, node: Node, macros: Macros, classes: Classes) -> Iterator[Place]:
    """The places of a name in what a macro stands for, text that the grammar does not divide, and where that is used."""
    directive = node.parent.child_by_field_name("directive") if node.parent is not None else None
    asked = text_of(directive).strip("# \t")
    if directive is not None and asked not in ("undef", "ifdef", "ifndef"):
        return
    text, macro = text_of(node), macro_of(node)
    for first, last in words_in(name, text):
        start = node.start_byte + len(text[:first].encode("utf-8"))
        at = (node, start, start + len(name.encode("utf-8")))
        before = text[:first].rstrip()
        if directive is not None or macro is None:
            yield Place(*at, spaces=_MACRO)
            continue
        if name in (macro.parameters or ()):
            yield Place(*at, spaces=("macro", "value"), reason="a name in a macro")
            continue
        roles = macros.role_at(text, first, last)
        if {role.kind for role in roles} <= {"pasted", "text"}:
            yield Place(*at, "other", reason="a part of a name that a macro puts together")
        elif _is_declared(name, text):
            yield Place(*at, "other", reason="a name that a macro declares for itself")
        elif re.search(r"\b(struct|union|enum|class)$", before):
            yield Place(*at, spaces=("tag", "value"), reason="a name in a macro")
        elif before.endswith("::"):
            yield from _qualified(at, before, macro, macros)
        else:
            yield from _by_role(at, roles, macro, macros, classes)


def _is_declared(name: str, text: str) -> bool:
    """Whether what a macro stands for seems to declare a name, as in `int name = 0;`."""
    declared = re.search(rf"\b([A-Za-z_]\w*)(?:\s*\*+\s*|\s+){re.escape(name)}\s*[=;,\[]", text)
    return declared is not None and declared[1] not in _NO_TYPES


def _qualified(
    at: tuple[Node, int, int], before: str, macro: Macro, macros: Macros
) -> Iterator[Place]:
    """A name behind `::`."""
    if re.search(r"\bstd\s*::$", before):
        yield Place(*at, "other", reason="a name of the standard library")
        return
    last = re.findall(r"\w+", before)[-1:]
    if keys := tuple(f"ns:{p}" for p in namespaces(at[0]) if p.split("::")[-1:] == last):
        yield Place(*at, "path", scopes=keys)
        return
    yield Place(*at, "unknown", reason="a name of another scope in a macro")
    for use in macros.uses(macro.name):
        begin = use.node.start_byte
        yield Place(use.node, begin, begin, "unknown", expansion=Expansion(macro.name, at[1]))


def _by_role(
    at: tuple[Node, int, int],
    roles: Collection[Role],
    macro: Macro,
    macros: Macros,
    classes: Classes,
) -> Iterator[Place]:
    """A name in the body of a macro, and what it means where the macro is used."""
    kinds = {role.kind for role in roles}
    if "member" not in kinds:
        yield Place(*at, spaces=("macro", "value"), reason="a name in a macro")
    elif (owner := _cast_to(roles, classes)) and len(kinds) == 1:
        yield Place(*at, "member", owners=(owner,))
        return
    else:
        reason = "a member in a macro, of what is not evident"
        yield Place(*at, "unknown member", reason=reason)
    for use in macros.uses(macro.name):
        begin = use.node.start_byte
        here = (use.node, begin, begin)
        for role in roles:
            expansion = Expansion(macro.name, at[1], role.member_of)
            if "member" not in kinds:
                yield Place(*here, expansion=expansion)
            elif len(kinds) > 1:
                yield Place(*here, "unknown member", expansion=expansion)
            else:
                yield _member(here, expansion, macro, use.arguments, classes)


def _cast_to(roles: Collection[Role], classes: Classes) -> str:
    """The class that a macro says what it has a member of to be, "" if it says none."""
    owners = {
        classes.named(role.member_of.type_name.split()[-1]) if role.member_of.type_name else ""
        for role in roles
    }
    return owners.pop() if len(owners) == 1 else ""


def _member(
    at: tuple[Node, int, int],
    expansion: Expansion,
    macro: Macro,
    arguments: Sequence[Given],
    classes: Classes,
) -> Place:
    """A member that a macro names where it is used with some arguments."""
    member_of, parameters = expansion.member_of, macro.parameters or ()
    word = member_of.type_name or member_of.name
    given = Given(member_of.type_name)
    if word in parameters:
        index = parameters.index(word)
        given = arguments[index] if index < len(arguments) else Given()
        fields = (*given.fields, *member_of.fields)
        expansion = replace(expansion, member_of=replace(member_of, fields=fields))
    if member_of.type_name:
        owner = classes.named(given.text.split()[-1]) if given.text else ""
        if owner:
            return Place(*at, "member", owners=(owner,), expansion=expansion)
    elif given.expression is not None or (word and word not in parameters):
        return Place(*at, "member", holder=given.expression, expansion=expansion)
    return Place(*at, "unknown member", expansion=expansion)


def place_given(at: tuple[Node, int, int], macros: Macros, classes: Classes) -> Place | None:
    """Return a name in code that is given to a macro, None if it means there what it means elsewhere."""
    call = macros.given_to(at[1], at[2])
    if call is None:
        return None
    called, index, arguments = call
    roles = {
        (macro, role) for macro in macros.definitions(called) for role in macros.roles(macro, index)
    }
    kinds = {role.kind for _, role in roles} - {"text"}
    if kinds <= {"plain"}:
        return None
    expansion = Expansion(called)
    if kinds == {"pasted"}:
        return Place(*at, "other", reason=f"a part of a name that `{called}` puts together")
    if kinds == {"plain", "pasted"}:
        reason = f"is given to the macro `{called}`, which puts another name together of it, too"
        return Place(*at, written="", reason=reason)
    if kinds == {"member"} and len(roles) == 1:
        ((macro, role),) = roles
        given = [macros.given(each) for each in arguments]
        expansion = Expansion(called, None, role.member_of)
        return replace(
            _member(at, expansion, macro, given, classes),
            reason=f"is given to the macro `{called}`, of what, is not evident",
        )
    reason = f"is given to the macro `{called}`, which does more with it than name one member"
    return Place(*at, "unknown member", reason=reason, expansion=expansion)


def may_be_given(place: Place, macros: Macros) -> Place:
    """Return a name in code, with what is not known of it if it is given to what may be a macro of another library."""
    call = macros.given_to(place.start, place.end)
    if (
        call is None
        or place.role != "name"
        or place.bindings
        or not _MACRO_NAMES.fullmatch(call[0])
    ):
        return place
    if macros.definitions(call[0]):
        return place
    reason = f"is given to `{call[0]}`, which is not defined here, and may be a macro"
    return replace(place, expansion=Expansion(call[0]), reason=reason)


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
