"""The edits of `specedit bench edits`: each is whole, and syntax makes it."""

import ast

import pytest

from specedit.benchmarks.development.edits.requests import Request, requests
from specedit.editor import plan
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document

REQUESTS = list(requests(200, 1))


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: each.kind)
def test_syntax_makes_what_is_expected(request_: Request) -> None:
    for text in (request_.text, request_.expected):
        ast.parse(text)
    document = decode_document(request_.text.encode())
    asked = EditRequest(
        document, request_.instruction, "module.py", request_.snippet, request_.patch
    )
    prediction = plan.make(asked).prediction
    assert prediction is not None
    assert prediction.body == request_.expected != request_.text


def test_each_round_asks_for_other_places() -> None:
    first, second = requests(200, 1), requests(200, 2)
    assert all(one.expected != two.expected for one, two in zip(first, second, strict=True))
