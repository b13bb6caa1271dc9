"""Edits as data: operational transformation (`retain`, `insert`, `delete`) and LSP TextEdits, read and written.

Operations count code points of the text as it stands in the file, TextEdits lines and UTF-16 code units, as LSP does
by default.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from specedit.edits.text import TextEdit, apply_edits, split_lines, starts_of
from specedit.engine.errors import InvalidRequest


def apply_ops(text: str, source: str) -> str:
    """Return `text` edited by operations or TextEdits, given as JSON.

    Raises:
        InvalidRequest: the JSON is of neither form, or does not fit the text; it names the entry.
    """
    try:
        entries = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"the operations are not JSON: {error}") from error
    if isinstance(entries, dict):
        entries = entries.get("ops", entries.get("edits"))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidRequest('the operations are no list, like [{"retain": 8}, {"insert": "x"}]')
    if entries and "range" in entries[0]:
        edits = sorted((_text_edit(text, e) for e in entries), key=lambda e: (e.start, e.end))
    else:
        edits = list(_operations(text, entries))
    try:
        result = apply_edits(text, edits)
        result.encode("utf-8")
        return result
    except ValueError as error:
        raise InvalidRequest(f"the edits do not fit together: {error}") from error


def to_ops(text: str, edits: Iterable[TextEdit]) -> list[dict[str, object]]:
    """Return edits as operations over the whole of `text`."""
    ops: list[dict[str, object]] = []
    position = 0
    for edit in edits:
        if edit.start > position:
            ops.append({"retain": edit.start - position})
        if edit.end > edit.start:
            ops.append({"delete": edit.end - edit.start})
        if edit.new_text:
            ops.append({"insert": edit.new_text})
        position = edit.end
    if position < len(text):
        ops.append({"retain": len(text) - position})
    return ops


def to_text_edits(text: str, edits: Iterable[TextEdit]) -> list[dict[str, object]]:
    """Return edits as LSP TextEdits."""
    lines = split_lines(text)
    starts = starts_of(lines)
    return [
        {
            "range": {
                "start": _position(lines, starts, e.start),
                "end": _position(lines, starts, e.end),
            },
            "newText": e.new_text,
        }
        for e in edits
    ]


def _operations(text: str, entries: Sequence[dict[str, Any]]) -> Iterable[TextEdit]:
    position = 0
    for number, entry in enumerate(entries, 1):
        kind, value = next(iter(entry.items()), ("", None))
        if kind == "insert" and isinstance(value, str):
            yield TextEdit(position, position, value)
            continue
        if kind not in ("retain", "delete") or type(value) is not int or value < 0:
            raise InvalidRequest(f"operation {number} is no retain, insert or delete: {entry}")
        if position + value > len(text):
            raise InvalidRequest(
                f"operation {number} goes past the end: {kind} {value} at {position} of {len(text)} characters"
            )
        if kind == "delete":
            yield TextEdit(position, position + value, "")
        position += value


def _text_edit(text: str, entry: dict[str, Any]) -> TextEdit:
    try:
        span, new_text = entry["range"], entry["newText"]
        start, end = (
            _offset(text, span[key]["line"], span[key]["character"]) for key in ("start", "end")
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidRequest(f"this is no TextEdit: {entry}") from error
    if not isinstance(new_text, str):
        raise InvalidRequest(f"this is no TextEdit: {entry}")
    return TextEdit(start, end, new_text)


def _offset(text: str, line: int, character: int) -> int:
    lines = split_lines(text)
    if character < 0:
        raise InvalidRequest(f"character {character} is before the line")
    if not 0 <= line <= len(lines):
        raise InvalidRequest(f"line {line} is not in the text: it has {len(lines)} lines")
    content = lines[line].rstrip("\r\n") if line < len(lines) else ""
    units = content.encode("utf-16-le")[: 2 * character].decode("utf-16-le", "ignore")
    return sum(map(len, lines[:line])) + len(units)


def _position(lines: Sequence[str], starts: Sequence[int], offset: int) -> dict[str, int]:
    line = next(i for i in range(len(starts) - 1, -1, -1) if starts[i] <= offset)
    before = "".join(lines[line : line + 1])[: offset - starts[line]]
    return {"line": line, "character": len(before.encode("utf-16-le")) // 2}
