"""Real `specedit mcp` processes, and the official SDK's client at their other end."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext, Transport
from mcp.types import CallToolResult, ListRootsResult, Root

Mode = Literal["auto", "legacy"]


class Agent:
    """A client that waits for each answer. `roots` are what it says its own are."""

    def __init__(self, portal: BlockingPortal) -> None:
        self.roots: list[str] = []
        self.progress: list[tuple[float, str | None]] = []
        self._portal = portal
        self._client: Client | None = None

    def connected(
        self, arguments: list[str], environment: dict[str, str], mode: Mode
    ) -> AbstractContextManager[Client]:
        command = [sys.executable, "-m", "specedit", "mcp", *arguments]
        server = StdioServerParameters(command=command[0], args=command[1:], env=environment)
        return self.connected_to(server, mode)

    def connected_to(
        self, server: StdioServerParameters | Transport, mode: Mode
    ) -> AbstractContextManager[Client]:
        self._client = Client(server, list_roots_callback=self._list_roots, mode=mode)
        return self._portal.wrap_async_context_manager(self._client)

    @property
    def client(self) -> Client:
        assert self._client is not None
        return self._client

    def raw(self, tool: str, **arguments: Any) -> CallToolResult:
        """The whole result of a call."""
        self.progress.clear()
        call = partial(
            self.client.call_tool, tool, arguments, progress_callback=self._note_progress
        )
        return self._portal.call(call)

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer; whether it is an error is as its status says."""
        result = self.raw(tool, **arguments)
        answer: dict[str, Any] | None = result.structured_content
        assert answer is not None, result.content
        assert result.is_error == (answer["status"] == "refused")
        return answer

    def refusal(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The one refusal of a call."""
        answer = self.call(tool, **arguments)
        assert answer["status"] == "refused", answer
        (refusal,) = answer["refusals"]
        assert refusal["reason"] and refusal["next_step"]
        return dict(refusal)

    def tools(self) -> dict[str, Any]:
        """The tools by their names."""
        listed = self._portal.call(self.client.list_tools)
        return {tool.name: tool for tool in listed.tools}

    async def _list_roots(self, context: ClientRequestContext) -> ListRootsResult:
        return ListRootsResult(roots=[Root.model_validate({"uri": uri}) for uri in self.roots])

    async def _note_progress(
        self, progress: float, total: float | None, message: str | None
    ) -> None:
        self.progress.append((progress, message))


@pytest.fixture(scope="module", params=["auto", "legacy"])
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    """An agent at a server: by the protocol of 2026, and by the one with a handshake."""
    state = tmp_path_factory.mktemp("state")
    environment = {**os.environ, "SPECEDIT_STATE": str(state)}
    with start_blocking_portal() as portal:
        agent = Agent(portal)
        with agent.connected([], environment, request.param):
            yield agent


@pytest.fixture
def agent(connection: Agent, workspace: Path) -> Agent:
    """The agent, with a folder of this test as its only root."""
    connection.roots = [workspace.as_uri()]
    return connection
