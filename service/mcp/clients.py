"""The clients that know how to start a server of tools: where each keeps its configuration, and what is to stand there."""

import json
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

NAME = "specedit"


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """One client's configuration: its `file`, the keys that lead `inside` of it, and what is put there for a command line."""

    file: Callable[[Path], Path]
    inside: str
    entry: Callable[[Sequence[str]], Mapping[str, Any]]

    def whole(self, command: Sequence[str]) -> str:
        """Return a configuration that has nothing else."""
        return self.with_entry("", command)

    def with_entry(self, text: str, command: Sequence[str]) -> str:
        """Return a configuration with the server in it, and everything else as it was.

        Raises:
            EditRefused: there is another one of that name, or the text is not understood.
        """
        is_toml = self.file(Path()).suffix == ".toml"
        return (_with_table if is_toml else _with_member)(text, self.inside, self.entry(command))


def _with_type(command: Sequence[str]) -> dict[str, Any]:
    return {"type": "stdio", **_plain(command)}


def _plain(command: Sequence[str]) -> dict[str, Any]:
    return {"command": command[0], "args": [*command[1:]]}


def _of_opencode(command: Sequence[str]) -> dict[str, Any]:
    return {"type": "local", "command": [*command], "enabled": True}


def _codex_file(_project: Path) -> Path:
    return Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex") / "config.toml"


def _zed_file(_project: Path) -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "zed" / "settings.json"


CLIENTS = {
    "claude": ClientConfig(lambda project: project / ".mcp.json", "mcpServers", _with_type),
    "cursor": ClientConfig(lambda project: project / ".cursor" / "mcp.json", "mcpServers", _plain),
    "codex": ClientConfig(_codex_file, "mcp_servers", _plain),
    "opencode": ClientConfig(lambda project: project / "opencode.json", "mcp", _of_opencode),
    "vscode": ClientConfig(lambda project: project / ".vscode" / "mcp.json", "servers", _with_type),
    "zed": ClientConfig(_zed_file, "context_servers", _plain),
}


def _with_table(text: str, inside: str, entry: Mapping[str, Any]) -> str:
    """A TOML file with a table more at its end."""
    try:
        before = tomllib.loads(text)
        if before.get(inside, {}).get(NAME) == entry:
            return text
        lines = [f"{key} = {json.dumps(value)}" for key, value in entry.items()]
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        after = f"{text}{gap}[{inside}.{NAME}]\n" + "\n".join(lines) + "\n"
        merged = {**before, inside: {**before.get(inside, {}), NAME: entry}}
        if tomllib.loads(after) != merged:
            raise EditRefused("it would not say what it should")
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise EditRefused(
            f"it has {inside}.{NAME} already, or is not understood: {error}"
        ) from error
    return after


def _with_member(text: str, inside: str, entry: Mapping[str, Any]) -> str:
    """A JSON file, perhaps with comments, with a member more as the first of the object `inside`."""
    if not text.strip():
        return json.dumps({inside: {NAME: entry}}, indent=2) + "\n"
    source = _source(text)
    top = next((node for node in source.root.children if node.type == "object"), None)
    if top is None:
        raise EditRefused("it is no JSON object")
    servers = _member(source, top, inside)
    if servers is None:
        return _checked(_inserted(source, top, inside, {NAME: entry}), source, inside, entry)
    if servers.type != "object":
        raise EditRefused(f'"{inside}" is no object')
    there = _member(source, servers, NAME)
    if there is None:
        return _checked(_inserted(source, servers, NAME, entry), source, inside, entry)
    if _loaded(source.code(there)) != entry:
        raise EditRefused(f'it has another server "{NAME}" already')
    return text


def _source(text: str) -> Source:
    language = language_of("settings.json")
    assert language is not None
    return Source(text, language)


def _member(source: Source, parent: Node, name: str) -> Node | None:
    """The value of a member."""
    for pair in parent.children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and source.code(key) == json.dumps(name):
            return value
    return None


def _inserted(source: Source, parent: Node, name: str, value: Mapping[str, Any]) -> str:
    """The text with a member more, right behind the brace that opens its object."""
    data, at = source.data, parent.start_byte + 1
    first = next((node for node in parent.children if node.type == "pair"), None)
    newline = "\r\n" if b"\r\n" in data else "\n"
    line = data[: parent.start_byte].rpartition(b"\n")[2].decode()
    outer = line[: len(line) - len(line.lstrip())]
    step = _step(source)
    written = json.dumps({name: value}, indent=step)[1:-1].strip("\n")
    lines = [f"{outer}{each}" for each in written.split("\n")]
    end = "," if first is not None else newline + outer
    rest = data[at:].decode()
    if first is None:
        rest = rest.lstrip() if rest.lstrip().startswith("}") else rest
    return data[:at].decode() + newline + newline.join(lines) + end + rest


def _step(source: Source) -> str:
    """What a member of the outermost object is indented by."""
    for line in source.text.split("\n"):
        if line.lstrip().startswith('"') and line[:1] in " \t":
            return line[: len(line) - len(line.lstrip())]
    return "  "


def _checked(after: str, source: Source, inside: str, entry: Mapping[str, Any]) -> str:
    """The text after an insertion, seen to say what it said, and the entry."""
    before = _loaded(source.text)
    if before is None:  # it has comments, or commas too many
        is_sound = _faults(_source(after)) == _faults(source)
    else:
        is_sound = _loaded(after) == {**before, inside: {**before.get(inside, {}), NAME: entry}}
    if not is_sound:
        raise EditRefused("it is not understood well enough to be changed")
    return after


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _faults(source: Source) -> int:
    return sum(node.type == "ERROR" for node in walk(source.root))
