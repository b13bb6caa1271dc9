"""Which members are given a meaning: those of classes, and those of objects whose class has yet to be read."""

from collections import defaultdict

from specedit.edits.syntax.tree import Node
from specedit.edits.types.scopes import Member


class Members:
    """What a text says of members, in source order."""

    def __init__(self) -> None:
        self._of_classes: dict[str, dict[str, list[Member]]] = defaultdict(dict)
        self._of_objects: dict[str, list[Member]] = defaultdict(list)

    def add(self, member: Member) -> None:
        """Take in what is said of a member."""
        if isinstance(member.owner, Node):
            self._of_objects[member.name].append(member)
        else:
            self._of_classes[member.owner].setdefault(member.name, []).append(member)

    def take(self, others: "Members") -> None:
        """Take in what another text says of members, which is read as one with this."""
        for owner, members in others._of_classes.items():
            here = self._of_classes[owner]
            for name, meanings in members.items():
                here[name] = here.get(name, []) + meanings
        for name, meanings in others._of_objects.items():
            self._of_objects[name] += meanings

    def of_class(self, name: str) -> dict[str, list[Member]]:
        """Return the members that a class declares itself, by name."""
        return self._of_classes.get(name, {})

    def of_objects(self, name: str) -> list[Member]:
        """Return what is assigned to members of a name through objects."""
        return self._of_objects.get(name, [])
