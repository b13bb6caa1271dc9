"""Train the adapter of the embedded model. `make train`, or `python training/train.py --help`.

Constant learning rate after a short warm-up, then a linear decay over the last two fifths of the steps: a run may be
stopped, and its decay begun earlier, with `--steps`. Everything is resumed from the last checkpoint in the run folder.
"""

import argparse
import json
import time
from pathlib import Path

import lora
import torch
from data import lesson
from evaluate import evaluate
from torch import nn

from specedit.engine.targets.devices import has_bfloat16
from specedit.engine.targets.hf_tokenizer import HfTokenizer

_WARMUP = 20
_KNOWN = 0.15  # nats: where no token of a lesson costs more, most such lessons are passed over


def main() -> None:
    """Train, evaluate and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path, help="folder of the converted base model")
    parser.add_argument("--run", type=Path, default=Path("training/runs/first"))
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--tokens", type=int, default=1600, help="tokens a step")
    parser.add_argument("--start", type=Path, help="a saved adapter to go on from")
    parser.add_argument(
        "--from-layer", type=int, default=0, help="train this layer and those above"
    )
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.run.mkdir(parents=True, exist_ok=True)

    dtype = torch.bfloat16 if has_bfloat16() else torch.float32
    model = lora.load_base(options.base, dtype)
    adapters = lora.attach(model, options.rank, start=options.start, from_layer=options.from_layer)
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=options.rate, weight_decay=0.0
    )
    tokenizer = HfTokenizer(options.base)
    end_id = model.config.eos_token_id
    step, index = _resume(options.run, adapters, optimizer)
    log = (options.run / "log.jsonl").open("a", buffering=1)
    last_save = last_look = time.monotonic()
    while step < options.steps:
        for group in optimizer.param_groups:
            group["lr"] = options.rate * _schedule(step, options.steps)
        began, tokens, known, losses = time.monotonic(), 0, 0, []
        while tokens < options.tokens:
            drawn = lesson(options.seed, index, max_chars=_max_chars(index))
            packed = lora.pack(drawn, tokenizer, end_id)
            index += 1
            size = packed.token_ids.shape[1]
            loss = nn.functional.cross_entropy(
                lora.answer_logits(model, packed), packed.targets, reduction="none"
            )
            losses.append(loss.mean().item())
            if index % 4 and loss.max() < _KNOWN:
                known += 1
                continue
            # A step's loss is the mean over packs of roughly equal total size, so long packs count by length.
            weighted = (loss * packed.weights).sum() / packed.weights.sum()
            (weighted * size / options.tokens).backward()
            tokens += size
        nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        row = {"step": step, "loss": sum(losses) / len(losses), "tokens": tokens, "known": known}
        log.write(
            json.dumps(row | {"tokens_per_second": tokens / (time.monotonic() - began)}) + "\n"
        )
        if time.monotonic() - last_save > 600 or step == options.steps:
            _save(options.run, adapters, optimizer, step, index)
            last_save = time.monotonic()
        if time.monotonic() - last_look > 3600 or step == options.steps:
            model.eval()
            log.write(
                json.dumps({"step": step, **evaluate(model, tokenizer, end_id, count=24)}) + "\n"
            )
            model.train()
            last_look = time.monotonic()


def _schedule(step: int, steps: int) -> float:
    decay_start = 0.6 * steps
    return min(1.0, (step + 1) / _WARMUP, max(0.02, (steps - step) / (steps - decay_start)))


def _max_chars(index: int) -> int:
    """Regions as the product cuts them: most short, one in eight as long as they get; one in 32 as long as a file."""
    if index % 32 == 7:
        return 8000 if index % 96 == 7 else 4000
    return 2000 if index % 8 == 0 else 1200 if index % 2 == 0 else 800


def _save(
    run: Path,
    adapters: dict[str, lora.LoraLinear],
    optimizer: torch.optim.Optimizer,
    step: int,
    index: int,
) -> None:
    state = {
        "adapters": {
            name: {"a": adapter.a.data, "b": adapter.b.data} for name, adapter in adapters.items()
        },
        "optimizer": optimizer.state_dict(),
        "step": step,
        "index": index,
    }
    torch.save(state, run / "checkpoint.tmp")
    (run / "checkpoint.tmp").replace(run / "checkpoint.pt")
    lora.save(adapters, run / "adapter.safetensors")


def _resume(
    run: Path, adapters: dict[str, lora.LoraLinear], optimizer: torch.optim.Optimizer
) -> tuple[int, int]:
    path = run / "checkpoint.pt"
    if not path.is_file():
        return 0, 0
    state = torch.load(path)
    for name, adapter in adapters.items():
        adapter.load_state_dict(state["adapters"][name], strict=False)
    optimizer.load_state_dict(state["optimizer"])
    return state["step"], state["index"]


if __name__ == "__main__":
    main()
