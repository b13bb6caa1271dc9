"""What a request says besides its file: the instruction, and what is read from other files or stdin."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specedit.edits import safety
from specedit.edits.document import Document, decode_document
from specedit.engine.errors import EditRefused, InvalidRequest

_MOST = 1 << 26  # bytes of an input
KINDS = ("snippet", "patch", "prediction", "ops")


def read(options: argparse.Namespace, files: Sequence[str], instruction: str) -> dict[str, Any]:
    """Return the fields of an `EditRequest` that the options give.

    Raises:
        InvalidRequest: nothing is asked for, an input cannot be read, or stdin is to be two things.
    """
    named = {kind: value for kind in KINDS if (value := getattr(options, kind)) is not None}
    if [*files, *named.values()].count("-") > 1:
        raise InvalidRequest("- (stdin) can be one thing only")
    if not instruction.strip() and not named:
        raise InvalidRequest(
            'the instruction is empty; say what to change: specedit apply FILE "rename a to b", or give --snippet, --patch, '
            "--prediction or --ops"
        )
    try:
        instruction.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidRequest("the instruction is not UTF-8; set the terminal to it") from error
    force = frozenset(filter(None, options.force.split(",")))
    unknown = force - safety.CHECKS.keys()
    if unknown:
        raise InvalidRequest(
            f"no check '{', '.join(sorted(unknown))}'; checks: {', '.join(safety.CHECKS)}"
        )
    documents = {kind: _document_of(kind, value) for kind, value in named.items()}
    if patch := documents.get("patch"):
        options.patch_encoding = patch.encoding
    given = {kind: document.text for kind, document in documents.items()}
    return {"instruction": instruction, "scope": options.scope, "force": force, **given}


def _document_of(kind: str, value: str) -> Document:
    """An input: the JSON itself for operations that look like it, else a file's."""
    if kind == "ops" and value.lstrip()[:1] in ("[", "{"):
        return decode_document(value.encode())
    try:
        data = sys.stdin.buffer.read(_MOST + 1) if value == "-" else _begin_of(Path(value))
        if len(data) > _MOST:  # or has no end, as a device
            raise InvalidRequest(f"--{kind}: '{value}' holds more than {_MOST} bytes")
        return decode_document(data)
    except (OSError, ValueError) as error:  # of a value, that it has a null character
        reason = getattr(error, "strerror", None) or error
        raise InvalidRequest(f"--{kind}: cannot read '{value}': {reason}") from error
    except EditRefused as refusal:
        raise InvalidRequest(f"--{kind}: '{value}' is {refusal}") from refusal


def _begin_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST + 1)
