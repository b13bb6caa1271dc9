"""A server that speaks as llama.cpp's own does, of one token a byte: real HTTP, its answer known."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from specedit.engine.targets.server_tokenizer import ServerTokenizer
from specedit.engine.tokenizer import ByteTokenizer

BEGIN, END = ByteTokenizer.begin_id, ByteTokenizer.end_id
_CONTROL = {"<begin>": BEGIN, "<end>": END}
_TEMPLATE = "{% for message in messages %}<begin>{{ message.content }}<end>{% endfor %}<begin>"


@dataclass
class LlamaServer:
    """What the server answers: `answer` after whatever it is asked, as `passes` of so many tokens, or one by one.

    `statuses`: of the requests for completions, the next ones first, other than 200. `events`: what it sends instead of an
    answer. `is_cut`: it hangs up before the end.
    """

    answer: str | bytes
    passes: Sequence[int] = ()
    slots: int = 2
    has_pool: bool = True
    length: int = 4096
    statuses: list[int] = field(default_factory=list)
    events: Sequence[bytes] = ()
    is_cut: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def primed(self) -> list[dict[str, Any]]:
        """The requests that only have it read."""
        return [body for body in self.asked if not body.get("stream")]


def text_of(token_ids: Sequence[int]) -> str:
    """What a server makes of tokens: control tokens as their text, U+FFFD for what is no whole character."""
    control = {token_id: text.encode() for text, token_id in _CONTROL.items()}
    pieces = (control[t] if t in control else bytes([t]) for t in token_ids)
    return b"".join(pieces).decode("utf-8", "replace")


@contextmanager
def serving(script: LlamaServer) -> Iterator[LlamaServer]:
    """Serve the script at `script.url`."""
    handler = type("Scripted", (_Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        script.url = f"http://127.0.0.1:{server.server_port}"
        yield script
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    script: LlamaServer

    def do_GET(self) -> None:
        slots = [{"id": i, "speculative": self.script.has_pool} for i in range(self.script.slots)]
        known = {
            "/v1/models": {"data": [{"id": "/models/coder.gguf"}]},
            "/props": {
                "default_generation_settings": {"n_ctx": self.script.length},
                "total_slots": self.script.slots,
                "chat_template": _TEMPLATE,
                "bos_token": "<begin>",
                "eos_token": "<end>",
            },
            "/slots": slots,
        }
        self._whole(known[self.path])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/tokenize":
            return self._whole({"tokens": _tokens(body)})
        if self.path == "/detokenize":
            return self._whole({"content": text_of(body["tokens"])})
        assert self.path == "/completion", "nothing else is asked of it"
        self.script.asked.append(body)
        status = self.script.statuses.pop(0) if self.script.statuses else 200
        if status != 200:
            return self._whole({"error": {"message": "Loading model", "code": status}}, status)
        if not body.get("stream"):
            return self._whole({"content": "", "stop": True})
        self._stream(body["n_predict"])

    def _stream(self, most: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for line in self.script.events:
            self.wfile.write(line)
        if self.script.events:
            return
        answer = self.script.answer
        tokens = list(answer.encode() if isinstance(answer, str) else answer)
        timings = {"predicted_n": 0}
        lengths, begin, end = list(self.script.passes), 0, 0
        for number, token in enumerate(tokens[:most]):
            if number == end:
                begin, end = end, end + (lengths.pop(0) if lengths else 1)
                if end - begin > 1:  # as many again were drafted in vain
                    timings["draft_n"] = timings.get("draft_n", 0) + 2 * (end - begin - 1)
                    timings["draft_n_accepted"] = (
                        timings.get("draft_n_accepted", 0) + end - begin - 1
                    )
            self._event({"tokens": [token], "stop": False, "timings": timings})
            if self.script.is_cut and number == len(tokens) // 2:
                return
        reason = "eos" if len(tokens) < most else "limit"
        self._event({"tokens": [], "stop": True, "stop_type": reason, "timings": timings})

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    def _whole(self, answer: Any, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


def _tokens(body: dict[str, Any]) -> list[Any]:
    """One token a byte, each a piece of its own where the text's bytes are no whole characters."""
    tokens = [BEGIN] if body.get("add_special", True) else []
    text = body["content"]
    while text:
        control = next((c for c in _CONTROL if text.startswith(c)), None)
        if control and body["parse_special"]:
            tokens.append(_CONTROL[control])
            text = text.removeprefix(control)
        else:
            tokens += text[0].encode()
            text = text[1:]
    if not body.get("with_pieces"):
        return tokens
    return [{"id": t, "piece": chr(t) if t < 128 else [t]} for t in tokens]


def tokenizer(script: LlamaServer) -> ServerTokenizer:
    """Return the server's tokenizer."""
    from specedit.engine.targets.completions import Completions

    return ServerTokenizer(Completions(script.url))
