"""What installed packages add of their own: entry points, by group and name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@cache
def plugins(group: str) -> "Mapping[str, EntryPoint]":
    """Return the entry points of a group, as `specedit.drafters`; nothing is imported."""
    from importlib.metadata import entry_points  # with all of `email`

    return MappingProxyType({point.name: point for point in entry_points(group=group)})
