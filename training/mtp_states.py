"""The target's hidden states over texts, once, on the disk: the training of its drafting block needs nothing else of it.

`python training/mtp_states.py TARGET OUT --shards N` writes the shards that are missing, in turn of code that people
wrote, of prose that the target writes and of what it writes about code; then those for evaluation. A shard is
[sequences, length] token ids and the final hidden states after each, in bfloat16: 1.2 kB a token.
"""

import argparse
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from mtp_texts import code, messages
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from specedit.engine.draft import NO_DRAFT
from specedit.engine.sampling import choose
from specedit.engine.target import Sampling
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.llama import LlamaSequence, LlamaTarget

LENGTH = 512
_EVALUATED = 3  # a shard for evaluation has one sequence for so many of another
KINDS = ("code", "prose", "code", "about-code")  # in turn
_TEMPERATURES = (0.0, 0.7, 1.0, 1.0)  # of the sequences of a shard, in turn


def main() -> None:
    """Write shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder of the converted model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--sequences", type=int, default=48, help="of a shard")
    parser.add_argument("--part", type=int, default=0, help="of the shards, those of this process")
    parser.add_argument("--parts", type=int, default=1, help="processes that share the shards")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    target = LlamaTarget(options.target, "target", torch.bfloat16)
    tokenizer = HfTokenizer(options.target)
    held_out = [("held-out", 0, kind) for kind in ("code", "prose", "about-code")]
    shards = [("shard", number, KINDS[number % len(KINDS)]) for number in range(options.shards)]
    for stem, number, kind in [*held_out, *shards][options.part :: options.parts]:
        path = options.out / f"{stem}-{number:03}-{kind}.safetensors"
        if path.exists():
            continue
        began = time.monotonic()
        is_held_out = stem == "held-out"
        count = options.sequences // (_EVALUATED if is_held_out else 1)
        if kind == "code":
            texts = islice(code(number, LENGTH, tokenizer, held_out=is_held_out), count)
            token_ids, states = read(target, list(texts))
        else:
            about = messages(number, of_code=kind == "about-code", held_out=is_held_out)
            token_ids, states = write(target, tokenizer, about, count, number)
        new = path.with_suffix(".tmp")
        save_file({"token_ids": token_ids, "states": states}, new)
        new.replace(path)
        rate = token_ids.numel() / (time.monotonic() - began)
        print(f"{path.name}: {rate:.0f} tokens a second", flush=True)


@torch.inference_mode()
def read(target: LlamaTarget, texts: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Return texts [count, length], and the final hidden states after each of their tokens."""
    states = []
    for text in texts:
        rows = LlamaSequence(target).read(text, NO_DRAFT, last_rows=len(text))
        states.append(rows.bfloat16())
    return torch.tensor(texts, dtype=torch.int32), torch.stack(states)


@torch.inference_mode()
def write(
    target: LlamaTarget, tokenizer: HfTokenizer, about: Iterator[str], count: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Return what the target reads and writes in `count` conversations side by side, and its states.

    A message is read token by token, in step with the others; where an answer has ended the next message follows.
    """
    before, after = tokenizer.conversation(["user"])

    def turn() -> list[int]:
        return tokenizer.encode_markup(f"{before}{next(about)}{after}")

    batch = _Batch(target, count)
    ahead = [turn()[::-1] for _ in range(count)]
    token_ids = torch.empty(count, LENGTH, dtype=torch.int32)
    states = torch.empty(count, LENGTH, target.embedding.shape[1], dtype=torch.bfloat16)
    chosen = [0] * count
    for place in range(LENGTH):
        for row, waiting in enumerate(ahead):
            if not waiting and place and chosen[row] in target.stop_ids:
                waiting += [chosen[row], *turn()][::-1]
            token_ids[row, place] = waiting.pop() if waiting else chosen[row]
        rows = batch.forward(token_ids[:, place])
        states[:, place] = rows
        for group, temperature in enumerate(_TEMPERATURES):
            own = slice(group, None, len(_TEMPERATURES))
            sampling = Sampling(temperature, seed)
            places = [place + LENGTH * row for row in range(count)][own]
            logits = target.head(rows[own]).float()
            chosen[own] = choose(logits, places, sampling)[0].tolist()
    return token_ids, states


class _Batch:
    """Texts of one length, a token a pass each."""

    def __init__(self, target: LlamaTarget, count: int) -> None:
        self._target = target
        shape = (
            len(target.stack.layers),
            2,
            count,
            target.stack.kv_heads,
            LENGTH,
            target.stack.head_dim,
        )
        self._cache = torch.empty(shape, dtype=torch.bfloat16)
        angles = torch.arange(LENGTH)[:, None].float() * target.stack.frequencies
        self._cos = torch.cat([angles.cos(), angles.cos()], -1).bfloat16()
        self._sin = torch.cat([-angles.sin(), angles.sin()], -1).bfloat16()
        self._length = 0

    def forward(self, token_ids: Tensor) -> Tensor:
        """Add a token to each text; return the final hidden states."""
        target, at = self._target, self._length
        x = target.embedding[token_ids.long()].bfloat16()
        count = len(x)
        for layer, cache in zip(target.stack.layers, self._cache, strict=True):
            heads = layer.qkv(layer.input_norm(x)).view(count, -1, target.stack.head_dim)
            rotated = heads[:, : target.stack.heads + target.stack.kv_heads]
            swapped = rotated.roll(target.stack.head_dim // 2, dims=-1)
            torch.addcmul(rotated * self._cos[at], swapped, self._sin[at], out=rotated)
            cache[0, :, :, at] = heads[
                :, target.stack.heads : target.stack.heads + target.stack.kv_heads
            ]
            cache[1, :, :, at] = heads[:, target.stack.heads + target.stack.kv_heads :]
            queries = heads[:, : target.stack.heads].reshape(
                count, target.stack.kv_heads, -1, target.stack.head_dim
            )
            keys, values = cache[:, :, :, : at + 1]
            mixed = functional.scaled_dot_product_attention(queries, keys, values)
            x = layer.out(mixed.reshape(count, -1)).add_(x)
            gate, up = layer.gate_up(layer.inner_norm(x)).chunk(2, -1)
            x = layer.down(functional.silu(gate).mul_(up)).add_(x)
        self._length += 1
        return target.stack.norm(x)


if __name__ == "__main__":
    main()
