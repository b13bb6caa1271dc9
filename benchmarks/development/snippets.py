"""Lazy snippets merged into their files: right, refused with a reason, or wrong?"""

from collections import Counter
from collections.abc import Callable, Sequence

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.snippet_styles import STYLES, written
from specedit.editor import plan
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest
from specedit.edits import safety
from specedit.edits.document import decode_document
from specedit.edits.syntax.languages import language_of
from specedit.edits.text import ended
from specedit.engine.errors import EditRefused

Summary = dict[str, object]
_KINDS = ("right", "wrong", "unchanged", "disagreed", "refused")


def run(cases: Sequence[Case], editor: Editor | None, report: Callable[[str], None]) -> Summary:
    """Return a row for the reproducible snippets and one for the others. Without an editor, syntax alone merges."""
    outcomes: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for case in cases:
        if case.snippet is None:
            continue
        status, reason = _outcome(case, case.snippet, editor)
        outcomes[case.reproducible][status] += 1
        report(f"{case.id}: {status} {reason}")
    rows = [
        _row("reproducible" if reproducible else "others", counts)
        for reproducible, counts in outcomes.items()
    ]
    return {"rows": rows}


def run_styles(
    cases: Sequence[Case],
    editor: Editor | None,
    report: Callable[[str], None],
    styles: Sequence[str] = (),
) -> Summary:
    """Return a row for each way to write a snippet of the cases' edits; of `styles` alone, where some are given."""
    rows = []
    for name in styles or STYLES:
        counts: Counter[str] = Counter()
        for case in cases:
            snippet = written(case, STYLES[name])
            if snippet is None:
                continue
            status, reason = _outcome(case, snippet, editor)
            counts[status] += 1
            report(f"{name}: {case.id}: {status} {reason}")
        rows.append(_row(name, counts))
    return {"rows": rows}


def _row(name: str, counts: Counter[str]) -> dict[str, object]:
    return {"snippets": name, "cases": counts.total(), **{kind: counts[kind] for kind in _KINDS}}


def _outcome(case: Case, snippet: str, editor: Editor | None) -> tuple[str, str]:
    """What came of a snippet, and why."""
    document = decode_document(case.original.encode())
    request = EditRequest(document, "", case.path, snippet=snippet)
    status, reason, body = _merged(request, editor)
    if status == "changed":
        status = "right" if body == ended(case.expected) else "wrong"
    return status, reason


def _merged(request: EditRequest, editor: Editor | None) -> tuple[str, str, str]:
    """The status, the reason and the text after; the checks of the gate are passed with an editor and without."""
    if editor is not None:
        result = finish(editor.edit(request))
        return result.status, result.reason, result.body
    body = request.document.body
    try:
        made = plan.make(request)
        assert made.prediction is not None
        safety.check(body, made.prediction.body, language_of(request.path), made.wording)
    except EditRefused as refusal:
        return "refused", str(refusal), ""
    unchanged = made.prediction.body == body
    return "unchanged" if unchanged else "changed", "", made.prediction.body
