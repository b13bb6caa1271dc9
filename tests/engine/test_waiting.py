"""How long threads spin is settled before torch is there, unless the user has settled it."""

import os

import pytest

from specedit.engine import children

_SHOW = "import os, sys, specedit.engine.target; print('torch' in sys.modules, os.environ.get('GOMP_SPINCOUNT'))"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "False 5000"),
        ({"GOMP_SPINCOUNT": "7"}, "False 7"),
        ({"OMP_WAIT_POLICY": "active"}, "False None"),
    ],
)
def test_the_users_own_setting_counts(given: dict[str, str], expected: str) -> None:
    own = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    pipes = children.Descriptors(stdout=children.PIPE)
    done = children.run(children.python("-c", _SHOW), pipes, only=own | given)
    assert done.stdout.decode().strip() == expected
