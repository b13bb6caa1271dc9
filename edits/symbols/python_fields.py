"""Python: the classes whose constructors take their fields as keywords."""

import re

from specedit.edits.symbols.classes import Classes
from specedit.edits.syntax.nodes import text_of

# What makes the constructor take a class's fields as keywords.
_BY_DECORATOR = r"\b(dataclass|define|attrs|attr\.s|frozen|mutable)\b"
_BY_BASE = ("NamedTuple", "TypedDict", "BaseModel", "BaseSettings", "SQLModel", "Struct")


def takes_fields(owner: str, classes: Classes) -> bool:
    """Return whether the constructor of a class is made of its fields."""
    for name in (owner, *classes.ancestors(owner)):
        known = classes.by_name[name]
        if any(base.rpartition(".")[2] in _BY_BASE for base in known.foreign):
            return True
        for node in known.nodes:
            outer = node.parent
            decorators = outer.named_children if outer is not None else ()
            if any(
                re.search(_BY_DECORATOR, text_of(d)) for d in decorators if d.type == "decorator"
            ):
                return True
    return False
