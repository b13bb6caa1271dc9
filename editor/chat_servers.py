"""Which chat servers run on this machine: those that are commonly used, looked for on loopback at their own ports."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

SERVERS = (("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080), ("vLLM", 8000))
_SECONDS = 1.0
_MOST_BYTES = 1 << 20
_MOST_MODELS, _LONGEST_NAME = 50, 200
_OURS = "specedit"  # a `specedit serve` edits, and writes no edits for others
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vLLM"}  # servers that say so themselves, at any port
_NO_WRITERS = ("embed", "rerank")  # in names of models that are listed beside those that chat


@dataclass(frozen=True, slots=True)
class ChatServer:
    """A server that answers at `url`, probably a `kind`, and the models that it has."""

    kind: str
    url: str
    models: tuple[str, ...]


def running(servers: Sequence[tuple[str, int]] | None = None) -> list[ChatServer]:
    """Return the servers that answer on loopback, all looked for at once, each at its port; by default those of `SERVERS`."""
    servers = SERVERS if servers is None else servers
    with ThreadPoolExecutor(len(servers)) as pool:
        made = pool.map(lambda server: _at(*server), servers)
        return [server for server in made if server is not None]


def _at(kind: str, port: int) -> ChatServer | None:
    try:  # by hand: no proxy of the environment, no redirect
        with closing(HTTPConnection("127.0.0.1", port, timeout=_SECONDS)) as connection:
            connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
            response = connection.getresponse()
            if response.status != 200:
                return None
            listed = _listed(json.loads(response.read(_MOST_BYTES)))
    except (OSError, HTTPException, ValueError, RecursionError):
        return None
    owner = next((model.get("owned_by") for model in listed), None)
    models = tuple(_models(listed))
    kind = _OWNERS.get(owner, kind) if isinstance(owner, str) else kind
    return ChatServer(kind, f"http://127.0.0.1:{port}/v1", models) if models else None


def _listed(answer: Any) -> list[dict[str, Any]]:
    data = (
        answer.get("data") if isinstance(answer, dict) else None
    )  # of Ollama without models: null
    models = data if isinstance(data, list) else []
    return [model for model in models[:_MOST_MODELS] if isinstance(model, dict)]


def _models(listed: Sequence[dict[str, Any]]) -> Iterator[str]:
    for model in listed:
        name = model.get("id")
        if not isinstance(name, str) or model.get("owned_by") == _OURS:
            continue
        if any(word in name.lower() for word in _NO_WRITERS):
            continue
        if name.isprintable() and len(name) <= _LONGEST_NAME:
            yield name
