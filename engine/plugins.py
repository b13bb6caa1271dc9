"""What installed packages add of their own: entry points, by group and name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_PREFIX = "specedit."
_NONE: "Mapping[str, EntryPoint]" = MappingProxyType({})


def plugins(group: str) -> "Mapping[str, EntryPoint]":
    """Return the entry points of a group, as `specedit.drafters`; nothing is imported."""
    return installed().get(group, _NONE)


@cache
def installed() -> "Mapping[str, Mapping[str, EntryPoint]]":
    """Return those of all our groups: to look for them takes a file of each installed distribution, so it is done once."""
    from importlib.metadata import distributions  # with all of `email`

    groups: dict[str, dict[str, EntryPoint]] = {}
    for distribution in distributions():
        for point in distribution.entry_points:
            if point.group.startswith(_PREFIX):
                # Of distributions of one name the first on the path counts, as in `entry_points`.
                groups.setdefault(point.group, {}).setdefault(point.name, point)
    return MappingProxyType({name: MappingProxyType(group) for name, group in groups.items()})
