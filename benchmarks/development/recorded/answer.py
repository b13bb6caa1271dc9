"""What becomes of a snippet at one door."""

import re
from dataclasses import dataclass

_HTTP_OPTION = re.compile(r'"specedit": \{"(\w+)": \[?"([\w:.-]+)"\]?\}')
_WAY_ON = re.compile(r"[;,:.(] [^;:]*--(?:accept|force|scope)\b.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """The file after the edit, or None and why there is none."""

    text: str | None
    reason: str = ""

    def agrees_with(self, other: "Answer") -> bool:
        """Return whether both have the same text, or the same reason, whatever way on each of them offers."""
        if self.text is not None or other.text is not None:
            return self.text == other.text
        shorter, longer = sorted(map(_without_way_on, (self.reason, other.reason)), key=len)
        return bool(shorter) and longer.startswith(shorter)


def _without_way_on(reason: str) -> str:
    """A reason without what the door's own options are called."""
    as_options = _HTTP_OPTION.sub(r"--\1 \2", reason)
    return _WAY_ON.sub("", as_options).strip()
