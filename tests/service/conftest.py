"""A server in this event loop, with a small random model behind it: its engine is real, its words are noise."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tests.tiny_models import COMMON

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.engine.draft import Draft
from specedit.engine.target import Choices, Sampling, Target, TargetSequence
from specedit.engine.targets.load import open_target
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.tokenizer import ByteTokenizer
from specedit.engine.wrappers import WrappedTarget
from specedit.service.address import Address
from specedit.service.door import DoorFactory
from specedit.service.limits import Limits
from specedit.service.loaded import Loaded
from specedit.service.planner import Planner
from specedit.service.server import Server, ServerOptions

TRUST = Config(model="tiny", accept="trust")


class Gate(WrappedTarget):
    """Wraps a target: a pass waits until it is let through, once `close` was called; passes are counted."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.started = 0
        self.under_way = threading.Semaphore(0)  # one for each pass that has begun while closed
        self._may = threading.Semaphore(0)
        self._open = True

    def close(self) -> None:
        self._open = False

    def let(self, passes: int = 1) -> None:
        for _ in range(passes):
            self._may.release()

    def open_again(self) -> None:
        self._open = True
        self._may.release(1000)

    def a_pass(self) -> None:
        self.started += 1
        if not self._open:
            self.under_way.release()
            self._may.acquire()

    def open(self, prompt: Sequence[int] = ()) -> TargetSequence:
        return GatedSequence(self, self._target.open(prompt))


class GatedSequence:
    """A sequence whose passes go through the gate."""

    def __init__(self, gate: Gate, inner: TargetSequence) -> None:
        self._gate, self._inner = gate, inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def prefill(self, token_ids: Sequence[int]) -> None:
        self._gate.a_pass()
        self._inner.prefill(token_ids)

    def forward(self, last: int, draft: Draft, sampling: Sampling, **named: Any) -> Choices:
        self._gate.a_pass()
        return self._inner.forward(last, draft, sampling, **named)

    def fork(self, length: int) -> "GatedSequence":
        return GatedSequence(self._gate, self._inner.fork(length))


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama for the byte tokenizer."""
    torch.manual_seed(5)
    size = {"vocab_size": ByteTokenizer.vocab_size, "max_position_embeddings": 1 << 15}
    ids = {"eos_token_id": ByteTokenizer.end_id}
    config = transformers.LlamaConfig(**{**COMMON, **size, **ids}, num_hidden_layers=1)
    folder = tmp_path_factory.mktemp("tiny")
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


class Served:
    """A running server and what a test may want to look at."""

    def __init__(self, server: Server, address: str, gate: Gate, cache: PrefixCache) -> None:
        self.server, self.address = server, address
        self.gate, self.cache = gate, cache


Serve = Callable[..., Awaitable[Served]]


@pytest.fixture(scope="session")
def planner() -> Iterator[Planner]:
    """Its processes take a second to start; the servers of all tests share them."""
    shared = Planner(seconds=10)
    yield shared
    shared.close()


@pytest.fixture
async def serve(
    tiny_folder: Path, tmp_path: Path, workspace: Path, planner: Planner
) -> AsyncIterator[Serve]:
    """Starts servers; they are stopped in the end."""
    started: list[tuple[Server, Gate]] = []

    async def start(
        address: str = "",
        config: Config = TRUST,
        cache_bytes: int = 1 << 30,
        doors: Sequence[DoorFactory] = (),
        **options: Any,
    ) -> Served:
        gate = Gate(open_target(tiny_folder, "tiny", "float32"))
        cache = PrefixCache(gate, cache_bytes)
        tokenizer = ByteTokenizer()

        def load() -> Loaded:
            return Loaded(Editor(cache, tokenizer, config), cache, tokenizer, cache)

        at = address or f"unix:{tmp_path}/run{len(started)}/s"
        server = Server(load, config, ServerOptions(Address(at), **options), planner, doors)
        started.append((server, gate))
        await server.start()
        if server.port and not at.startswith("unix:"):
            at = f"{at.rpartition(':')[0]}:{server.port}"
        return Served(server, at, gate, cache)

    yield start
    for server, gate in started:
        gate.open_again()
        await server.stop(5.0)


@pytest.fixture
def limits() -> Callable[..., Limits]:
    """Limits with some changed."""
    return lambda **changes: replace(Limits(), **changes)
