"""Lazy snippets merged into their files: right, refused with a reason, or wrong?"""

from collections import Counter
from collections.abc import Callable, Sequence

from specedit.benchmarks.cases import Case
from specedit.editor import plan
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.edits.text import ended
from specedit.engine.errors import EditRefused

Summary = dict[str, object]


def run(cases: Sequence[Case], editor: Editor | None, report: Callable[[str], None]) -> Summary:
    """Return a row for the reproducible snippets and one for the others. Without an editor, syntax alone merges."""
    outcomes: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for case in cases:
        if case.snippet is None:
            continue
        request = EditRequest(
            decode_document(case.original.encode()), "", case.path, snippet=case.snippet
        )
        status, reason, body = _merged(request, editor)
        if status == "changed":
            status = "right" if body == ended(case.expected) else "wrong"
        outcomes[case.reproducible][status] += 1
        report(f"{case.id}: {status} {reason}")
    kinds = ("right", "wrong", "unchanged", "disagreed", "refused")
    rows = [
        {
            "snippets": "reproducible" if reproducible else "others",
            "cases": counts.total(),
            **{kind: counts[kind] for kind in kinds},
        }
        for reproducible, counts in outcomes.items()
    ]
    return {"rows": rows}


def _merged(request: EditRequest, editor: Editor | None) -> tuple[str, str, str]:
    if editor is not None:
        result = finish(editor.edit(request))
        return result.status, result.reason, result.body
    try:
        made = plan.make(request).prediction
    except EditRefused as refusal:
        return "refused", str(refusal), ""
    assert made is not None
    unchanged = made.body == request.document.body
    return "unchanged" if unchanged else "changed", "", made.body
