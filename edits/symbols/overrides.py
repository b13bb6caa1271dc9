"""Which keys of declarations are one symbol because a class overrides what those above it have."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import Binding, Place

Declared = Mapping[Hashable, Sequence[tuple[Binding, Place]]]
Group = Sequence[Hashable]


def members(declared: Declared, classes: Classes) -> Iterator[Group]:
    """Yield an override with each of what it overrides."""
    keys = [key for key in declared if isinstance(key, tuple) and key[0] == "member"]
    keys = [key for key in keys if not all(binding.hides for binding, _ in declared[key])]
    for key in keys:
        above = {*classes.overridden(key[1])}
        for other in keys:
            if other[1] in above and other[2] == key[2]:
                yield key, other


def parameters(declared: Declared, classes: Classes) -> Iterator[Group]:
    """Yield the parameters of a name that one call can name, whichever override it gets to."""
    methods: dict[str, dict[str, list[Hashable]]] = defaultdict(lambda: defaultdict(list))
    for key, bindings in declared.items():
        for owner, method in {binding.method for binding, _ in bindings}:
            if method:
                methods[method][owner].append(key)
    for owners in methods.values():
        for related in classes.related(owners):
            yield [key for owner in related for key in owners[owner]]
