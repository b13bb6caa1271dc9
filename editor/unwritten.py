"""What an edit leaves for the target to write: too much for one that only checks edits."""

from specedit.edits import operations
from specedit.edits.prediction import HOLE, Prediction
from specedit.engine.errors import EditRefused, NotUnderstood

_SHOWN = 80  # characters of an instruction
_SAY_IT = {
    "parameter": 'say what calls pass, as in "add the parameter limit to load, passing 10"',
    "wrap": 'say what the handler does, as in "wrap the body of load in try/except OSError and return None"',
}


def check(instruction: str, prediction: Prediction | None) -> None:
    """Refuse what the target would have to write, telling how to say it so that nothing is left to write.

    Raises:
        NotUnderstood: all of it.
        EditRefused: a part of it.
    """
    if prediction is None:
        nearest = operations.nearest(instruction)
        asked = instruction if len(instruction) <= _SHOWN else f"{instruction[: _SHOWN - 1]}…"
        phrases = ", ".join(f'"{phrase}"' for phrase in nearest)
        raise NotUnderstood(
            f"no operation understands '{asked}', and this model checks edits but does not write them; nearest that is "
            f"understood: {phrases}. Give other edits by --snippet or --patch, or name a model that writes with --model "
            "or --engine",
            nearest,
        )
    before, hole, _ = prediction.body.partition(HOLE)
    if hole:
        line = before.count("\n") + 1
        remedy = _SAY_IT.get(prediction.origin, "say it")
        raise EditRefused(
            f"the instruction does not give what line {line} of the result is to say, and this model checks edits but "
            f"does not write them: {remedy}, or give a snippet"
        )
