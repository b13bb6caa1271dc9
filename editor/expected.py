"""What a section is predicted to become, in tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specedit.editor.prompt import Prompt
from specedit.editor.sections import Section
from specedit.editor.token_spans import TokenSpans
from specedit.editor.veto import VetoContext, VetoRules
from specedit.edits.prediction import HOLE
from specedit.engine.errors import EditRefused
from specedit.engine.tokenizer import Tokenizer

# Room for an answer that is longer than its section, where `max_tokens` is not given.
_GROWTH = 1.25
_EXTRA_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Expected:
    """The predicted `text`: the tokens to be `judged`, up to a hole if there is one, and the `rest` behind it."""

    text: str
    judged: tuple[int, ...]
    rest: tuple[int, ...]
    has_hole: bool

    @classmethod
    def of(cls, section: Section, prompt: Prompt, tokenizer: Tokenizer) -> "Expected":
        """Return what a section is predicted to become; nothing, where nothing is predicted."""
        text = section.predicted or ""
        known, hole, rest = text.partition(HOLE)
        judged = tuple(tokenizer.encode(known))
        is_end_in_doubt = section.at_end and not section.context.keeps_lines
        if (is_end_in_doubt or not judged) and not hole:
            judged += prompt.closing_ids  # elsewhere a section ends where we have cut it
        return cls(text, judged, tuple(tokenizer.encode(rest.replace(HOLE, ""))), bool(hole))

    def rules(
        self, source_ids: Sequence[int], context: VetoContext, tokenizer: Tokenizer
    ) -> VetoRules:
        """Return what decides about objections to the tokens that are judged."""
        tokens = TokenSpans.of(self.judged, tokenizer)
        if tokens is None or not tokens.text.startswith(self.text.partition(HOLE)[0]):
            # The characters of what is excluded are not those of the tokens.
            tokens = TokenSpans.joined(tokenizer.decode([token_id]) for token_id in self.judged)
            context = replace(context, excluded_ranges=(), doubtful=None)
        return VetoRules(source_ids, self.judged, tokens, context)


def room(
    section: Section, expected: Expected, prompt: Prompt, context: int, limit: int | None
) -> int:
    """Return the most tokens of an answer: `limit`, or some more than the section has, in a context of so many tokens.

    Raises:
        EditRefused: the section does not fit the context with its rewrite.
    """
    prompt_tokens = len(prompt.token_ids)
    answer = len(expected.judged) + len(expected.rest)
    rewrite = max(len(prompt.source_ids), answer) + len(prompt.closing_ids) + 1
    left = context - prompt_tokens
    if rewrite > left:
        raise EditRefused(
            f"lines {section.first + 1} to {section.last} do not fit: {prompt_tokens} tokens of prompt "
            f"and about {rewrite} of rewrite are more than the model's {context}; narrow it with "
            "--scope symbol:NAME or lines:A-B, or use a model with a longer context"
        )
    return min(left, limit or int(rewrite * _GROWTH) + _EXTRA_TOKENS)
