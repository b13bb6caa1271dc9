"""What the training of the drafting block reads of the states that `mtp_states.py` has written."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from mtp_states import KINDS, LENGTH
from mtp_texts import code
from safetensors import safe_open
from torch import Tensor

from specedit.engine.targets.hf_tokenizer import HfTokenizer

_SAMPLED = 1200  # stretches of the corpus that tokens are counted in
_ZIPF = 1000  # by what the ranks of tokens are shifted, as Mandelbrot has it


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sequence, and the target's states after each token."""

    place: str
    token_ids: Tensor
    states: Tensor


def batches_of(folder: Path, count: int, seed: str) -> Iterator[list[Drawn]]:
    """Yield sequences, in another order each time through what is there by then."""
    rng = random.Random(seed)
    while True:
        files = {path.name: safe_open(path, "pt") for path in shards(folder)}
        places = [
            (name, row)
            for name, file in files.items()
            for row in range(file.get_slice("token_ids").get_shape()[0])
        ]
        rng.shuffle(places)
        for start in range(0, len(places) - count + 1, count):
            yield [
                Drawn(
                    f"{name} {row}",
                    files[name].get_slice("token_ids")[row],
                    files[name].get_slice("states")[row],
                )
                for name, row in places[start : start + count]
            ]


def draft_ids_of(target: Path, run: Path, count: int, vocab_size: int) -> Tensor:
    """Return the tokens that texts have most often, the most frequent first; chosen when a run begins.

    By their shares of each kind of text, of a sample of the corpus and of what the target has written by then, and by
    Zipf's law: a vocabulary of byte pairs has the frequent ones first.
    """
    path = run / "draft_ids.json"
    if not path.exists():
        seen = {kind: Counter[int]() for kind in KINDS}
        for text in islice(code(_SAMPLED, LENGTH, HfTokenizer(target)), _SAMPLED):
            seen["code"].update(text)
        for shard in shards(run / "states"):
            with safe_open(shard, "pt") as file:
                token_ids = file.get_tensor("token_ids").flatten().tolist()
            seen[shard.stem.removeprefix(shard.stem[: len("shard-000-")])].update(token_ids)
        zipf = {token_id: 1 / (token_id + _ZIPF) for token_id in range(vocab_size)}
        shares = Counter[int]()
        for counts in (zipf, *seen.values()):
            total = sum(counts.values())
            shares.update({token_id: number / total for token_id, number in counts.items()})
        ids = [token_id for token_id, _ in shares.most_common(count)]
        path.write_text(json.dumps(ids), "utf-8")
    return torch.tensor(json.loads(path.read_text("utf-8")))


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("shard-*.safetensors"))
