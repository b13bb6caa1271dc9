"""Texts that nest more deeply than the scanner of their grammar bears.

Tree-sitter gives a scanner 1,024 bytes to keep what is open in. Some write on behind them, which ends the process, so that
such texts are told before any is parsed. What is counted is never less than what the scanner may keep.
"""

import re

# A scanner keeps four bytes for a quote, a list or an indentation, of which a column can begin two: 250 fit.
_MARGIN = re.compile(r"^(?:[ \t>]|(?:[-+*?:]|\d{1,9}[.)])(?=\s)){120}", re.MULTILINE)
# A scanner keeps 12 bytes for a string that is open around the code in another: 84 fit.
_STRINGS = 80
_CODE_IN_STRING = re.compile(r"(?<=\S)[\[{]|[$@%&*]\s+[\[{]")
_PLAIN_SUBSCRIPT = re.compile(
    r"""\[(?:-?\d+|\$\w+)\]|\{(?!(?:[my]|s|tr|q[qwrx]?)\})(?:\$?\w+|'\w*'|"\w*")\}"""
)
_TEMPLATES = 1_000  # Kotlin's scanner ends the process where 1,024 strings are open


def has_deep_margin(text: str) -> bool:
    """Whether a line of YAML or Markdown begins with so much that each column of it may open a block or two."""
    return _MARGIN.search(text) is not None


def has_deep_strings(text: str) -> bool:
    """Whether strings of Perl may stand in the code in strings so deep: `"${ "${ ...`. Closing brackets may be text."""
    before = len(text) + 1
    while len(text) < before:  # `{a}` of `$x{$y{a}}` first
        before, text = len(text), _PLAIN_SUBSCRIPT.sub("", text)
    return len(_CODE_IN_STRING.findall(text)) > _STRINGS


def has_many_templates(text: str) -> bool:
    """Whether strings of Kotlin may stand in the code in strings so deep: `"${"${ ...`."""
    return text.count("${") > _TEMPLATES
