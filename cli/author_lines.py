"""How chat servers that run on this machine are asked for an edit, as command lines to be pasted."""

import shlex
from collections.abc import Iterator

from specedit.editor import chat_servers


def of_each_model() -> Iterator[tuple[str, str, str]]:
    """Yield each model of each server, what server that probably is, and the options that ask it."""
    for server in chat_servers.running():
        for model in server.models:
            yield model, server.kind, f"--author {server.url} --author-model {shlex.quote(model)}"


def line(path: str, instruction: str) -> str | None:
    """Return the command that asks the first model, None if there is none."""
    options = next((options for _, _, options in of_each_model()), None)
    return options and f"specedit apply {shlex.quote(path)} {shlex.quote(instruction)} {options}"
