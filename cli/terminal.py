"""Text for terminals, bytes for programs; a reader that has left stops neither."""

import contextlib
import os
import re
import sys
from functools import cached_property
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from specedit.cli.styled import StyledConsole

# What a terminal would obey instead of showing it; and what no encoding has.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Terminal:
    """Prints text as it is: no markup, no highlighting, no wrapping, no control characters.

    Colours follow the terminal and NO_COLOR. A file or a pipe needs no `rich`, whose import is a tenth of a command's time.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        self._stderr = stderr
        self._is_styled = self._file.isatty() or "FORCE_COLOR" in os.environ
        self._has_reader = True

    @property
    def _file(self) -> IO[str]:
        return sys.stderr if self._stderr else sys.stdout

    @cached_property
    def console(self) -> "StyledConsole":
        """What shows colours, and what moves."""
        from specedit.cli.styled import StyledConsole

        return StyledConsole(self._go_on_without_reader, stderr=self._stderr)

    def say(self, text: str, style: str = "", *, end: str = "\n") -> None:
        """Print a line."""
        line = f"{escaped(text)}{end}"
        if self._is_styled:
            self.console.say(line, style)
        elif self._has_reader:
            try:
                self._file.write(line)
                self._file.flush()
            except BrokenPipeError:
                self._go_on_without_reader()

    def _go_on_without_reader(self) -> None:
        """An edit that is under way is not given up for it."""
        self._has_reader = False
        _silence(self._file)


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
