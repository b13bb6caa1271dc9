"""A chat server with OpenAI's interface that says what a script has: real HTTP, in a thread of the test's process."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A file, an instruction that no operation understands, the block that an author may answer with, and what it makes.
SOURCE = "def fetch(url):\n    return open(url).read()\n"
ASKED = "give up on fetch after ten seconds"
BLOCK = "<<<<<<< SEARCH\n    return open(url).read()\n=======\n    return open(url, timeout=10).read()\n>>>>>>> REPLACE\n"
EDITED = SOURCE.replace("(url).read", "(url, timeout=10).read")


@dataclass
class Says:
    """One answer. `status` other than 200 is refused with `text`; `cut` hangs up in the middle; `pause` between pieces. `tool`: a call.

    `raw` is sent as it is, as `kind`.
    """

    text: str = ""
    reason: str | None = "stop"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    pause: float = 0.0
    thinks: str = ""
    tool: tuple[str, dict[str, Any]] | None = None
    raw: bytes | None = None
    kind: str = "text/event-stream"


@dataclass
class Script:
    """What the server says, one after the other; behind the last it fails. `answer` and `reply` say it by the request."""

    says: list[Says]
    answer: Callable[[dict[str, Any]], str] | None = None
    reply: Callable[[dict[str, Any]], Says] | None = None
    models: Sequence[str | dict[str, Any]] = ("coder",)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def told(self, request: int = -1) -> str:
        """The last message of a request."""
        text: str = self.requests[request]["messages"][-1]["content"]
        return text

    def next(self, request: dict[str, Any]) -> Says:
        """What is said to a request."""
        if self.reply is not None:
            return self.reply(request)
        if self.answer is not None:
            return Says(self.answer(request))
        return self.says.pop(0) if self.says else Says("no more", status=418)


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """Serve the script at `script.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = [
                model if isinstance(model, dict) else {"id": model, "object": "model"}
                for model in script.models
            ]
            self._whole(200, json.dumps({"object": "list", "data": data}), {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append(body)
            script.headers.append(dict(self.headers))
            said = script.next(body)
            if said.status != 200:
                self._whole(
                    said.status, json.dumps({"error": {"message": said.text}}), said.headers
                )
                return
            try:
                self._stream(said)
            except OSError:
                script.hung_up.set()

        def _whole(self, status: int, text: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def _stream(self, said: Says) -> None:
            self.send_response(200)
            self.send_header("Content-Type", said.kind)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if said.raw is not None:
                self.wfile.write(said.raw)
                return
            pieces = [said.text[i : i + 40] for i in range(0, len(said.text), 40)]
            for delta in _deltas(said, pieces):
                self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
                time.sleep(said.pause)
            if said.cut:
                return
            reason = said.reason if said.tool is None else "tool_calls"
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
            self._event(
                {
                    "choices": [],
                    "usage": {
                        "completion_tokens": len(pieces),
                        "prompt_tokens": 1,
                        "total_tokens": 1,
                    },
                }
            )
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, value: dict[str, Any]) -> None:
            whole = {
                "id": "x",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "coder",
                **value,
            }
            self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _deltas(said: Says, pieces: Sequence[str]) -> list[dict[str, Any]]:
    """What the chunks of an answer add to it."""
    deltas: list[dict[str, Any]] = [{"reasoning_content": said.thinks}] if said.thinks else []
    deltas += [{"content": piece} for piece in (pieces[: len(pieces) // 2] if said.cut else pieces)]
    if said.tool is not None:
        name, arguments = said.tool
        function = {"name": name, "arguments": json.dumps(arguments)}
        call = {"index": 0, "id": "call", "type": "function", "function": function}
        deltas.append({"role": "assistant", "tool_calls": [call]})
    return deltas
