"""Text for terminals, bytes for programs; a reader that has left stops neither."""

import contextlib
import os
import re
import sys
from typing import IO

from rich.console import Console
from rich.segment import Segment, Segments

# What a terminal would obey instead of showing it; and what no encoding has.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Terminal(Console):
    """Prints text as it is: no markup, no highlighting, no wrapping, no control characters."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=True)

    def say(self, text: str, style: str = "", *, end: str = "\n") -> None:
        """Print a line, with its tabs: a `Text` would expand them."""
        segment = Segment(f"{escaped(text)}{end}", self.get_style(style) if style else None)
        self.print(Segments([segment]), end="")

    def on_broken_pipe(self) -> None:
        """Go on without a reader: an edit that is under way is not given up for it."""
        self.quiet = True
        _silence(self.file)


def escaped(text: str) -> str:
    r"""Return the text with control characters written out, as \x1b."""
    return _CONTROLS.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, in a file's name
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def put(data: bytes) -> None:
    """Write bytes to stdout, for programs."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _silence(sys.stdout)


def _silence(stream: IO[str]) -> None:
    """Lead a stream nowhere, so that what is still in its buffer does not fail at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
