"""A call of a tool: where it may edit, who waits for it, and what ends it."""

from dataclasses import dataclass
from typing import Protocol

from specedit.editor.result import Progress
from specedit.editor.settled import Work
from specedit.engine.errors import InvalidRequest
from specedit.service.mcp.answers import Refusal
from specedit.service.mcp.bounds import Bounds

_MOST_TEXT = 1 << 24  # characters of what a client gives


class Watch(Protocol):
    """Who is told how far a call is, and knows whether the client still wants it."""

    def advance(self, event: Progress) -> None:
        """Tell how far the model is; raise if the call is cancelled."""

    def check(self, message: str) -> None:
        """Tell what is done next; raise if the call is cancelled."""

    def check_wanted(self) -> None:
        """Raise if the call is cancelled."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What is the same for every tool: where edits may be, whether they are written, and who waits for them.

    `work` does what takes long, and is ended when the call is cancelled, if another process does it.
    """

    bounds: Bounds
    dry_run: bool
    watch: Watch
    work: Work


class Refused(Exception):
    """An edit that ends here, and what is told of it."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__()
        self.refusals = refusals


def check_texts(*texts: str) -> None:
    """Refuse texts that cannot be written, or that nobody has written."""
    for text in texts:
        if len(text) > _MOST_TEXT:
            raise InvalidRequest(
                f"a text of {len(text)} characters is too long; at most {_MOST_TEXT}"
            )
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidRequest("a text has half of a character (a lone surrogate)") from error
