"""What requests may take. A module of its own: the command line reads it at each start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take, and how many there may be. A waiting request holds its document, no cache.

    `waiting`: requests of one client, of all four times as many. `reading`: seconds that a client may take for a message.
    """

    document_bytes: int = 1 << 20
    instruction_bytes: int = 1 << 16
    answer_tokens: int = 1 << 15
    seconds: float = 600.0
    reading: float = 60.0
    running: int = 4
    waiting: int = 64
