"""What stands around the code of a lazy snippet and is no part of it: a code block, and the path of the file."""

import re
from collections.abc import Collection
from pathlib import PurePath

from specedit.engine.errors import EditRefused

_LONGEST = 300  # characters of a line that names a file
_LABEL = re.compile(
    r"\s*(?P<comment>(?:#|//|--|;|%|/\*|<!--)+\s*)?(?:(?:file(?:\s?name)?|path)\s*:\s*)?[`*]*(?P<path>[^\s`*:]+)[`*]*:?\s*(?:\*/|-->)?\s*",
    re.IGNORECASE,
)


def without_fence(snippet: str, body: str) -> str:
    """Return what stands in the snippet's code block. Where the file has such blocks itself, only one around all is taken off.

    Raises:
        EditRefused: there are several blocks.
    """
    fence = re.compile(r"^(```+|~~~+)[^\n`]*\n(.*?\n)\1[ \t]*$", re.DOTALL | re.MULTILINE)
    if re.search(r"^(?:```|~~~)", body, re.MULTILINE):
        around = re.fullmatch(r"\s*(```+|~~~+)[^\n`]*\n(.*\n)\1\s*", snippet, re.DOTALL)
        return around[2] if around and around[2].count(f"\n{around[1]}") % 2 == 0 else snippet
    blocks = [match[2] for match in fence.finditer(snippet)]
    if len(blocks) > 1:
        raise EditRefused(f"the snippet has {len(blocks)} code blocks; give one for each file")
    return blocks[0] if blocks else snippet


def without_label(snippet: str, path: str, own: Collection[str]) -> str:
    """Return the snippet without a first line that only names the file, as `# src/cart.py` does and none of its `own` lines."""
    first, _, rest = snippet.lstrip("\n").partition("\n")
    label = _LABEL.fullmatch(first) if len(first) <= _LONGEST else None
    if label is None or first in own or not rest.strip():
        return snippet
    name = PurePath(label["path"]).name
    is_label = name == PurePath(path).name != "" and bool(label["comment"] or "." in name)
    return rest if is_label else snippet
