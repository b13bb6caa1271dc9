"""What proposes tokens. A drafter is called what its module is called."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from specedit.engine.drafter import DrafterFactory
from specedit.engine.errors import InvalidRequest
from specedit.engine.plugins import plugins

_GROUP = "specedit.drafters"


def names() -> tuple[str, ...]:
    """Return the drafters that exist, ours and those of installed packages, sorted."""
    ours = {m.name for m in iter_modules(__path__) if not m.name.startswith("_")}
    return tuple(sorted(ours | plugins(_GROUP).keys()))


def load(name: str) -> DrafterFactory:
    """Return what makes a drafter for a request.

    Raises:
        InvalidRequest: there is no drafter of that name. Nothing is imported for a name that is not listed.
    """
    if name not in names():
        raise InvalidRequest(f"no drafter '{name}'; known: {', '.join(names())}")
    if name in plugins(_GROUP):
        return cast(DrafterFactory, plugins(_GROUP)[name].load())
    return cast(DrafterFactory, import_module(f"{__name__}.{name}").drafter)
