"""`specedit mcp --http`: the same tools for several clients, who must prove themselves and stay in one folder."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from mcp.client.streamable_http import streamable_http_client
from tests.patience import PATIENCE
from tests.service.mcp.conftest import Agent, Mode

from specedit.cli.main import main

TOKEN = "a-token-of-some-length"
TEXT = "one\ntwo\n"
ONE = [{"old": "one", "new": "1"}]
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


class HttpServer:
    """A server process, `at` where it says it is, for the files of `root`."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self.root, self.token_file = folder / "root", folder / "token"
        self.root.mkdir()
        self.token_file.write_text(token)
        self.token_file.chmod(0o600)
        command = [sys.executable, "-m", "specedit", "mcp", "--http", "127.0.0.1:0"]
        access = ["--token-file", str(self.token_file)] if token else ["--insecure"]
        self.process = subprocess.Popen(
            [*command, *access],
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.root,
            env={**os.environ, "SPECEDIT_STATE": str(folder / "state")},
        )
        assert self.process.stderr is not None
        said = self.process.stderr.readline()
        match = re.fullmatch(r"specedit: serving at (http://127\.0\.0\.1:\d+/mcp)\n", said)
        assert match is not None, said
        self.at = match[1]

    def end(self) -> str:
        """End it as a system does, and return what it has said besides."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said
        return said

    def post(self, headers: dict[str, str], body: object = LIST) -> int:
        headers = {"Accept": "application/json, text/event-stream", **headers}
        answer = httpx2.post(self.at, json=body, headers=headers, timeout=PATIENCE, trust_env=False)
        return int(answer.status_code)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    started = HttpServer(tmp_path_factory.mktemp("http"))
    yield started
    started.end()


@pytest.fixture(scope="module", params=["auto", "legacy"])
def web_agent(request: pytest.FixtureRequest, server: HttpServer) -> Iterator[Agent]:
    mode: Mode = request.param
    with start_blocking_portal() as portal:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        http = httpx2.AsyncClient(headers=headers, timeout=PATIENCE, trust_env=False)
        agent = Agent(portal)
        transport = streamable_http_client(server.at, http_client=http)
        with portal.wrap_async_context_manager(http), agent.connected_to(transport, mode):
            yield agent


@pytest.fixture
def file(server: HttpServer) -> Path:
    (server.root / "a.txt").write_text(TEXT)
    return server.root / "a.txt"


def test_edits_are_made_over_http(web_agent: Agent, server: HttpServer, file: Path) -> None:
    web_agent.roots = [server.root.as_uri()]
    answer = web_agent.call("replace_in_file", path="a.txt", edits=ONE)
    assert (answer["status"], file.read_text()) == ("written", "1\ntwo\n")
    assert web_agent.progress[-1][1] == "writing"
    assert web_agent.call("undo", edit_id=answer["edit_id"])["status"] == "restored"
    assert file.read_text() == TEXT


def test_undo_of_several_clients_names_the_edit(
    web_agent: Agent, server: HttpServer, file: Path
) -> None:
    web_agent.roots = [server.root.as_uri()]
    web_agent.call("replace_in_file", path="a.txt", edits=ONE)
    refusal = web_agent.refusal("undo")
    assert refusal["code"] == "nothing_to_undo" and "edit_id" in refusal["next_step"]
    assert file.read_text() == "1\ntwo\n"


def test_a_client_does_not_choose_its_roots_out_of_the_servers(
    web_agent: Agent, server: HttpServer, file: Path
) -> None:
    outside = server.root.parent / "outside.txt"
    outside.write_text(TEXT)
    for roots in ([server.root.parent.as_uri()], ["file:///"]):
        web_agent.roots = roots
        assert web_agent.call("replace_in_file", path=str(file), edits=ONE)["status"] == "written"
        file.write_text(TEXT)
        refusal = web_agent.refusal("replace_in_file", path=str(outside), edits=ONE)
        assert refusal["code"] == "outside_roots"
    web_agent.roots = ["file:///usr"]
    assert web_agent.refusal("replace_in_file", path="a.txt", edits=ONE)["code"] == "outside_roots"
    assert (outside.read_text(), file.read_text()) == (TEXT, TEXT)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "null"}, 403),
    ],
)
def test_strangers_and_pages_are_kept_out(
    headers: dict[str, str], status: int, server: HttpServer
) -> None:
    assert server.post(headers) == status


def test_what_is_too_large_is_not_read(server: HttpServer) -> None:
    body = {**LIST, "params": {"cursor": "a" * (1 << 23)}}
    assert server.post({"Authorization": f"Bearer {TOKEN}"}, body) == 413


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--http", "127.0.0.1:0"], "give --token-file"),
        (["--http", "0.0.0.0:0"], "can be reached by others"),
        (["--http", "0.0.0.0:0", "--insecure"], "can be reached by others"),
        (["--http", "unix:/tmp/s", "--insecure"], "is not a folder of yours"),
        (["--http", "7412"], "is no address"),
        (["--token-file", "x"], "--http"),
    ],
)
def test_where_no_client_is_served(
    options: list[str], said: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mcp", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_server_ends_though_clients_listen(tmp_path: Path) -> None:
    server = HttpServer(tmp_path)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json, text/event-stream"}
    params = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    with httpx2.Client(headers=headers, timeout=PATIENCE, trust_env=False) as client:
        session = client.post(server.at, json=body).headers["mcp-session-id"]
        with client.stream("GET", server.at, headers={"mcp-session-id": session}) as stream:
            assert stream.status_code == 200
            since = time.monotonic()
            assert "Traceback" not in server.end()
            assert time.monotonic() - since < 10
