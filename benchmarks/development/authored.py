"""What an author makes of recorded instructions: the recorded edit, another one, or none, and what that took."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development import behaviour
from specedit.editor.author import Written
from specedit.editor.result import Authorship, EditRequest
from specedit.edits.document import decode_document
from specedit.edits.text import ended
from specedit.engine.errors import EditRefused

Summary = dict[str, object]


@dataclass(frozen=True, slots=True)
class AuthoredEdit:
    """What came of a case: the whole file as the author has edited it, or why there is none."""

    case: Case
    edited: str | None
    refusal: str
    by: Authorship | None

    @property
    def is_exact(self) -> bool:
        """Whether it is the recorded edit to the letter. Another one may be right too: its case's tests would say."""
        return self.edited == ended(self.case.expected)

    def as_json(self) -> str:
        """One line: what the harness of a published benchmark needs to run its own tests."""
        case = self.case
        parts = {"id": case.id, "path": case.path, "edited": self.edited, "refusal": self.refusal}
        return json.dumps(parts, ensure_ascii=False)


def edits(cases: Sequence[Case], write: Callable[[EditRequest], Written]) -> Iterator[AuthoredEdit]:
    """Yield what an author makes of each case.

    Raises:
        TargetError: the author cannot be asked.
    """
    for case in cases:
        document = decode_document(case.original.encode())
        try:
            planned, by = write(EditRequest(document, case.instruction, case.path, scope="file"))
        except EditRefused as refusal:
            yield AuthoredEdit(case, None, str(refusal), None)
            continue
        assert planned.prediction is not None
        yield AuthoredEdit(case, planned.prediction.body, "", by)


def summary(
    made: Sequence[AuthoredEdit], *, tests: bool, report: Callable[[str], None] = lambda line: None
) -> Summary:
    """Return one row of numbers; with `tests` those of the cases that have some are run."""
    written = [(each, each.by) for each in made if each.by is not None]
    row: dict[str, object] = {
        "cases": len(made),
        "exact": sum(each.is_exact for each, _ in written),
        "another": sum(not each.is_exact for each, _ in written),
        "refused": len(made) - len(written),
    }
    if tests:
        tested = [each for each in made if behaviour.can_run(each.case)]
        passed = [e for e in tested if e.edited is not None and behaviour.passes(e.case, e.edited)]
        report(f"tests passed: {', '.join(each.case.id for each in passed)}")
        failed = sum(each.edited is not None for each in tested) - len(passed)
        row |= {"with tests": len(tested), "passed": len(passed), "failed": failed}
    tokens = [by.tokens for _, by in written if by.tokens is not None]
    row |= {
        "answers": sum(by.answers for _, by in written),
        "tokens (median)": median(tokens) if tokens else 0,
        "seconds (median)": median(by.seconds for _, by in written) if written else 0.0,
    }
    return {"rows": [row]}
