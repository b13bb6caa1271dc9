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
    if form == "diff":
        return _diff(outcome).removesuffix("\n")
    old, new = _texts(outcome)
    edits = minimal_edits(old, new)
    return json.dumps(
        ops.to_ops(old, edits) if form == "ops" else ops.to_text_edits(old, edits),
        ensure_ascii=False,
    )


def heads(outcome: Outcome) -> list[str]:
    """Return git's lines on what is done with a file besides its lines; none, where only those are edited."""
    path, to, executable = _path(outcome.path), _path(outcome.moved_to), outcome.executable
    if outcome.action == "edit" and executable is None:
        return []
    made = [f"diff --git a/{path} b/{to or path}"]
    mode = "100755" if executable else "100644"
    if outcome.action == "create":
        made.append(f"new file mode {mode}")
    elif outcome.action == "delete":
        made.append("deleted file mode 100644")
    elif executable is not None:
        made += [f"old mode {'100644' if executable else '100755'}", f"new mode {mode}"]
    if outcome.action == "move":
        made += [f"rename from {path}", f"rename to {to}"]
    return made


def names(outcome: Outcome) -> tuple[str, str]:
    """Return what stands behind `---` and `+++`."""
    path, to = _path(outcome.path), _path(outcome.moved_to)
    old = "/dev/null" if outcome.action == "create" else f"a/{path}"
    return old, "/dev/null" if outcome.action == "delete" else f"b/{to or path}"


def _diff(outcome: Outcome) -> str:
    old, new = _texts(outcome) if outcome.result else ("", "")
    lines = "".join(f"{line}\n" for line in heads(outcome))
    return lines + unified(outcome.path, old, new, names=names(outcome))


def _texts(outcome: Outcome) -> tuple[str, str]:
    assert outcome.result is not None and outcome.data is not None
    document = outcome.result.document
    return document.text, Document(outcome.data, document.bom, document.encoding).text


def _path(path: str | None) -> str:
    if path is None:
        return ""
    return os.path.normpath(os.path.relpath(path) if os.path.isabs(path) else path)
