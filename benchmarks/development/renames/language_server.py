"""A rename by a language server, over its standard input and output."""

import json
import queue
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from specedit.benchmarks.development.renames.subjects import Subject
from specedit.benchmarks.development.renames.tools import Renamed
from specedit.engine import children
from specedit.engine.errors import TargetError

_SECONDS = 180
_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
        "workspaceFolders": True,
    },
    "textDocument": {"rename": {"prepareSupport": False}, "synchronization": {}},
}


class LanguageServer:
    """A server that has a package open; its files are as they are on disk."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        language: str,
        settings: dict[str, Any],
        options: dict[str, Any] | None = None,
    ) -> None:
        pipes = children.Descriptors(
            stdin=children.PIPE, stdout=children.PIPE, stderr=children.DEVNULL
        )
        self._folder, self._language, self._settings = folder, language, settings
        self._process = children.start(command, pipes, folder=folder)
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._number, self._open = 0, set[str]()
        root = folder.as_uri()
        self._request(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "capabilities": _CAPABILITIES,
                "initializationOptions": options or {},
                "workspaceFolders": [{"uri": root, "name": folder.name}],
            },
        )
        self._notify("initialized", {})

    def rename(self, subject: Subject) -> Renamed:
        """Return what the server makes of a subject's new name; the time is that of the request, the file being open."""
        uri = (self._folder / subject.path).as_uri()
        if uri not in self._open:
            self._open.add(uri)
            text = (self._folder / subject.path).read_bytes().decode("utf-8")
            about = {"uri": uri, "languageId": self._language, "version": 1, "text": text}
            self._notify("textDocument/didOpen", {"textDocument": about})
            self._request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        position = {"line": subject.line, "character": subject.utf16_column}
        params = {"textDocument": {"uri": uri}, "position": position, "newName": subject.new}
        began = time.perf_counter()
        try:
            edit = self._request("textDocument/rename", params)
        except TargetError as error:
            return Renamed(refusal=str(error), seconds=time.perf_counter() - began)
        seconds = time.perf_counter() - began
        files = self._files(edit or {})
        return Renamed(files, "" if files else "nothing changed", seconds)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _files(self, edit: dict[str, Any]) -> dict[str, bytes]:
        changes = dict(edit.get("changes") or {})
        for each in edit.get("documentChanges") or ():
            if "edits" in each:
                changes.setdefault(each["textDocument"]["uri"], []).extend(each["edits"])
        files = {}
        for uri, edits in changes.items():
            path = Path(unquote(urlparse(uri).path))
            if edits and path.is_relative_to(self._folder):
                inside = path.relative_to(self._folder).as_posix()
                files[inside] = edited(path.read_bytes().decode("utf-8"), edits).encode("utf-8")
        return files

    def _request(self, method: str, params: dict[str, Any]) -> Any:
        """The answer to a request.

        Raises:
            TargetError: the server refuses, or has ended.
        """
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        until = time.monotonic() + _SECONDS
        while True:
            try:
                message = self._messages.get(timeout=max(until - time.monotonic(), 0))
            except queue.Empty:
                raise TargetError(f"no answer to {method} in {_SECONDS} s") from None
            if "method" in message:
                if "id" in message:
                    self._send({"id": message["id"], "result": self._answer(message)})
            elif message.get("id") == self._number:
                if "error" in message:
                    raise TargetError(message["error"]["message"])
                return message.get("result")

    def _answer(self, message: dict[str, Any]) -> Any:
        """What the server asks of an editor: settings, and leave for what we do not follow."""
        if message["method"] != "workspace/configuration":
            return None
        items = message["params"]["items"]
        return [self._settings.get(item.get("section", ""), {}) for item in items]

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while head := stream.readline():
            length = 0
            while head.strip():
                name, _, value = head.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                head = stream.readline()
            self._messages.put(json.loads(stream.read(length)))


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """Return a text with the edits of a server, which are all of the text as it was."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: dict[str, int]) -> int:
        start = starts[position["line"]]
        rest = text[start:].split("\n", 1)[0].encode("utf-16-le")[: 2 * position["character"]]
        return start + len(rest.decode("utf-16-le"))

    ranges = {
        (offset(each["range"]["start"]), offset(each["range"]["end"])): each["newText"]
        for each in edits
    }
    for (start, end), new in sorted(ranges.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text
