"""What servers answer, taken apart: each thing is what it should be, or the answer is refused with what was wrong."""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Any, NoReturn

from specedit.engine.errors import TargetError

MOST = 1 << 31
_MOST_SHOWN = 80  # characters of an answer that an error shows


@contextmanager
def understood(at: str) -> Generator[None]:
    """Make of whatever an answer's shape breaks one error that names the address `at`.

    Raises:
        TargetError: the answer is none that makes sense.
    """
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise TargetError(f"{at} gives an answer that makes no sense: {_message(error)}") from error
    except RecursionError as error:
        raise TargetError(
            f"{at} gives an answer that makes no sense: it is too deeply nested"
        ) from error


def from_json(text: str | bytes) -> Any:
    """Return what JSON means.

    Raises:
        ValueError: it is none; NaN and Infinity are no numbers.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except ValueError as error:
        shown = text[:_MOST_SHOWN]
        shown = shown.decode("utf-8", "replace") if isinstance(shown, bytes) else shown
        raise ValueError(f"{shown!r} is not JSON ({error})") from error


def models(answer: Any) -> dict[str, int | None]:
    """Return the models that a server has, and how long their texts may be, by `/v1/models`."""
    lengths: dict[str, int | None] = {}
    for entry in _list(_part(answer, "data"), "data"):
        name, length = _part(entry, "id"), entry.get("max_model_len")
        if not isinstance(name, str) or not name:
            raise ValueError(f"{_shown(name)} is no model's name")
        if name in lengths:
            raise ValueError(f"model {name!r} is there twice")
        lengths[name] = None if length is None else count(length, "max_model_len", least=1)
    return lengths


def choice(event: Any) -> Mapping[str, Any] | None:
    """Return the one choice of a completion; None where there is none, as in an event of figures."""
    choices = _part(event, "choices")
    if choices == [] and isinstance(event.get("usage"), dict):
        return None
    if len(_list(choices, "choices")) > 1:
        raise ValueError(f"{len(choices)} choices, where one was wanted")
    if not choices:
        raise ValueError("'choices' is empty")
    [only] = choices
    reason = _mapping(only, "choice").get("finish_reason")
    if reason is not None and not isinstance(reason, str):
        raise ValueError(f"finish_reason is {_shown(reason)}")
    return _mapping(only, "choice")


def text(answer: Mapping[str, Any]) -> str:
    """Return the text of a choice."""
    value = answer.get("text")
    if value is not None and not isinstance(value, str):
        raise ValueError(f"text is {_shown(value)}")
    return value or ""


def tokens(value: Any, vocab_size: int, what: str) -> list[int]:
    """Return token ids, all of the vocabulary."""
    for token_id in _list(value, what):
        if count(token_id, what) >= vocab_size:
            raise ValueError(f"{what}: token {_shown(token_id)} is not in the vocabulary")
    return list(value)


def string(answer: Any, name: str) -> str:
    """Return a text that an answer has under a name."""
    value = _part(answer, name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {_shown(value)}, not a text")
    return value


def flag(answer: Any, name: str) -> bool:
    """Return what is true or false in an answer; what is not there is false."""
    value = _mapping(answer, "answer").get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {_shown(value)}, not true or false")
    return value


def score(value: Any) -> float:
    """Return the logarithm of a probability."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{_shown(value)} is no logprob")
    return float(value)


def count(value: Any, what: str, least: int = 0) -> int:
    """Return a count of tokens."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{what} is {_shown(value)}, not a whole number")
    if not least <= value < MOST:
        raise ValueError(f"{what} is {_shown(value)}, which is out of range")
    return value


def last(value: Any, rows: int, what: str) -> Sequence[Any]:
    """Return the last rows of a list; a server may leave out what it has not computed anew."""
    if len(_list(value, what)) < rows:
        raise ValueError(f"{len(value)} rows of {what}, where {rows} were wanted")
    return list(value[len(value) - rows :])


def _part(value: Any, name: str) -> Any:
    if name not in _mapping(value, "answer"):
        raise ValueError(f"'{name}' is missing in {_shown(value)}")
    return value[name]


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"the {what} is {_shown(value)}, not an object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"'{what}' is {_shown(value)}, not a list")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _shown(value: Any) -> str:
    try:
        shown = repr(value)
    except ValueError:  # a number of thousands of digits
        shown = "a huge number"
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"


def _message(error: Exception) -> str:
    return f"{str(error)[:300]}" if isinstance(error, ValueError) else f"{error!r}"[:300]
