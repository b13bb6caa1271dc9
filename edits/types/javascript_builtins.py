"""JavaScript and TypeScript: what the language's own objects, and other modules, give."""

from specedit.edits.syntax.language import words
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    Foreign,
    Type,
    elements,
    foreign,
    returns,
    sequence,
    values,
)

# Of Node's modules those whose functions give back nothing that they were given.
PLAIN_MODULES = words(
    "fs path os net http https http2 crypto zlib url querystring readline dns tls tty dgram"
)


def foreign_object(name: str, given: Type | None) -> Type:
    """Return what `new` makes of a class that is not of this file; `given` is what its first argument is."""
    if name in ("Set", "Array") and given is None:
        return frozenset([Foreign(name, elements=NOTHING, values=NOTHING)])
    if name == "Map" and given is None:
        return frozenset([Foreign(name, values=NOTHING)])
    if name == "Set" and given is not None:
        return frozenset([Foreign(name, elements=elements(given))])
    return foreign(name)


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is."""
    if owner.kind == "module":
        return foreign(f"{owner.name}.{name}", "class" if name[:1].isupper() else "module")
    if owner.kind != "object":
        return UNKNOWN
    itself: Type = frozenset([owner])
    if owner.name == "document" and owner.kind == "object":
        # What its methods find may be of a class of this file, if that is an element's.
        return FOREIGN if name in ("body", "head", "documentElement", "location") else UNKNOWN
    if name in ("classList", "style", "dataset"):
        return FOREIGN
    if owner.name == "str":
        return returns(TEXT)
    if owner.name == "Record":
        return values(itself)
    if owner.name == "Map":
        given = {"get": values(itself), "values": sequence(values(itself), "Array")}
        return returns(given[name]) if name in given else UNKNOWN
    if owner.name == "Array" and name in ("pop", "shift", "at", "find", "findLast"):
        return returns(elements(itself))
    if owner.name == "Array" and name in ("filter", "slice", "reverse", "sort", "toSorted"):
        return returns(sequence(elements(itself), "Array"))
    if owner.name in ("Array", "Set") and name == "values":
        return returns(sequence(elements(itself), "Array"))
    return UNKNOWN
