"""How the threads of a pass wait for each other.

A thread that has done its part of an operator spins before it sleeps, 300,000 times with GNU's OpenMP, which torch has on
Linux. Where other programs need a processor, the one that it waits for does not run meanwhile: on two cores beside one busy
program, a pass of one row took seconds. Spinning 5,000 times costs nothing where there is no other program.
"""

import os

_SPINS = "5000"


def spin_less() -> None:
    """Have threads sleep sooner, unless the user's environment says how they wait; to be called before torch is imported."""
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
