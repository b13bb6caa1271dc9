"""What every drafter promises, and what each is for."""

import random

import pytest
from tests.fakes import new_budget

from specedit import drafters
from specedit.engine.drafter import DraftContext, Drafter
from specedit.engine.errors import InvalidRequest
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = tuple(b"def fetch(page):\n    total = page + 1\n    return total\n\n\nprint(fetch(1))\n")


def context(
    source: tuple[int, ...] = SOURCE, predictions: tuple[tuple[int, ...], ...] = ()
) -> DraftContext:
    prompt = (256, *source, 257)
    return DraftContext(
        prompt, source, [], predictions, new_budget(generous=False), ByteTokenizer()
    )


def propose_after(drafter: Drafter, output: bytes, limit: int = 20) -> bytes:
    drafter.observe(list(output))
    return bytes(drafter.propose(limit).token_ids)


NEEDS_HEADS = {"mtp"}


@pytest.mark.parametrize("name", sorted({*drafters.names()} - NEEDS_HEADS))
def test_the_contract(name: str) -> None:
    rng = random.Random(5)
    for source in ((), (7,), SOURCE):
        drafter = drafters.load(name)(context(source, (source, SOURCE)))
        for limit in (0, 1, 3, 600):
            assert len(drafter.propose(limit)) <= limit
        for _ in range(60):  # survives any observation
            drafter.observe([rng.randrange(300) for _ in range(rng.randrange(4))])
            assert len(drafter.propose(5)) <= 5


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(InvalidRequest, match=r"no drafter 'sufix'; known: .*suffix"):
        drafters.load("sufix")


def test_private_modules_are_no_drafters() -> None:
    assert not [name for name in drafters.names() if name.startswith("_")]


def test_the_cursor_begins_where_the_file_begins() -> None:
    assert propose_after(drafters.load("cursor")(context()), b"") == bytes(SOURCE[:20])


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b"def fetch(page", b"):\n    total"),  # copying
        (b"def fetch(page):\n    sum = page + 1\n    ret", b"urn total"),  # after a replacement
        (b"def fetch(page):\n    check(page)\n    total", b" = page"),  # after an insertion
        (b"def fetch(page):\n    return to", b"tal\n"),  # after a deletion
    ],
)
def test_the_cursor_finds_its_place_again(output: bytes, expected: bytes) -> None:
    proposed = propose_after(drafters.load("cursor")(context()), output, len(expected))
    assert proposed == expected


def test_the_cursor_takes_the_nearest_place_forward() -> None:
    source = b"".join(b"case %d:\n    run()\n    stop()\n" % n for n in range(9))
    drafter = drafters.load("cursor")(context(tuple(source)))
    copied = source[: source.index(b"case 4") + 8]
    assert propose_after(drafter, copied + b"    walk()\n    stop()\n", 6) == b"case 5"


@pytest.mark.parametrize("name", ["suffix", "ngram"])
def test_lookup_continues_what_was_seen(name: str) -> None:
    assert propose_after(drafters.load(name)(context()), b"    return", 6) == b" total"


@pytest.mark.parametrize("name", ["suffix", "ngram"])
def test_lookup_learns_from_the_output(name: str) -> None:
    drafter = drafters.load(name)(context())
    assert propose_after(drafter, b"alpha beta gamma; alpha be", 8) == b"ta gamma"


def test_the_prediction_that_agrees_best_is_followed() -> None:
    predictions = (tuple(b"one two three"), tuple(b"one six seven"))
    drafter = drafters.load("predicted")(context(predictions=predictions))
    assert propose_after(drafter, b"", 3) == b"one"
    assert propose_after(drafter, b"one si", 7) == b"x seven"


def test_without_predictions_nothing_is_proposed() -> None:
    assert propose_after(drafters.load("predicted")(context()), b"def", 5) == b""


def test_the_cascade_says_whose_draft_it_is() -> None:
    drafter = drafters.load("cascade")(context())
    assert drafter.propose(10).drafter == "cursor"
    drafter.observe(list(b"zebra quilt; zebra qu"))
    assert drafter.propose(3).drafter == "suffix"
