"""A GGUF file as a target: our drafts, verified by llama.cpp's passes."""

from collections.abc import Sequence

from specedit.engine.target import LocalTarget
from specedit.engine.targets.llamacpp.context import Context
from specedit.engine.targets.llamacpp.replayed import ReplayedSequence
from specedit.engine.targets.llamacpp.sequence import CellSequence
from specedit.engine.targets.registry import TargetContext

# Quantised passes of different lengths choose differently where two scores are closer than that: gaps of up to 0.5 were seen
# to close, which two rows can do at once in either direction.
_NEAR_TIE = 2.0


def target(context: TargetContext) -> "LlamaCppTarget":
    """Return the model in the context's file."""
    return LlamaCppTarget(context)


class LlamaCppTarget(LocalTarget):
    """A model that llama.cpp has open. Not thread-safe: it belongs to the thread that runs it."""

    def __init__(self, context: TargetContext) -> None:
        self._context = opened = Context(
            context.path,
            gpu_layers=context.gpu_layers,
            texts=context.texts,
            fixed_shapes=context.strict,
        )
        functions = opened.functions
        self.name, self.can_write = context.name, context.can_write
        self.max_length, self.vocab_size = opened.max_length, opened.vocab_size
        # A running state depends on how what was read before was divided into passes.
        self.near_tie = 0.0 if context.strict and not opened.keeps_state else _NEAR_TIE
        kind = functions.llama_ftype_name(functions.llama_model_ftype(opened.model)) or b"unknown"
        self.dtype = (
            kind.decode("utf-8", "replace")
            .removeprefix("(guessed)")
            .removeprefix("all ")
            .split()[0]
        )
        self.stop_ids = frozenset(
            token_id
            for token_id in range(opened.vocab_size)
            if functions.llama_vocab_is_eog(opened.vocabulary, token_id)
        )

    def open(self, prompt: Sequence[int] = ()) -> CellSequence | ReplayedSequence:
        """Return a new, empty sequence."""
        kind = ReplayedSequence if self._context.keeps_state else CellSequence
        return kind(self._context)
