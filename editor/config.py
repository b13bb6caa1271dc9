"""What can be set: one frozen record, made once by a front door."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_state_path

Accept = Literal["auto", "exact", "guided", "trust"]
Engine = Literal["local", "vllm", "remote-verify", "openai"]


@dataclass(frozen=True, slots=True)
class Config:
    """How edits are made. `max_tokens` None: as many as the file may need; `timeout` in seconds.

    Of an `engine` at `engine_url` that is not local, `model` gives the tokenizer and `served_model` the name, if it serves
    several.
    """

    model: str = "embedded"
    dtype: str | None = None
    drafter: str = "cascade"
    accept: Accept = "auto"
    threshold: float = 0.005
    max_tokens: int | None = None
    temperature: float = 0.0
    seed: int = 0
    strict: bool = False
    timeout: float | None = None
    engine: Engine = "local"
    engine_url: str | None = None
    served_model: str | None = None


def cache_folder() -> Path:
    """Return where models are kept: `$SPECEDIT_CACHE`, else the user's cache."""
    override = os.environ.get("SPECEDIT_CACHE")
    return Path(override).absolute() if override else user_cache_path("specedit")


def state_folder() -> Path:
    """Return where the journal is kept: `$SPECEDIT_STATE`, else the user's state folder."""
    override = os.environ.get("SPECEDIT_STATE")
    return Path(override).absolute() if override else user_state_path("specedit")
