"""How edits are made, as messages of `specedit.v1` and back."""

import math
from dataclasses import replace
from typing import Any

from specedit.editor.config import Accept, Config
from specedit.engine.errors import InvalidRequest
from specedit.v1 import edit_pb2 as pb

_ACCEPT: dict[Accept, pb.Acceptance] = {
    "auto": pb.ACCEPTANCE_AUTO,
    "exact": pb.ACCEPTANCE_EXACT,
    "guided": pb.ACCEPTANCE_GUIDED,
    "trust": pb.ACCEPTANCE_TRUST,
    "syntax": pb.ACCEPTANCE_SYNTAX,
}
_MOST_TOKENS = 1 << 31


def settings_message(config: Config) -> pb.Settings:
    """Return how edits are made as a message that leaves nothing open but what has no value."""
    return pb.Settings(
        acceptance=_ACCEPT[config.accept],
        threshold=config.threshold,
        max_tokens=config.max_tokens,
        sampling=pb.Sampling(temperature=config.temperature, seed=config.seed),
        strict=config.strict,
        timeout_seconds=config.timeout,
    )


def config_with(settings: pb.Settings, config: Config) -> Config:
    """Return `config` with what the settings say.

    Raises:
        InvalidRequest: a number is out of range.
    """
    accept = next((name for name, value in _ACCEPT.items() if value == settings.acceptance), None)
    if accept is None and settings.acceptance != pb.ACCEPTANCE_UNSPECIFIED:
        raise InvalidRequest(f"settings.acceptance: {settings.acceptance} is none that is known")
    changed: dict[str, Any] = {"accept": accept} if accept else {}
    for name in ("threshold", "max_tokens", "strict"):
        if settings.HasField(name):
            changed[name] = getattr(settings, name)
    if settings.HasField("timeout_seconds"):
        changed["timeout"] = settings.timeout_seconds
    if settings.HasField("sampling"):
        changed |= sampling_of(settings.sampling)
    for name, least in (("threshold", 0.0), ("timeout", 1e-3), ("max_tokens", 1)):
        value = changed.get(name)
        if value is not None and not (math.isfinite(value) and least <= value < _MOST_TOKENS):
            raise InvalidRequest(f"settings.{name}: {value} is out of range")
    return replace(config, **changed)


def sampling_of(sampling: pb.Sampling) -> dict[str, Any]:
    """Return temperature and seed.

    Raises:
        InvalidRequest: the temperature is out of range.
    """
    if not 0 <= sampling.temperature <= 100:
        raise InvalidRequest(f"sampling.temperature: {sampling.temperature} is not from 0 to 100")
    return {"temperature": sampling.temperature, "seed": sampling.seed}
