"""Turn %-formatting and `str.format` calls into f-strings (Python). The work is flynt's."""

import logging
import re

from specedit.edits.operations._phrases import plain
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "convert % formatting to f-strings",
    "use f-strings",
)

_ASKED = re.compile(
    r"""\s*(?:please\s+)?(?:(?:convert|change|turn|rewrite|migrate|replace|refactor|transform)\s+.*\b(?:to|into|with|by|as|using)\s+f-?strings?
    |use\s+f-?strings?(?:\s+(?:instead\s+of|for|everywhere|throughout|in).*)?)
    (?:\s+(?:everywhere|throughout|in\s+(?:this|the)\s+(?:file|module|code)))?\s*[.!]?\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SUBJECT = re.compile(
    r"(?:[\s,.%]|\b(?:please|convert|change|turn|rewrite|migrate|replace|refactor|transform|use|all|any|every|the|this"
    r"|old|style|strings?|string|str|format|formats|formatting|formatted|percent|printf|calls?|expressions?|usages?|uses?|of|and|or"
    r"|in|file|module|code|to|into|with|by|as|using|f|instead|for|everywhere|throughout|method|literals?)\b|[-`'\"()])*",
    re.IGNORECASE,
)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with f-strings, or None if they are not asked for.

    Raises:
        EditRefused: the language has no f-strings, or Python itself cannot read the file.
    """
    instruction = plain(instruction)
    if not _ASKED.fullmatch(instruction) or not _SUBJECT.fullmatch(instruction):
        return None
    if not source.language.has_f_strings:
        raise EditRefused(f"{source.language.name} has no f-strings")
    from flynt.code_editor import fstringify_code_by_line
    from flynt.state import State

    logging.getLogger("flynt").setLevel(logging.CRITICAL)  # it warns of each string that it leaves
    # Its own limit on the length of a line would leave some conversions out.
    try:
        text: str = fstringify_code_by_line(source.text, State(len_limit=None))[0]
    except (SyntaxError, RecursionError, MemoryError) as error:  # of what is nested too deep, too
        raise EditRefused(f"Python's own parser cannot read this file: {error}") from error
    return text
