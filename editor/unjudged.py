"""What becomes of a prediction that the target cannot judge: it only writes, or its cache cannot go back."""

from specedit.editor.config import Accept
from specedit.engine.errors import EditRefused


def is_taken(accept: Accept, model: str) -> bool:
    """Return whether the prediction is taken as it is; else the target writes.

    Raises:
        EditRefused: it would have to be judged.
    """
    if accept in ("exact", "trust"):
        return accept == "trust"
    raise EditRefused(
        f"syntax is not certain of this edit, and '{model}' only writes: it cannot judge one. --accept trust takes the edit "
        "as syntax makes it, --accept exact has the model write it; an engine of this machine judges"
    )
