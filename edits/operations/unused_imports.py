"""Remove every import that a file does not use (Python).

"remove unused imports". What cannot be called unused for certain stays: imports in blocks (`try`, `if TYPE_CHECKING`),
beside a comment (`noqa`), of `__future__`, `*`, or `x as x`, which exports; and names that a string or a test may mean.
"""

import re
from collections.abc import Collection
from itertools import pairwise
from pathlib import PurePath

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import nothing, words
from specedit.edits.instruction.vocabulary import CLAIMS, CLEAN, REMOVE
from specedit.edits.operations import _import_uses, _lists
from specedit.edits.operations._rows import gaps
from specedit.edits.prediction import Prediction
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

EXAMPLES = ("remove unused imports",)

_IMPORTS = ("imports", "import statements", "includes")
_ANY = ("", "all ", "any ", "all the ", "all of the ", "any of the ", "every one of the ")
_UNUSED = words(
    *(f"{some}{claim} {each}" for some in _ANY for claim in CLAIMS for each in _IMPORTS),
    *(f"{every} {claim} import" for every in ("every", "each", "any") for claim in CLAIMS),
)
_ARE = ("are not used", "are unused", "are never used", "are not needed", "aren't used")
_ASKED = (
    form(REMOVE + CLEAN, _UNUSED),
    form(
        REMOVE,
        words(*(f"{some}{each}" for some in _ANY for each in _IMPORTS)),
        clause("|".join(f"{that} {are}" for that in ("that", "which") for are in _ARE), nothing()),
    ),
)
_NAMES = re.compile(r"[^\W\d][\w.\[\], |'\"()]*")  # what a string that stands for code may be
_TESTS = re.compile(r"^\s*(?:async\s+)?def test|\bfixture\b", re.MULTILINE)


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text without its unused imports, or None if that is not asked for.

    Raises:
        EditRefused: which imports are used is not known of the language.
    """
    if read(instruction, *_ASKED) is None:
        return None
    if not source.language.tells_unused_imports:
        raise EditRefused(
            f"which imports are unused is told for Python, not for {source.language.name}: name one, as "
            '"remove the unused import x"'
        )
    if PurePath(source.path).name == "__init__.py":
        raise EditRefused(
            "what `__init__.py` imports may be for those who import the package: name the one that is to go, as "
            '"remove the import x"'
        )
    return Prediction(
        "unused_imports",
        _without(source, None),
        certain=True,
        unchanged="no import is unused for certain",
    )


def without_unused(source: Source, names: Collection[str]) -> str:
    """Return the text without those of the imports of some names that it does not use."""
    if PurePath(source.path).name == "__init__.py":
        return source.text  # what is imported there may be for others
    return _without(source, frozenset(names))


def _without(source: Source, only: frozenset[str] | None) -> str:
    edits: _lists.Edits = {}
    whole: set[int] = set()
    for statement in source.root.named_children:
        if statement.type not in ("import_statement", "import_from_statement"):
            continue
        names = [c for c in statement.children_by_field_name("name")]
        targets = [n for n in names if only is None or _bound(source, n) in only]
        unused = [n for n in targets if _is_unused(source, n, statement)]
        if not unused or not _is_alone(source, statement):
            continue
        if len(unused) == len(names):
            whole |= set(range(statement.start_point[0], statement.end_point[0] + 1))
        else:
            edits |= _without_names(names, unused)
    starts = (*source.line_starts, len(source.data))
    edits |= {(starts[row], starts[row + 1]): "" for row in whole | gaps(source, whole)}
    return source.spliced(edits)


def _bound(source: Source, name: Node) -> str:
    """What the file calls what it imports so."""
    imported, _, alias = source.code(name).partition(" as ")
    return alias.strip() or imported.split(".")[0].strip()


def _is_alone(source: Source, statement: Node) -> bool:
    """Whether nothing else stands on the lines of a statement: a comment there may keep it."""
    first, last = statement.start_point[0], statement.end_point[0]
    written = source.lines(first, last + 1).strip()
    return written == source.code(statement).strip() and "#" not in written


def _is_unused(source: Source, name: Node, statement: Node) -> bool:
    text = source.code(name)
    imported, _, alias = text.partition(" as ")
    if alias.strip() == imported.strip():
        return False
    is_from = statement.type == "import_from_statement"
    written = f"from . import {text}" if is_from else f"import {text}"
    try:
        _import_uses.refuse_if_used(source, written, statement)
    except EditRefused:
        return False
    return not _may_be_meant(source, _bound(source, name))


def _may_be_meant(source: Source, name: str) -> bool:
    """Whether a string or a comment may stand for code with the name, or a test's parameter for what is imported."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    if _TESTS.search(source.text) and len(word.findall(source.text)) > 1:
        return True
    for node in source.nodes:
        if node.type == "comment":
            code = re.findall(r"type:.*", source.code(node))
        elif node.type == "string_content":
            text = source.code(node)
            code = (
                [text] if _NAMES.fullmatch(text.strip()) else re.findall(r"(?:>>>|\.\.\. ).*", text)
            )
        else:
            continue
        if any(word.search(part) for part in code):
            return True
    return False


def _without_names(names: list[Node], unused: list[Node]) -> _lists.Edits:
    """The edits that take some names of a statement out, each with one comma."""
    kept = max(i for i, name in enumerate(names) if name not in unused)
    edits = {
        (name.start_byte, after.start_byte): ""
        for name, after in pairwise(names[: kept + 1])
        if name in unused
    }
    if kept + 1 < len(names):
        edits[names[kept].end_byte, names[-1].end_byte] = ""
    return edits
