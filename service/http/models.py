"""The models that clients may name: two that edit, and the target itself, which writes."""

from enum import Enum, auto
from typing import Any

from specedit.service.host import Host
from specedit.service.http.errors import UnknownModel

APPLY, SYNTAX = "specedit-apply", "specedit-apply-syntax"
# Names that clients have built in.
_ALIASES = ("morph-v3-fast", "morph-v3-large", "auto")


class Purpose(Enum):
    """What a model is used for: an edit that the target judges, one that syntax alone makes, or its own words."""

    APPLY = auto()
    SYNTAX = auto()
    GENERATE = auto()


async def use_of(model: str, host: Host, *, only_edits: bool = False) -> Purpose:
    """Return what a model is used for. A name that is none of those that edit is compared when the target is open.

    Raises:
        UnknownModel: it is not served, or does not edit, and that is asked for.
    """
    if model in (APPLY, *_ALIASES):
        return Purpose.APPLY
    if model == SYNTAX:
        return Purpose.SYNTAX
    target = (await host.loaded()).target.name
    if model == target and not only_edits:
        return Purpose.GENERATE
    known = [APPLY, SYNTAX, *_ALIASES] + ([] if only_edits else [target])
    raise UnknownModel(f"model '{model[:200]}' is not served here; known: {', '.join(known)}")


async def served(host: Host) -> list[dict[str, Any]]:
    """Return what is served, as OpenAI lists models."""
    target = (await host.loaded()).target.name
    names = (APPLY, SYNTAX, target, *_ALIASES)
    return [{"id": name, "object": "model", "created": 0, "owned_by": "specedit"} for name in names]
