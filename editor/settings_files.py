"""The settings in force, and where each comes from: the command line, the environment, files, or nobody.

Of each the first that says it counts, in this order: the command line, the environment, the workspace's file, the user's, the
defaults. The workspace's file is `specedit.toml`, or the table `tool.specedit` of `pyproject.toml`, in a folder or the next
one above it that has one, up to the top of the repository; the user's is `specedit.toml` in the user's folder of settings.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from specedit.editor.config import Config
from specedit.editor.settings import KEYS, NAMES, SETTINGS, Value
from specedit.edits import files
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.engine.folders import config_folder

COMMAND_LINE = "command line"
FILE = "specedit.toml"
_PROJECT = "pyproject.toml"
_MOST_BYTES = 1 << 20
_HEAD = re.compile(r"^\s*\[\s*tool\s*\.\s*[\"']?specedit\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Given:
    """A value, None where a setting has none, and where it comes from: `COMMAND_LINE`, "$NAME", "FILE:LINE" or "default"."""

    value: Value | None
    by: str


Layer = Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class InForce:
    """What each setting is, by its name, and what was passed over: for the user to know."""

    settings: Mapping[str, Given]
    warnings: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """Return the value of a setting."""
        return self.settings[name].value

    @property
    def config(self) -> Config:
        """How edits are made."""
        fields = Config.__dataclass_fields__
        return Config(**{name: self.value(name) for name in NAMES if name in fields})

    def options(self, names: Iterable[str]) -> list[str]:
        """Return what the command line says of these settings, as another command takes it."""
        words = list[str]()
        for name in names:
            given, option = self.settings[name], f"--{NAMES[name].key}"
            if given.by != COMMAND_LINE:
                continue
            if isinstance(given.value, bool):
                words.append(option if given.value else f"--no-{NAMES[name].key}")
            else:
                words += [option, str(given.value)]
        return words


def gather(given: Mapping[str, object], folder: Path | None) -> InForce:
    """Return what is in force, over what the command line gives, in `folder`; None is in no workspace.

    Raises:
        InvalidRequest: a value is none that its setting takes, or a file has a key that is no setting.
    """
    line = {
        name: Given(NAMES[name].checked(value, f"--{NAMES[name].key}"), COMMAND_LINE)
        for name, value in given.items()
        if value is not None
    }
    user_file = config_folder() / FILE
    user = _read(user_file) or {}
    workspace = _of_workspace(folder) if folder is not None else {}
    passed_over = tuple(
        f"{each.by}: {NAMES[name].key} is for the user to choose, not for a workspace; it is ignored. "
        f"Say it in {user_file} or ${NAMES[name].variable}"
        for name, each in workspace.items()
        if NAMES[name].is_users
    )
    workspace = {name: each for name, each in workspace.items() if not NAMES[name].is_users}
    layers = (line, _environment(), workspace, user)
    return InForce({s.name: _first(s.name, layers, s.default) for s in SETTINGS}, passed_over)


def _first(name: str, layers: Iterable[Layer], default: Value | None) -> Given:
    return next((layer[name] for layer in layers if name in layer), Given(default, "default"))


def _environment() -> Layer:
    return {
        setting.name: Given(setting.parsed(text, f"${setting.variable}"), f"${setting.variable}")
        for setting in SETTINGS
        if (text := os.environ.get(setting.variable))
    }


def _of_workspace(folder: Path) -> Layer:
    """What the file of the workspace says that a folder is in; nothing, if there is none."""
    folder = folder.resolve()
    for each in (folder, *folder.parents):
        for name in (FILE, _PROJECT):
            layer = _read(each / name)
            if layer is not None:
                return layer
        if (each / ".git").exists():
            break
    return {}


def _read(path: Path) -> Layer | None:
    """What a file says, by the settings' names; None where it is not there, or is a project's without a table of ours."""
    if not path.is_file():
        return None
    text = _text(path)
    table, layer = _table(path, text), dict[str, Given]()
    if table is None:
        return None
    for key, value in table.items():
        where = f"{path}:{_line(text, key)}"
        if key not in KEYS:
            raise InvalidRequest(f"{where}: there is no setting '{key}'{_nearest(key)}")
        layer[KEYS[key].name] = Given(KEYS[key].checked(value, f"{where}: {key}"), where)
    return layer


def _table(path: Path, text: str) -> dict[str, Any] | None:
    """Our table in a file, None if it has none. What is wrong with a project's file is for others to say, unless it has."""
    is_project = path.name == _PROJECT
    try:
        table: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if is_project and not _HEAD.search(text):
            return None
        raise InvalidRequest(f"{path}: {error}") from error
    if is_project:
        tool = table.get("tool")
        table = tool.get("specedit") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise InvalidRequest(f"{path}: tool.specedit is no table")
    return table


def _text(path: Path) -> str:
    try:
        real = path.resolve()  # a link is the user's own way to keep files elsewhere
        return files.read(real, root=real.parent, max_bytes=_MOST_BYTES).document.body
    except (EditRefused, OSError, RuntimeError) as refusal:
        raise InvalidRequest(f"{path}: {refusal}") from refusal


def _line(text: str, key: str) -> int:
    """The line that a key is on: the first that begins with it, behind our table's head if there is one."""
    head = _HEAD.search(text)
    start = head.end() if head else 0
    written = re.compile(rf"^.*(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*[.=]", re.MULTILINE)
    match = written.search(text, start)
    return text.count("\n", 0, match.start() if match else start) + 1


def _nearest(key: str) -> str:
    near = get_close_matches(key.replace("_", "-").lower(), KEYS, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(KEYS)}"
