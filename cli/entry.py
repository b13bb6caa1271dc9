"""Where `specedit` begins. Nothing else is imported before Ctrl-C is looked after: it ends without a trace, whenever it comes."""

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

_MESSAGE = b"specedit: interrupted; no file is half-written\n"
_WINDOWS = b"specedit: it runs on Linux, and on Windows inside WSL (`wsl --install`), not on Windows itself\n"
_SHOW_CURSOR = b"\x1b[?25h"  # a spinner hides it


def main() -> int:
    """Run the command line; return its exit code."""
    if sys.platform == "win32":  # it has no fcntl, no fork, no descriptors of folders
        os.write(2, _WINDOWS)
        return 6
    listens = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if listens:
        signal.signal(signal.SIGINT, _interrupted)
    try:
        from specedit.cli.main import main as run

        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError):  # closed, or no stream of text
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        return run()
    except KeyboardInterrupt:
        os.write(2, _MESSAGE)
        return 130
    finally:
        if listens:  # what is left is to end
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        _flush()
        gc.freeze()  # at its end Python would look for garbage: 0.2 s where torch is loaded


def _interrupted(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; but not out of an import, which would make another error of it, or of a module a half one."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + _MESSAGE)
            os._exit(130)
        frame = frame.f_back
    raise KeyboardInterrupt


def _flush() -> None:
    """Let go of what a reader that has left does not take, or Python complains of it at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, AttributeError, ValueError):  # nobody reads, no stream, or closed
            with suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
