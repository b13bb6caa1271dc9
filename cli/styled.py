"""A terminal with colours and what moves on it."""

from collections.abc import Callable

from rich.console import Console
from rich.segment import Segment, Segments


class StyledConsole(Console):
    """Prints text as it is; `on_end`: what is done when nobody reads it any more."""

    def __init__(self, on_end: Callable[[], None], *, stderr: bool) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=True)
        self._on_end = on_end

    def say(self, text: str, style: str) -> None:
        """Print a text, with its tabs: a `Text` would expand them."""
        segment = Segment(text, self.get_style(style) if style else None)
        self.print(Segments([segment]), end="")

    def on_broken_pipe(self) -> None:
        """Go on without a reader."""
        self.quiet = True
        self._on_end()
