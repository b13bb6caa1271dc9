"""The longest suffix of a text that stood in it before."""

import numpy as np
from numpy.typing import NDArray

LONGEST = 32  # longer agreement tells no more


def longest_repeat(text: NDArray[np.int32]) -> tuple[int, int]:
    """Return (length, end): text[end - length : end] equals the text's own end, the last such place; (0, 0) if none.

    A suffix automaton finds the same, but it would have to read a prompt of 4,000 tokens first: milliseconds in which the
    whole batch waits. This compares the text with its last token, then only where that agreed.
    """
    size = len(text)
    if size < 2:
        return 0, 0
    ends = np.flatnonzero(text[: size - 1] == text[-1]) + 1
    if not len(ends):
        return 0, 0
    length = 1
    while length < LONGEST:
        longer = ends[ends > length]
        longer = longer[text[longer - length - 1] == text[size - length - 1]]
        if not len(longer):
            break
        ends, length = longer, length + 1
    return length, int(ends[-1])
