"""Turn %-formatting and `str.format` calls into f-strings (Python). The work is flynt's."""

import logging

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import bag, nothing, words
from specedit.edits.instruction.vocabulary import CONVERT, USE
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "convert % formatting to f-strings",
    "use f-strings",
)

_F_STRINGS = words("f-strings", "f-string", "fstrings", "f strings")
_OLD = bag(
    "all any every the this old style old-style strings string str.format format formats formatting formatted percent printf "
    "printf-style %-formatting %-format percent-formatting %-style call calls expressions usages uses of and or method literals % , ( )"
    " .format str.format() .format() format()"
)
_EVERYWHERE = clause(
    "everywhere|throughout|in this file|in the file|in this module|in the code",
    nothing(),
    optional=True,
)
_ASKED = (
    form(CONVERT, _OLD, clause("to|into|with|by|as|using", _F_STRINGS), _EVERYWHERE),
    form(USE, _F_STRINGS, clause("instead of|for", _OLD, optional=True), _EVERYWHERE),
)


def predict(instruction: str, source: Source) -> str | None:
    """Return the text with f-strings, or None if they are not asked for.

    Raises:
        EditRefused: the language has no f-strings, or Python itself cannot read the file.
    """
    if read(instruction, *_ASKED) is None:
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
