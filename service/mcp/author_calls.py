"""An author asked for a tool's call: it is hung up on when the client does not want the answer any more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from specedit.editor.author import Author, Written, write
from specedit.editor.config import Form
from specedit.editor.result import EditRequest
from specedit.service.mcp.call import Watch

_BETWEEN_LOOKS = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class AuthorCalls:
    """How authors are asked: `new_author` returns one for one edit, which it may take `seconds` for."""

    new_author: Callable[[], Author]
    form: Form
    seconds: float | None

    def write(self, watch: Watch, request: EditRequest) -> Written:
        """Return the plan that an author writes; see `author.write`.

        Raises:
            EditRefused, TargetError: as of `author.write`; and what `watch` raises when the call is cancelled.
        """
        author = self.new_author()
        watch.check(f"{author.name} writes")
        with ThreadPoolExecutor(1, thread_name_prefix="author") as threads:
            writing = threads.submit(write, request, author, self.form, self.seconds)
            try:
                while not wait([writing], _BETWEEN_LOOKS).done:
                    watch.check_wanted()
            except BaseException:
                author.cancel()
                raise
            return writing.result()
