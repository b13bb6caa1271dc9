"""C and C++: a file's text as its grammar can read it, before the preprocessor has run.

Of each conditional one branch stays, and the directives around it go, so that no brace is opened twice. Macros that
stand for words of a declaration, for nothing, or for a lone brace are written out: the grammar takes such a name for a
type, or for an error.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_TEXTS = r"//(?:\\\n|[^\n])*|/\*.*?\*/|R\"(?P<r>[^\s()\\]{0,16})\(.*?\)(?P=r)\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_DIRECTIVE = re.compile(
    rf"(?P<text>{_TEXTS})"
    r"|^[ \t]*#[ \t]*(?P<word>\w+)(?P<rest>(?:/\*.*?\*/|\\\n|[^\n])*)",
    re.DOTALL | re.MULTILINE,
)
_DEFINED = re.compile(r"[ \t]+(?P<name>\w+)(?P<parameters>\([^()]*\))?(?P<body>.*)", re.DOTALL)
_SPECIFIERS = re.compile(
    r"\b(?:extern|static|inline|__inline|__inline__|__forceinline|const|constexpr|consteval|constinit|volatile|register|"
    r"restrict|__restrict|__restrict__|noexcept|explicit|virtual|override|final|_Noreturn|thread_local|_Thread_local|"
    r"__thread|__stdcall|__cdecl|__fastcall|_stdcall|_cdecl|__extension__|WINAPI|APIENTRY|far|_far|__far|huge|near|pascal)\b"
    r"|\"C\"|\[\[.*?\]\]|\b(?:__attribute__|__attribute|__declspec|_Pragma|__pragma|alignas|_Alignas)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)",
    re.DOTALL,
)
_MOST_NESTED = 8  # macros that stand for macros


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands between two directives of a conditional: from the byte `start` to `end`, the `index`th of it."""

    conditional: int
    index: int
    start: int
    end: int
    condition: str


@dataclass(slots=True)
class Conditionals:
    """The branches of a text, and the ranges of all directives but for those that define macros."""

    branches: list[Branch] = field(default_factory=list)
    directives: list[tuple[int, int]] = field(default_factory=list)
    conditions: list[tuple[int, int]] = field(default_factory=list)

    def around(self, at: int) -> dict[int, int]:
        """Return the branches that a byte stands in: the index of each by its conditional."""
        return {b.conditional: b.index for b in self.branches if b.start <= at < b.end}


def conditionals_of(text: str) -> Conditionals:
    """Return what conditionals a text has; offsets are characters."""
    read, stack = Conditionals(), list[tuple[int, int, int, str]]()
    for match in _DIRECTIVE.finditer(text):
        word, rest = match["word"], (match["rest"] or "").strip()
        if word is None:
            continue
        if word not in ("define", "undef"):
            read.directives.append(match.span())
        if word in ("if", "ifdef", "ifndef"):
            read.conditions.append(match.span())
            shown = {"if": rest, "ifdef": f"defined {rest}", "ifndef": f"!defined {rest}"}[word]
            stack.append((match.start(), 0, match.end(), shown))
        elif word in ("elif", "else", "endif", "elifdef", "elifndef") and stack:
            conditional, index, start, condition = stack.pop()
            read.branches.append(Branch(conditional, index, start, match.start(), condition))
            if word != "endif":
                read.conditions.append(match.span())
                stack.append((conditional, index + 1, match.end(), rest if "if" in word else "1"))
    return read


def chosen(
    conditionals: Conditionals, branches_kept: Mapping[int, int], *, is_cpp: bool
) -> list[Branch]:
    """Return the branches that go: of each conditional all but the `branches_kept` one, or the first that may hold."""
    groups: dict[int, list[Branch]] = {}
    for branch in conditionals.branches:
        groups.setdefault(branch.conditional, []).append(branch)
    removed = []
    for conditional, branches in groups.items():
        kept = branches_kept.get(conditional)
        if kept is None:
            kept = next((b.index for b in branches if _may_hold(b.condition, is_cpp=is_cpp)), None)
        removed += [branch for branch in branches if branch.index != kept]
    return removed


def _may_hold(condition: str, *, is_cpp: bool) -> bool:
    plain = re.sub(r"/\*.*?\*/|//.*|[\s()]", "", condition, flags=re.DOTALL)
    return plain not in ("0", "!defined__cplusplus" if is_cpp else "defined__cplusplus")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro that is written out: what it stands for, and the name of the parameter that it hands on, if it does."""

    body: str
    has_parameters: bool = False
    handed_on: int | None = None


def macros_of(texts: Iterable[str], kept: str) -> dict[str, Macro]:
    """Return the macros that the grammar needs to have written out, of all that some texts define."""
    bodies: dict[str, set[tuple[str | None, str]]] = {}
    for text in texts:
        for match in _DIRECTIVE.finditer(text):
            defined = _DEFINED.match(match["rest"]) if match["word"] == "define" else None
            if defined is not None:
                body = re.sub(r"/\*.*?\*/|//.*|\\\n", " ", defined["body"], flags=re.DOTALL).strip()
                bodies.setdefault(defined["name"], set()).add((defined["parameters"], body))
    bodies.pop(kept, None)
    known: dict[str, Macro] = {}
    for _ in range(_MOST_NESTED):
        added = {
            name: macro
            for name, each in bodies.items()
            if name not in known and (macro := _macro(each, known)) is not None
        }
        if not added:
            break
        known |= added
    return known


def _macro(defined: set[tuple[str | None, str]], known: Mapping[str, Macro]) -> Macro | None:
    """What is written for a macro, if all its definitions are such that it has to be."""
    forms = [
        form
        for parameters, body in sorted(defined, key=str)
        if (form := _form(parameters, body, known))
    ]
    is_empty = not any(form.body.strip() or form.handed_on is not None for form in forms)
    if len(forms) < len(defined) or (is_empty and any(form.has_parameters for form in forms)):
        return (
            None  # a macro without a body reads as a call, or as the function that it is elsewhere
        )
    # Where one definition hands on what another leaves out, there is more to see.
    return max(forms, key=lambda form: (form.handed_on is not None, len(form.body)))


def _form(parameters: str | None, body: str, known: Mapping[str, Macro]) -> Macro | None:
    plain = re.sub(
        r"\b[A-Za-z_]\w*\b(?:\s*\((?:[^()]|\([^()]*\))*\))?",
        lambda m: _written(m[0], known),
        body,
    )
    left = _SPECIFIERS.sub(" ", plain).strip()
    if parameters is None:
        if not left:
            return Macro(plain)
        is_brace = left.count("{") != left.count("}") and re.fullmatch(r"[\w\s:{}]*", left)
        return Macro(plain) if is_brace else None
    names = [name.strip() for name in parameters.strip("()").split(",")]
    if left in ("", "()"):
        return Macro("" if not left else "()", has_parameters=True)
    if left in names and len(names) == 1:
        return Macro(plain.replace(left, ""), has_parameters=True, handed_on=0)
    return None


def _written(word: str, known: Mapping[str, Macro]) -> str:
    name = re.match(r"\w+", word)
    macro = known.get(name[0]) if name is not None else None
    if macro is None or (macro.has_parameters and "(" not in word):
        return word
    rest = word[len(name[0]) :] if name is not None else ""
    return macro.body + ("" if macro.has_parameters else rest)


def written_out(text: str, macros: Mapping[str, Macro]) -> dict[tuple[int, int], str]:
    """Return what stands for the uses of macros in a text, by ranges of characters."""
    if not macros:
        return {}
    names = "|".join(sorted(map(re.escape, macros), key=len, reverse=True))
    pattern = re.compile(
        rf"{_TEXTS}|^[ \t]*#(?:\\\n|[^\n])*|\b(?P<name>{names})\b", re.DOTALL | re.MULTILINE
    )
    replaced: dict[tuple[int, int], str] = {}
    for match in pattern.finditer(text):
        macro = macros[match["name"]] if match["name"] else None
        if macro is None:
            continue
        if not macro.has_parameters:
            replaced[match.span()] = f" {macro.body} "
        elif (end := _closing(text, match.end())) is not None:
            opened = text.index("(", match.end())
            if macro.handed_on is None:
                replaced[match.start(), end] = f" {macro.body} "
            else:
                replaced[match.start(), opened + 1] = f" {macro.body} "
                replaced[end - 1, end] = " "
    return replaced


def _closing(text: str, start: int) -> int | None:
    """The end of the arguments that begin at, or behind white space from, a character."""
    opened = re.compile(r"\s*\(").match(text, start)
    if opened is None:
        return None
    depth = 0
    for match in re.compile(rf"{_TEXTS}|[()]", re.DOTALL).finditer(text, opened.end() - 1):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    return None
