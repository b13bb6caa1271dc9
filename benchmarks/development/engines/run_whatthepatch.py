"""Applies a patch by whatthepatch: `run_whatthepatch.py PATCH FILE`."""

import sys
from pathlib import Path

import whatthepatch

patch, file = map(Path, sys.argv[1:])
lines = file.read_text("utf-8").splitlines()
for diff in whatthepatch.parse_patch(patch.read_text("utf-8")):
    lines = whatthepatch.apply_diff(diff, lines)
file.write_text("\n".join(lines) + "\n", "utf-8")
