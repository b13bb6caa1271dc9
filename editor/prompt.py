"""Instruction and file → the prompt's tokens.

The file comes first and the instruction after it, so that further edits of one file share the long prefix. The
file's tokens are encoded on their own: the same tokens then stand in the prompt and in a copied answer.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath

from specedit.edits.text import split_lines
from specedit.engine.copy_source import CopySource
from specedit.engine.tokenizer import Tokenizer

_MARK = "\ue000"  # where texts go in the rendered template; a private-use character that no template contains
LEAVE_ALONE = "Leave this code as it is."
_APPLY = "Apply this edit"
_LEFT_OUT = "... existing code ..."
_ASK = "Reply with the whole edited file in one code block, nothing else."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in tokens: `token_ids` = lead + source + tail; the answer begins after them.

    `source_ids` are the file's tokens. `closing_ids` are what follows the last line of a complete answer.
    """

    lead_ids: tuple[int, ...]
    source_ids: tuple[int, ...]
    tail_ids: tuple[int, ...]
    closing_ids: tuple[int, ...]
    fence: str
    update: tuple[tuple[int, ...], ...] = ()  # stretches that an update wants to see in the answer

    @property
    def token_ids(self) -> tuple[int, ...]:
        """The whole prompt."""
        return self.lead_ids + self.source_ids + self.tail_ids

    @property
    def copy_source(self) -> CopySource:
        """What the answer is an edited copy of."""
        return CopySource(self.source_ids, self.update)


def build(instruction: str, body: str, path: str, tokenizer: Tokenizer) -> Prompt:
    """Ask for the file `body`, edited by `instruction`.

    `body` ends with a newline. Only the name of `path` is shown to the model.
    """
    fence = fence_for(body)
    source_ids = tuple(tokenizer.encode(body))
    message = f"{_MARK}\n{fence}\n{_MARK}{fence}\n{_MARK}\n{_ASK}"
    before_name, before_body, before_instruction, end = f"{tokenizer.chat(message)}{fence}\n".split(
        _MARK
    )  # the answer's opening fence is given
    return Prompt(
        lead_ids=(
            *tokenizer.encode_markup(before_name),
            *tokenizer.encode(PurePath(path).name or "file"),
            *tokenizer.encode_markup(before_body),
        ),
        source_ids=source_ids,
        tail_ids=(
            *tokenizer.encode_markup(before_instruction),
            *tokenizer.encode(instruction.strip()),
            *tokenizer.encode_markup(end),
        ),
        closing_ids=tuple(tokenizer.encode(fence)),
        fence=fence,
        update=tuple(tuple(tokenizer.encode(part)) for part in _update_lines(instruction)),
    )


def existing_code(comment: str, end: str = "") -> str:
    """Return the line that stands for code which is left out, with what begins a comment and what ends it."""
    return f"{comment} {_LEFT_OUT} {end}".strip() + "\n"


def with_update(instruction: str, update: str) -> str:
    """Return an instruction that shows an edit which somebody has sketched: a snippet, a diff, a block."""
    fence = fence_for(update)
    # Told what the marker means, a small model keeps more of what it stands for.
    lazy = f'. "{_LEFT_OUT}" stands for lines that stay as they are' if _LEFT_OUT in update else ""
    shown = f"{_APPLY}{lazy}:\n{fence}\n{update.rstrip()}\n{fence}"
    return f"{instruction.strip()}\n{shown}" if instruction.strip() else shown


def _update_lines(instruction: str) -> list[str]:
    """The stretches of text that the answer should have, by the update that `with_update` shows."""
    update = re.search(rf"^{_APPLY}[^\n]*:\n(`+)\n(.*\n)\1$", instruction, re.DOTALL | re.MULTILINE)
    if not update:
        return []
    parts = [""]
    for line in split_lines(update[2]):
        if _LEFT_OUT in line or line == "@@\n":
            parts.append("")
        elif not update[2].startswith("@@\n"):
            parts[-1] += line
        elif not line.startswith("-"):
            parts[-1] += line[1:]
    return [part for part in parts if part]


def fence_for(body: str) -> str:
    """Return a run of backticks that does not occur in `body` (CommonMark 4.5)."""
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    return "`" * max(3, longest + 1)
