"""How much memory is free on this machine."""

import os
from contextlib import suppress
from pathlib import Path

_UNKNOWN = 8 << 30


def available_bytes() -> int | None:
    """Return what can be taken without others having to give some up, None where the system does not tell."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None


def free_bytes() -> int:
    """Return what is available, or a guess."""
    available = available_bytes()
    if available is not None:
        return available
    with suppress(OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return _UNKNOWN
