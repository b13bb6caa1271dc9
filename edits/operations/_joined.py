"""Carries out one after the other what an instruction joins."""

from collections.abc import Callable, Sequence

from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

Predict = Callable[[str, Source], Prediction | None]


def predict(parts: Sequence[str], source: Source, one: Predict) -> Prediction | None:
    """Return what the parts make of the text, or None if one of them is not recognised.

    Raises:
        EditRefused: one of them is refused, or leaves something open.
    """
    if any(not _is_recognised(part, source, one) for part in parts):
        return None
    made = list[Prediction]()
    at = source
    for part in parts:
        try:
            prediction = one(part, at)
        except EditRefused as refusal:
            raise EditRefused(f"{part!r}: {refusal}") from refusal
        if prediction is None:  # what it is about is gone by now
            return None
        if not prediction.certain or HOLE in prediction.body:
            raise EditRefused(f"{part!r} leaves something open; give it by itself")
        made.append(prediction)
        at = Source(prediction.body, source.language, source.path)
    return Prediction(
        ", ".join(dict.fromkeys(each.origin for each in made)),
        at.text,
        certain=True,
        remarks=tuple(_remarks(made, source)),
        removed=tuple(name for each in made for name in each.removed),
        breaks=tuple(name for each in made for name in each.breaks),
        renames=tuple(each for prediction in made for each in prediction.renames),
    )


def _is_recognised(part: str, source: Source, one: Predict) -> bool:
    try:
        return one(part, source) is not None
    except EditRefused:
        return True


def _remarks(made: Sequence[Prediction], source: Source) -> list[str]:
    """What the parts tell, and why one of them changes nothing."""
    remarks, before = list[str](), source.text
    for each in made:
        remarks += each.remarks
        if each.body == before:
            remarks.append(each.reason_unchanged)
        before = each.body
    return list(dict.fromkeys(remarks))
