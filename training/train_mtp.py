"""Train the drafting block of the embedded model. `make train-mtp`, or `python training/train_mtp.py --help`.

Learns from the states that `mtp_states.py` has written by then, in random order, again and again. Constant rate after a short
warm-up, then a linear decay over the last two fifths of the steps: a run may be stopped, and its decay begun earlier,
with `--steps`. Everything is resumed from the last checkpoint in the run folder.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from mtp_block import Block, begin, save
from mtp_drawn import Drawn, batches_of, draft_ids_of
from mtp_loss import Candidates, Distillation
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

_WARMUP = 20
_DRAFTED = 8192  # of the tokens that it learns of: more rows of the output matrix save no time
_FITTED = 24  # sequences that training begins with a fit to
_LOOKED_AT = 6  # sequences of each kind that an evaluation is of
_LATER = 0.8  # what a step's loss counts against the one before


def main() -> None:
    """Train, evaluate and write the block."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder of the converted model")
    parser.add_argument("--run", type=Path, default=Path("training/runs/mtp"))
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--sequences", type=int, default=8, help="a step")
    parser.add_argument("--ahead", type=int, default=2, help="steps that the block is unrolled")
    parser.add_argument("--vocabulary", type=int, default=16384, help="tokens that it can draft")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--look", type=float, default=900, help="seconds between evaluations")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    config = json.loads((options.target / "config.json").read_text("utf-8"))
    matrix = load_file(options.target / "model.safetensors")["model.embed_tokens.weight"]
    draft_ids = draft_ids_of(options.target, options.run, options.vocabulary, len(matrix))
    head = matrix[draft_ids].bfloat16()
    block = Block(config, _begin(options.target, config, options.run))
    matrices = [p for p in block.parameters() if p.dim() == 2]
    optimizers = [
        torch.optim.Muon(matrices, lr=options.rate, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW([p for p in block.parameters() if p.dim() == 1], weight_decay=0.0),
    ]
    step = _resume(options.run, block, optimizers)
    log = (options.run / "log.jsonl").open("a", buffering=1)
    candidates = Candidates(head, options.seed)
    batches = batches_of(options.run / "states", options.sequences, f"{options.seed}/{step}")
    last_save, last_look = time.monotonic(), 0.0
    while step < options.steps:
        began = time.monotonic()
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = options.rate * _schedule(step, options.steps)
        batch = next(batches)
        losses = [0.0] * options.ahead
        for drawn in batch:
            rows = candidates.rows(drawn.place, drawn.states)
            for at, loss in enumerate(_losses(block, matrix, rows, drawn, options.ahead)):
                losses[at] += loss / len(batch)
        for parameter in block.parameters():
            assert parameter.grad is not None
            parameter.grad /= len(batch)
        nn.utils.clip_grad_norm_(block.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        tokens = sum(len(drawn.token_ids) for drawn in batch)
        rate = tokens / (time.monotonic() - began)
        row_of_log = {"step": step, "losses": losses, "tokens_per_second": rate}
        log.write(f"{json.dumps(row_of_log)}\n")
        is_last = step == options.steps
        if not last_look or time.monotonic() - last_look > options.look or is_last:
            log.write(
                f"{json.dumps({'step': step, **evaluate(block, matrix, draft_ids, options.run)})}\n"
            )
            last_look = time.monotonic()
        if time.monotonic() - last_save > 300 or is_last:
            _save(options.run, block, optimizers, draft_ids, step)
            last_save = time.monotonic()


def _begin(folder: Path, config: dict[str, Any], run: Path) -> dict[str, Tensor]:
    """What training begins with; made once."""
    path = run / "begin.safetensors"
    if not path.exists():
        drawn = next(batches_of(run / "states", _FITTED, "begin"))
        token_ids = torch.stack([each.token_ids for each in drawn])
        states = torch.stack([each.states for each in drawn])
        save_file(begin(folder, config, token_ids, states), path)
    return load_file(path)


def _losses(block: Block, matrix: Tensor, head: Tensor, drawn: Drawn, ahead: int) -> list[float]:
    """Add the gradients of one sequence; return the mean cross entropy of each step."""
    with torch.no_grad():
        shares = (drawn.states[1:] @ head.T).float().softmax(-1)
    embedded = matrix[drawn.token_ids[1:].long()].bfloat16()
    rows = len(drawn.token_ids) - 1
    losses = [
        Distillation.apply(drafted[0, k:], shares[k:], head) / (rows - k)
        for k, drafted in enumerate(block(drawn.states[None, :-1], embedded[None], ahead))
    ]
    sum(_LATER**k * loss for k, loss in enumerate(losses)).backward()
    return [loss.item() for loss in losses]


@torch.inference_mode()
def evaluate(block: Block, matrix: Tensor, draft_ids: Tensor, run: Path) -> dict[str, object]:
    """Return by kind of text and by depth how often a draft is the target's first choice, and how often it is what both sample.

    Of each depth all places count, whatever was drafted before: the text is given. Where noise is shared, token i is both
    sampled with chance 1 / Σⱼ max(pⱼ / pᵢ, qⱼ / qᵢ); the overlap Σ min(p, q) is a bound that is near it.
    """
    figures: dict[str, object] = {}
    whole, head = matrix.bfloat16(), matrix[draft_ids].bfloat16()
    for path in sorted((run / "states").glob("held-out-*.safetensors")):
        shard = load_file(path)
        first, overlap = [0.0] * 3, [0.0] * 3
        rows = range(min(_LOOKED_AT, len(shard["token_ids"])))
        for token_ids, states in ((shard["token_ids"][row], shard["states"][row]) for row in rows):
            shares = (states[1:] @ whole.T).float().softmax(-1)
            right = shares.argmax(-1)
            embedded = matrix[token_ids[1:].long()].bfloat16()
            for k, drafted in enumerate(block(states[None, :-1], embedded[None], 3)):
                own = (drafted[0] @ head.T).float().softmax(-1)
                first[k] += (draft_ids[own.argmax(-1)] == right)[k:].float().mean().item()
                overlap[k] += torch.minimum(own, shares[:, draft_ids])[k:].sum(-1).mean().item()
        kind = path.stem.removeprefix("held-out-000-")
        count = len(rows)
        figures[f"{kind}, greedy"] = [round(total / count, 3) for total in first]
        figures[f"{kind}, sampled"] = [round(total / count, 3) for total in overlap]
    return figures


def _schedule(step: int, steps: int) -> float:
    decay_start = 0.6 * steps
    return min(1.0, (step + 1) / _WARMUP, max(0.02, (steps - step) / (steps - decay_start)))


def _save(
    run: Path, block: Block, optimizers: list[torch.optim.Optimizer], draft_ids: Tensor, step: int
) -> None:
    state = {
        "block": block.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "step": step,
    }
    torch.save(state, run / "checkpoint.tmp")
    (run / "checkpoint.tmp").replace(run / "checkpoint.pt")
    save(block, draft_ids[:_DRAFTED], run / "mtp.safetensors")


def _resume(run: Path, block: Block, optimizers: list[torch.optim.Optimizer]) -> int:
    path = run / "checkpoint.pt"
    if not path.is_file():
        return 0
    state = torch.load(path)
    block.load_state_dict(state["block"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return int(state["step"])


if __name__ == "__main__":
    main()
