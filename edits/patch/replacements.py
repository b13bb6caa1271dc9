"""`old_string` and `new_string`, as the editing tools of agents are called: JSON or tags, one edit or several."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from specedit.edits.patch.block import Replacement
from specedit.edits.patch.names import plain
from specedit.edits.patch.sections import FilePatch
from specedit.edits.text import with_line_feeds
from specedit.engine.errors import EditRefused

_OLD = ("old_string", "old_str", "oldString", "old_text", "oldText", "old", "search", "find")
_NEW = (
    "new_string",
    "new_str",
    "newString",
    "new_text",
    "newText",
    "new",
    "replace",
    "replacement",
)
_PATH = ("file_path", "filePath", "path", "file", "filename", "target_file")
_ALL = ("replace_all", "replaceAll", "expected_replacements")
_INSIDE = (
    "edits",
    "files",
    "replacements",
    "changes",
    "input",
    "arguments",
    "parameters",
    "function",
)
_OTHER_COMMANDS = ("insert", "create", "view", "undo_edit", "write", "delete")


def sections(patch: str) -> list[FilePatch] | None:
    """Return the replacements by the file that they name; None if the patch is no JSON that has any.

    Raises:
        EditRefused: it asks for something else than a replacement.
    """
    for value in [*_values(patch), _tagged(patch)]:
        made = list(_collect(value, ""))
        if made:
            parts: dict[str, FilePatch] = {}
            for name, replacement in made:
                part = parts.setdefault(name, FilePatch([plain(name)] if name else []))
                part.replacements.append(replacement)
            return list(parts.values())
    return None


def _values(patch: str) -> Iterator[Any]:
    """The JSON of a patch: all of it, what is in fences, or a value on each line."""
    texts = [patch, *re.findall(r"^`{3,}\w*\n(.*?)^`{3,}\s*$", patch, re.DOTALL | re.MULTILINE)]
    for text in texts:
        if not text.strip().startswith(("{", "[")):
            continue
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            try:
                yield [json.loads(line) for line in text.splitlines() if line.strip()]
            except (ValueError, RecursionError):
                continue


def _tagged(patch: str) -> list[dict[str, str]]:
    """The pairs of a patch that has them in tags: `<old_text>` and `<new_text>`."""
    pair = rf"<({'|'.join(_OLD)})\b[^>\n]*>\n?(.*?)\n?</\1>\s*<({'|'.join(_NEW)})>\n?(.*?)\n?</\3>"
    matches = re.finditer(pair, patch, re.DOTALL)
    return [{"old": match[2], "new": match[4]} for match in matches]


def _collect(value: Any, name: str) -> Iterator[tuple[str, Replacement]]:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):  # a call's arguments
        value = next(_values(value), None)
    if isinstance(value, list):
        for each in value:
            yield from _collect(each, name)
    if not isinstance(value, dict):
        return
    name = next((value[key] for key in _PATH if isinstance(value.get(key), str)), name)
    old, new = (_first(value, keys) for keys in (_OLD, _NEW))
    if old is not None and new is not None:
        everywhere = any(value.get(key) is True for key in _ALL[:2])
        yield name, Replacement(with_line_feeds(old), with_line_feeds(new), everywhere)
        return
    if value.get("command") in _OTHER_COMMANDS:
        raise EditRefused(
            f"the patch's command {value['command']!r} is no replacement; give old_str and new_str"
        )
    for key in _INSIDE:
        if key in value:
            yield from _collect(value[key], name)


def _first(value: dict[str, Any], keys: Sequence[str]) -> str | None:
    return next((value[key] for key in keys if isinstance(value.get(key), str)), None)
