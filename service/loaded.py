"""An open model, with what reads and writes for it."""

from dataclasses import dataclass

from specedit.editor.editor import Editor
from specedit.engine.target import Target
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Loaded:
    """An open model."""

    editor: Editor
    target: Target
    tokenizer: Tokenizer
    cache: PrefixCache | None = None  # around the target; an engine elsewhere has its own
