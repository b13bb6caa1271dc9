"""Where this program keeps its own files."""

import json
import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_state_path


def cache_folder() -> Path:
    """Return where models are kept: `$SPECEDIT_CACHE`, else the user's cache."""
    override = os.environ.get("SPECEDIT_CACHE")
    return Path(override).absolute() if override else user_cache_path("specedit")


def state_folder() -> Path:
    """Return where the journal is kept: `$SPECEDIT_STATE`, else the user's state folder."""
    override = os.environ.get("SPECEDIT_STATE")
    return Path(override).absolute() if override else user_state_path("specedit")


def config_folder() -> Path:
    """Return where the user's settings are: `$SPECEDIT_CONFIG`, else the user's folder of settings."""
    override = os.environ.get("SPECEDIT_CONFIG")
    return Path(override).absolute() if override else user_config_path("specedit")


def remember(value: object, path: Path) -> None:
    """Write a value down as JSON, whole or not at all; a file that cannot be written is done without."""
    new = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(value), "utf-8")
        new.replace(path)
