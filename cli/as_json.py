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
            "status": outcome.status,
            "reason": outcome.reason,
            "written": outcome.written,
            "base_sha256": outcome.base_sha256,
            "result_sha256": sha256(outcome.data)
            if outcome.data is not None
            else outcome.base_sha256,
            "hunks": [_hunk(hunk) for hunk in outcome.hunks],
            "model": result.model if result else None,
            "operation": result.operation if result else None,
            "objections": [asdict(place) for place in result.objections] if result else [],
            "remarks": list(result.remarks) if result else [],
            "proposed": result.proposed if result else None,
            "alternative": result.alternative if result else None,
            "stats": asdict(result.stats) if result else None,
        }
    )


def _hunk(hunk: Hunk) -> dict[str, Any]:
    """Byte range and line; texts as UTF-8 where they are, with bytes that are not escaped as in Python."""
    return {
        "start": hunk.start,
        "end": hunk.end,
        "line": hunk.line,
        "old": hunk.old.decode("utf-8", "backslashreplace"),
        "new": hunk.new.decode("utf-8", "backslashreplace"),
    }
