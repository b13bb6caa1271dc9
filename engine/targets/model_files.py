"""What the small files of a Hugging Face folder say."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from specedit.engine.errors import TargetError

# In `config.json` and in an adapter's metadata, see `engine/copy_prior.py`.
COPY_PRIOR = "specedit_copy_prior"
WRITES = (
    "specedit_writes"  # what is false for a model that checks edits, but is too small to write them
)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model that is not opened here: tokens that end an answer, how many there are, whether it may write."""

    stop_ids: frozenset[int]
    vocab_size: int
    can_write: bool

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """Return what the small files of a model's folder say.

        Raises:
            TargetError: no token ends an answer.
        """
        ends = stop_ids(folder)
        if not ends:
            raise TargetError(f"'{folder}' names no token that ends an answer (eos_token_id)")
        return cls(ends, config(folder)["vocab_size"], can_write(folder))


def config(folder: Path) -> dict[str, Any]:
    """Return `config.json`."""
    settings: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    return settings


def copy_prior(folder: Path) -> float:
    """Return what the model was trained to have added to the logits of copies, 0 for most."""
    return float(config(folder).get(COPY_PRIOR, 0.0))


def can_write(folder: Path) -> bool:
    """Return whether the model is fit to write edits by itself: all are that do not say otherwise."""
    return bool(config(folder).get(WRITES, True))


def output_matrix(config: Mapping[str, Any]) -> str:
    """Return the name of what turns states into logits: the embedding, where they are tied."""
    return "model.embed_tokens" if config.get("tie_word_embeddings", False) else "lm_head"


def stop_ids(folder: Path) -> frozenset[int]:
    """Return the tokens that end an answer, by `config.json` and `generation_config.json`."""
    path = folder / "generation_config.json"
    configs = [config(folder), json.loads(path.read_text("utf-8")) if path.is_file() else {}]
    return as_ids(c.get("eos_token_id") for c in configs)


def as_ids(values: Iterable[int | Sequence[int] | None]) -> frozenset[int]:
    """Return the token ids in values of `eos_token_id`: one, several, or none."""
    return frozenset(i for ids in values for i in ([ids] if isinstance(ids, int) else ids or ()))
