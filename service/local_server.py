"""The one server of this user on this machine, started by whoever wants it to be there: it ends when nobody calls it for a while."""

from collections.abc import Sequence
from typing import IO

from specedit.engine import children

IDLE_SECONDS = 1800.0


def start(
    options: Sequence[str] = (), *, stderr: int | IO[bytes] = children.DEVNULL
) -> children.Child:
    """Start `specedit serve` with `options`; it outlives this process and its terminal.

    Where one listens already the new one says so and ends.
    """
    arguments = ("-m", "specedit", "serve", "--quiet", "--idle", f"{IDLE_SECONDS:g}", *options)
    return children.start(
        children.python(*arguments),
        children.Descriptors(stdout=children.DEVNULL, stderr=stderr),
        new_session=True,
    )
