"""Whether syntax alone is certain of an edit, and why not where it is not."""

from collections.abc import Sequence

from specedit.editor.sections import Section
from specedit.edits.prediction import Prediction
from specedit.engine.errors import NotCertain


def check(prediction: Prediction, sections: Sequence[Section]) -> None:
    """Refuse what syntax alone is not certain of, for who wants no target to be asked.

    Raises:
        NotCertain: with a place that is in doubt, why if that is known, and what would settle it.
    """
    if prediction.hint:
        raise NotCertain(
            "a prediction beside an instruction only helps a model to write, and --accept syntax asks none; "
            "leave the instruction out, or give --accept auto"
        )
    if sections and not prediction.certain:
        raise NotCertain(
            f"syntax alone is not certain of this {prediction.origin}: {_first_doubt(prediction, sections)}",
            "--accept auto has a model judge it, --accept trust takes it as it is",
            (sections[0].first, sections[0].last),
        )


def _first_doubt(prediction: Prediction, sections: Sequence[Section]) -> str:
    unknown = [left for left in prediction.left if not left.known]
    if unknown:
        left = min(unknown, key=lambda left: left.line)
        return f"line {left.line + 1}: {left.reason}"
    first, last = sections[0].first + 1, sections[0].last
    return f"see lines {first} to {last}" if last > first else f"see line {first}"
