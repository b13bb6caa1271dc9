"""`specedit bench recorded`: when a door's answer is that of the command line."""

import pytest

from specedit.benchmarks.development.recorded.answer import Answer

DOUBT = "syntax alone is not certain of this snippet: see lines 2 to 4"
COMMAND = f"{DOUBT}; --accept auto has a model judge it, --accept trust takes it as it is"
HTTP = (
    f'{DOUBT}; "specedit": {{"accept": "auto"}} has a model judge it, '
    '"specedit": {"accept": "trust"} takes it as it is'
)
FORCED = "line 3 of the result uses 'add', which is gone"


@pytest.mark.parametrize(
    ("answer", "other", "is_same"),
    [
        (Answer("a\n"), Answer("a\n"), True),
        (Answer("a\n"), Answer("a\r\n"), False),
        (Answer(""), Answer(None, "it does not fit"), False),
        (Answer(None, HTTP), Answer(None, COMMAND), True),
        (Answer(None, DOUBT), Answer(None, COMMAND), True),
        (Answer(None, DOUBT.replace("2", "3")), Answer(None, COMMAND), False),
        (
            Answer(None, FORCED),
            Answer(None, f"{FORCED}; --force uses writes it all the same"),
            True,
        ),
        (Answer(None, "it does not fit"), Answer(None, FORCED), False),
        (Answer(None, ""), Answer(None, FORCED), False),
    ],
)
def test_answers_agree(answer: Answer, other: Answer, is_same: bool) -> None:
    assert answer.agrees_with(other) == other.agrees_with(answer) == is_same
