"""What a user sets of what may be edited."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`allowed`: patterns of what `Root` protects, and may be edited all the same; `max_bytes`: of a file."""

    allowed: tuple[str, ...] = ()
    max_bytes: int = 1 << 20
