"""C and C++: where a name stands, or is put together, beside the code that its grammar reads."""

import re
from collections.abc import Iterable, Iterator

from specedit.edits.symbols.c_pasting import pasting_macros
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


def refuse_pasted(name: str, paths: Iterable[str], workspace: Workspace) -> None:
    """Refuse a name that a macro of some files seems to put together of parts.

    Raises:
        EditRefused: with the macro.
    """
    paths = tuple(paths)
    texts = [workspace.text(path) for path in paths]
    for path, text in zip(paths, texts, strict=True):
        for macro in pasting_macros(
            name, text, lambda word: bool(workspace.mentioning(word)), texts
        ):
            raise EditRefused(
                f"the macro `{macro}` of {path} may put `{name}` together: rename it by hand where it does"
            )


def lines_in_texts(name: str, text: str) -> Iterator[int]:
    """Yield the lines, 0-based, where a string or a `#pragma` names what a linker or an assembler knows."""
    word = rf"\b{re.escape(name)}\b"
    forms = rf'"{re.escape(name)}"|^[ \t]*#[ \t]*pragma\b[^\n]*{word}'
    if re.search(r"\b_*asm_*\b", text):
        forms += rf'|"[^"\n]*{word}[^"\n]*"'
    for match in re.finditer(forms, text, re.MULTILINE):
        yield text.count("\n", 0, match.start())
