"""What became of a file, as one JSON object for programs."""

import json
from dataclasses import asdict
from typing import Any

from specedit.cli.outcome import Outcome
from specedit.edits.document import Hunk, sha256


def text(outcome: Outcome) -> str:
    """Return the object on one line, in ASCII."""
    result = outcome.result
    return json.dumps(
        {
            "path": outcome.path,
            "action": outcome.action,
            "moved_to": outcome.moved_to,
            "executable": outcome.executable,
            "status": outcome.status,
            "reason": outcome.reason,
            "written": outcome.written,
            "base_sha256": outcome.base_sha256,
            "result_sha256": _result_sha256(outcome),
            "hunks": [_hunk(hunk) for hunk in outcome.hunks],
            "model": result.model if result else None,
            "operation": result.operation if result else None,
            "objections": [asdict(place) for place in result.objections] if result else [],
            "remarks": list(result.remarks) if result else [],
            "proposed": result.proposed if result else None,
            "alternative": result.alternative if result else None,
            "author": asdict(result.author) if result and result.author else None,
            "stats": asdict(result.stats) if result else None,
        }
    )


def _result_sha256(outcome: Outcome) -> str | None:
    if outcome.action == "delete":
        return None
    return outcome.base_sha256 if outcome.data is None else sha256(outcome.data)


def _hunk(hunk: Hunk) -> dict[str, Any]:
    """Byte range and line; texts as UTF-8 where they are, with bytes that are not escaped as in Python."""
    return {
        "start": hunk.start,
        "end": hunk.end,
        "line": hunk.line,
        "old": hunk.old.decode("utf-8", "backslashreplace"),
        "new": hunk.new.decode("utf-8", "backslashreplace"),
    }
