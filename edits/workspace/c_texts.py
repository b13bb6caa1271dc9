"""C and C++: where a name stands, or is put together, beside the code that its grammar reads."""

import re
from collections.abc import Iterable, Iterator

from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_PASTES = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^()]*)\))?((?:\\\n|[^\n])*##(?:\\\n|[^\n])*)", re.M
)
_CHAIN = re.compile(r"\w+(?:\s*##\s*\w+)+")


def refuse_pasted(name: str, paths: Iterable[str], workspace: Workspace) -> None:
    """Refuse a name that a macro seems to put together of parts.

    Raises:
        EditRefused: with the macro.
    """
    paths = tuple(paths)
    for path in paths:
        text = workspace.text(path)
        for match in _PASTES.finditer(text) if "##" in text else ():
            parameters = {each.strip() for each in (match[2] or "").split(",")}
            for chain in _CHAIN.findall(match[3]):
                parts = re.split(r"\s*##\s*", chain)
                if _gives(name, parts, parameters, paths, workspace):
                    raise EditRefused(
                        f"the macro `{match[1]}` of {path} may put `{name}` together: rename it by hand where it does"
                    )


def _gives(
    name: str, parts: list[str], parameters: set[str], paths: Iterable[str], workspace: Workspace
) -> bool:
    """Whether parts of which some are parameters may be a name, by the words that files have."""
    if parameters.isdisjoint(parts):
        return "".join(parts) == name
    if parameters.issuperset(parts):
        splits = (rf"\b{name[:i]}\s*,\s*{name[i:]}\b" for i in range(1, len(name)))
        pattern = re.compile("|".join(splits))
        return len(name) > 1 and any(pattern.search(workspace.text(path)) for path in paths)
    given = "".join(r"(\w+)" if part in parameters else re.escape(part) for part in parts)
    fit = re.fullmatch(given, name)
    return fit is not None and all(workspace.mentioning(word) for word in fit.groups())


def lines_in_texts(name: str, text: str) -> Iterator[int]:
    """Yield the lines, 0-based, where a string or a `#pragma` names what a linker or an assembler knows."""
    word = rf"\b{re.escape(name)}\b"
    forms = rf'"{re.escape(name)}"|^[ \t]*#[ \t]*pragma\b[^\n]*{word}'
    if re.search(r"\b_*asm_*\b", text):
        forms += rf'|"[^"\n]*{word}[^"\n]*"'
    for match in re.finditer(forms, text, re.MULTILINE):
        yield text.count("\n", 0, match.start())
