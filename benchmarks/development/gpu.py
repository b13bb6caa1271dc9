"""What passes and drafts cost on a device, with models of random weights: for a machine with a GPU and without a network.

Of each model: seconds of a pass by its rows and by what is cached, with transformers' own cache, with keys and values in place, and with passes
of fixed shapes (CUDA graphs, where the device is one of CUDA's); and its answer to random tokens, plain and with drafts made of that same answer with
some tokens wrong. "as plain" says whether the answer is that of plain decoding by the same passes: in 16 bits drafts may change it but for
`strict`, and most choices of random weights are near ties there, so that `strict` shows its worst.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch
import transformers

from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.calibration import measured
from specedit.engine.decode import PREFILL_CHUNK, decode, prefill
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY
from specedit.engine.targets import devices
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.registry import AUTO, DEVICES
from specedit.engine.tokenizer import ByteTokenizer

OWN, IN_PLACE, FIXED = "transformers' cache", "in place", "fixed shapes"
# Qwen2.5's, but for an output that is not tied to the input: random weights would else repeat the last token for ever.
SHAPES = {
    "tiny": (64, 128, 2, 4, 2, 512),
    "0.5b": (896, 4864, 24, 14, 2, 151936),
    "1.5b": (1536, 8960, 28, 12, 2, 151936),
    "7b": (3584, 18944, 28, 28, 4, 152064),
}
_ROWS = (1, 8, 32, 64, 256)
_REPEATS = 7
_PROMPT, _MOST_DRAFTED, _RIGHT = 512, 32, 0.95
Row = dict[str, Any]


def random_model(name: str, device: str, dtype: str) -> Any:
    """Return a model of a shape in `SHAPES`, always with the same weights on a device."""
    hidden, inner, layers, heads, kv_heads, vocabulary = SHAPES[name]
    config = transformers.Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=32768,
        tie_word_embeddings=False,
    )
    torch.manual_seed(1)
    with torch.device(device):
        return transformers.AutoModelForCausalLM.from_config(config, dtype=getattr(torch, dtype))


def pass_costs(model: Any, cached: int) -> Iterator[Row]:
    """Yield the milliseconds of passes of some rows after so many tokens: the three ways interleaved, the median of seven."""
    passes = {
        OWN: _own_pass(model, cached),
        IN_PLACE: _pass(HfTarget(model, IN_PLACE), cached),
        FIXED: _pass(HfTarget(model, FIXED, fixed_shapes=True), cached),
    }
    for rows in _ROWS:
        for run in passes.values():
            run(rows)  # the first records a graph, or sets something up
        seconds: dict[str, list[float]] = {way: [] for way in passes}
        for _ in range(_REPEATS):
            for way, run in passes.items():
                began = perf_counter()
                run(rows)
                seconds[way].append(perf_counter() - began)
        yield {
            "cached": cached,
            "rows": rows,
            **{way: round(median(values) * 1e3, 2) for way, values in seconds.items()},
        }


def answers(model: Any, tokens: int) -> Iterator[Row]:
    """Yield how long an answer takes, plain and with drafts, and whether it is the plain one."""
    targets = {
        IN_PLACE: HfTarget(model, IN_PLACE),
        FIXED: HfTarget(model, FIXED, fixed_shapes=True),
    }
    for way, target in targets.items():
        cost = measured(target)
        for strict in (False, True):
            near_tie = target.near_tie if strict else None
            plain, *rest = _answer(target, _Drafts((), target.vocab_size), cost, tokens, near_tie)
            drafts = _Drafts(plain, target.vocab_size)
            drafted, *others = _answer(target, drafts, cost, tokens, near_tie)
            for kind, output, (passes, seconds) in (
                ("none", plain, rest),
                (f"{_RIGHT:.0%} right", drafted, others),
            ):
                yield {
                    "passes": way,
                    "strict": strict,
                    "drafts": kind,
                    "as plain": output == plain,
                    "tokens": len(output),
                    "different tokens": len(set(output)),
                    "number of passes": passes,
                    "tokens/s": round(len(output) / seconds, 1),
                }


class _Drafts:
    """Proposes what an answer says next, now and then with a wrong token."""

    def __init__(self, answer: Sequence[int], vocabulary: int) -> None:
        self._answer, self._vocabulary, self._at = answer, vocabulary, 0
        self._random = random.Random(0)

    def propose(self, limit: int) -> Draft:
        end = self._at + min(limit, _MOST_DRAFTED)
        tokens = [
            token if self._random.random() < _RIGHT else self._random.randrange(self._vocabulary)
            for token in self._answer[self._at : end]
        ]
        return Draft(tuple(tokens), match_length=16, drafter="answer")

    def observe(self, accepted: Sequence[int]) -> None:
        self._at += len(accepted)


def _answer(
    target: HfTarget, drafter: _Drafts, cost: PassCost, tokens: int, near_tie: float | None
) -> tuple[list[int], int, float]:
    """The answer to random tokens, the passes it took, and their seconds without those of the prompt."""
    prompt = _text(_PROMPT, target.vocab_size)
    output: list[int] = []
    budget = Budget(PassCost(cost.known), AcceptanceRate())
    with closing(target.open()) as sequence:
        for _ in prefill(sequence, prompt):
            pass
        began = perf_counter()
        steps = decode(
            sequence,
            DraftContext(prompt, (), output, (), budget, ByteTokenizer()),
            drafter,
            stop_ids=frozenset(),
            sampling=GREEDY,
            max_tokens=tokens,
            near_tie=near_tie,
        )
        passes = sum(1 for _ in steps)
        return output, passes, perf_counter() - began


def _pass(target: HfTarget, cached: int) -> Callable[[int], None]:
    """What makes one pass of some rows after so many tokens, and takes it back."""
    sequence = target.open()
    for _ in prefill(sequence, _text(cached + 1, target.vocab_size)):
        pass

    def run(rows: int) -> None:
        sequence.forward(1, Draft((2,) * (rows - 1)), GREEDY)
        sequence.rollback(cached)

    return run


def _own_pass(model: Any, cached: int) -> Callable[[int], None]:
    """The same by transformers alone, the choices of all rows included."""
    cache = transformers.DynamicCache()

    @torch.inference_mode()
    def run(rows: int) -> None:
        ids = torch.full((1, rows), 2, device=model.device)
        logits = model(input_ids=ids, past_key_values=cache, use_cache=True).logits
        logits[0].float().argmax(-1).tolist()
        cache.crop(-rows)

    with torch.inference_mode():
        text = torch.tensor([_text(cached, model.config.vocab_size)], device=model.device)
        for start in range(0, cached, PREFILL_CHUNK):
            part = text[:, start : start + PREFILL_CHUNK]
            model.base_model(input_ids=part, past_key_values=cache, use_cache=True)
    return run


def _text(length: int, vocabulary: int) -> list[int]:
    return random.Random(2).choices(range(vocabulary), k=length)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all that is asked for, one line of JSON each; what does not fit the device is said and left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", choices=SHAPES, default=["0.5b", "1.5b", "7b"])
    parser.add_argument("--device", choices=DEVICES, default=AUTO)
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"))
    parser.add_argument("--cached", nargs="+", type=int, default=[1024, 4096])
    parser.add_argument("--tokens", type=int, default=256, help="of an answer")
    parser.add_argument("--minutes", type=float, default=10, help="begin nothing after this time")
    parser.add_argument("--out", type=Path, help="a file for the lines as well")
    options = parser.parse_args(arguments)
    device = devices.choose(options.device)
    dtype = options.dtype or devices.fastest_dtype(device)
    end = perf_counter() + 60 * options.minutes
    lines: list[str] = []

    def show(row: Row) -> None:
        lines.append(json.dumps(row))
        print(lines[-1], flush=True)
        if options.out:
            options.out.write_text("\n".join(lines) + "\n")

    show({"device": devices.describe()[device], "dtype": dtype, "torch": torch.__version__})
    for name in options.models:
        try:
            model = random_model(name, device, dtype)
            measurements = [pass_costs(model, cached) for cached in options.cached]
            for rows in (*measurements, answers(model, options.tokens)):
                for row in rows:
                    show({"model": name, **row})
                    if perf_counter() > end:
                        show({"left out": f"the rest, after {options.minutes:g} minutes"})
                        return
        except RuntimeError as error:
            if not devices.is_out_of_memory(error):
                raise
            show({"model": name, "left out": f"it does not fit: {error}"})


if __name__ == "__main__":
    main()
