"""What an author makes of recorded instructions: the recorded edit, another one, or none, and what that took."""

from collections.abc import Callable, Sequence
from statistics import median

from specedit.benchmarks.cases import Case
from specedit.editor.author import Written
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.edits.text import ended
from specedit.engine.errors import EditRefused

Summary = dict[str, object]


def run(
    cases: Sequence[Case],
    write: Callable[[EditRequest], Written],
    report: Callable[[str], None],
) -> Summary:
    """Return one row: how many edits are the recorded ones to the letter, are others, or were refused; tokens and seconds.

    Another edit may be right too, which its case's tests would say.

    Raises:
        TargetError: the author cannot be asked.
    """
    exact = others = refused = 0
    tokens, seconds, answers = list[int](), list[float](), list[int]()
    for case in cases:
        request = EditRequest(
            decode_document(case.original.encode()), case.instruction, case.path, scope="file"
        )
        try:
            planned, by = write(request)
        except EditRefused as refusal:
            refused += 1
            report(f"{case.id}: refused {refusal}")
            continue
        assert planned.prediction is not None
        is_exact = planned.prediction.body == ended(case.expected)
        exact, others = exact + is_exact, others + (not is_exact)
        answers.append(by.answers)
        seconds.append(by.seconds)
        tokens += [] if by.tokens is None else [by.tokens]
        report(f"{case.id}: {'exact' if is_exact else 'another'} {by}")
    row = {
        "cases": len(cases),
        "exact": exact,
        "another": others,
        "refused": refused,
        "answers": sum(answers),
        "tokens (median)": median(tokens) if tokens else 0,
        "seconds (median)": median(seconds) if seconds else 0.0,
    }
    return {"rows": [row]}
