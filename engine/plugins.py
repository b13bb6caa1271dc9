"""What installed packages add of their own: entry points, by group and name."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType


@cache
def plugins(group: str) -> Mapping[str, EntryPoint]:
    """Return the entry points of a group, as `specedit.drafters`; nothing is imported."""
    return MappingProxyType({point.name: point for point in entry_points(group=group)})
