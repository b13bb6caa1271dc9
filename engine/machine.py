"""What tells one machine's measurements from another's."""

import os


def threads() -> str:
    """Return how many threads may compute here, of how many processors."""
    return f"{os.environ.get('OMP_NUM_THREADS', 'all')} of {os.cpu_count()}"
