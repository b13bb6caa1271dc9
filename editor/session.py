"""What the sections of one request have in common."""

from dataclasses import dataclass

from specedit.editor.config import Config
from specedit.editor.prompt import Prompt
from specedit.editor.stats import Tally
from specedit.editor.verdicts import Verdicts
from specedit.engine.budget import Budget
from specedit.engine.drafter import DraftContext
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Session:
    """The target that is asked and how, what that has cost up to now, and what the target has said to others."""

    target: Target
    tokenizer: Tokenizer
    config: Config
    tally: Tally
    verdicts: Verdicts

    def draft_context(
        self, prompt: Prompt, output: list[int], budget: Budget, predicted: tuple[int, ...]
    ) -> DraftContext:
        """Return what a drafter may look at for the answer to a prompt: `predicted` is what it is expected to be."""
        return DraftContext(
            prompt.token_ids,
            (*prompt.source_ids, *prompt.closing_ids),
            output,
            (predicted,) if predicted else (),
            budget,
            self.tokenizer,
            draft_model=self.target.draft_model,
        )
