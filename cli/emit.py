"""An edit in the forms that other programs apply."""

import json
import os

from specedit.cli.outcome import Outcome
from specedit.editor.diff import unified
from specedit.edits import ops
from specedit.edits.document import Document
from specedit.edits.text import minimal_edits

FORMS = ("ops", "diff", "text-edits")


def text(outcome: Outcome, form: str) -> str:
    """Return the edit as operations, as a unified diff that `git apply` takes, or as LSP TextEdits."""
    assert outcome.result is not None and outcome.data is not None
    document = outcome.result.document
    old = document.text
    new = Document(outcome.data, document.bom, document.encoding).text
    if form == "diff":
        return _diff(outcome.path, old, new)
    edits = minimal_edits(old, new)
    return json.dumps(
        ops.to_ops(old, edits) if form == "ops" else ops.to_text_edits(old, edits),
        ensure_ascii=False,
    )


def _diff(path: str, old: str, new: str) -> str:
    path = os.path.normpath(os.path.relpath(path) if os.path.isabs(path) else path)
    return unified(path, old, new)
