"""What installed packages add of their own: entry points, by group and name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints


@cache
def plugins(group: str) -> "Mapping[str, EntryPoint]":
    """Return the entry points of a group, as `specedit.drafters`; nothing is imported."""
    return MappingProxyType({point.name: point for point in _every().select(group=group)})


@cache
def _every() -> "EntryPoints":
    """Those of all groups: to look for them takes a file of each installed distribution."""
    from importlib.metadata import entry_points  # with all of `email`

    # In 3.11 a mapping of a class of its own, with the same `select`.
    return cast("EntryPoints", entry_points())
