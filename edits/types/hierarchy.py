"""How the classes of a text are related: which of them share a member."""

from collections.abc import Set

from specedit.edits.types.inference import Inference


def above(types: Inference, name: str) -> frozenset[str]:
    """Return the classes that a class inherits from or implements, however far up."""
    found: set[str] = set()
    todo = [name]
    while todo:
        each = todo.pop()
        for other in {*types.lineage(each)[1:], *types.implemented(each)} - found:
            found.add(other)
            todo.append(other)
    return frozenset(found - {name})


def below(types: Inference, name: str) -> frozenset[str]:
    """Return the classes that inherit from or implement a class, however far down."""
    return frozenset(each for each in types.class_nodes if name in above(types, each))


def family(types: Inference, name: str, member: str, used: Set[str]) -> frozenset[str]:
    """Return the classes through which `member` means that of the class `name`; `used` are those it is used through."""
    found: set[str] = set()
    todo = [name]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += _inheriting(types, each, member, used)
            todo += _implementing(types, each, member)
    return frozenset(found)


def _inheriting(types: Inference, name: str, member: str, used: Set[str]) -> list[str]:
    """The classes above and below that have the same member as one."""
    up, down = types.lineage(name)[1:], types.descendants(name)
    if types.rules.overrides:
        return [*down, *(each for each in up if each in used or types.declares(each, member))]
    # What declares the member anew hides that of what it embeds.
    nearest = [each for each in types.lineage(name) if types.declares(each, member)][:1]
    heirs = [d for d in down if _declarer(types, d, member) == name]
    return [*(each for each in nearest if each in up), *heirs]


def _declarer(types: Inference, name: str, member: str) -> str | None:
    return next((each for each in types.lineage(name) if types.declares(each, member)), None)


def _implementing(types: Inference, name: str, member: str) -> list[str]:
    """The interfaces that demand the member of a class, and the classes that an interface demands it of."""
    up = [each for each in types.implemented(name) if types.declares(each, member)]
    is_demanded = types.declares(name, member)
    down = [each for each in types.class_nodes if is_demanded and name in types.implemented(each)]
    return [*up, *down]
