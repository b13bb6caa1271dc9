"""Many editors on a few vLLM replicas, simulated: requests a second, waiting, prefix-cache hits, and what drafts are worth.

No GPU is at hand: a step of a replica takes `fixed` seconds, to read the weights once, and `per_token` for each token in
it. The rest is vLLM's way of working: continuous batches, prompts read in chunks beside decoding rows, a cache of
prefixes that forgets the least recently used, and our drafter's budget, shared by the rows.
"""

import random
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from statistics import mean, quantiles

# As in specedit_vllm.
_BUDGET, _BUDGET_BESIDE_PROMPTS, _FIRST, _LEAST, _LONGEST = 512, 256, 16, 4, 96
_STEP_TOKENS = 2048  # vLLM's max_num_batched_tokens
_MAX_ROWS = 256  # vLLM's max_num_seqs
_TAIL = 200  # tokens of a prompt that are new when the file is known


@dataclass(frozen=True, slots=True)
class Assumptions:
    """An 8B model in bf16 on one H100-class card, and people who edit. Seconds and tokens."""

    fixed: float = 0.0068  # 16 GB of weights at 3.35 TB/s, and 2 ms of launches
    per_token: float = 40e-6  # 16 GFLOP at 400 TFLOP/s
    cache_tokens: int = 400_000  # 55 GB at 131 kB a token
    editors: int = 1000
    thinks: float = 20.0
    file: int = 3000
    answer: int = 600
    unchanged: int = 40  # copied tokens in a row, on average


@dataclass(slots=True)
class _Request:
    editor: int
    asked_at: float
    unread: int
    left: int
    same: int  # tokens up to the next that is not the file's
    limit: int = _FIRST


@dataclass(slots=True)
class _Replica:
    clock: float = 0.0
    waiting: deque[_Request] = field(default_factory=deque)
    running: list[_Request] = field(default_factory=list)
    known: OrderedDict[int, int] = field(default_factory=OrderedDict)  # editor → tokens cached
    hits: int = 0
    num_asked: int = 0
    rows: list[int] = field(default_factory=list)


def run(
    replicas: int,
    *,
    drafts: bool,
    affinity: bool,
    seconds: float = 120.0,
    assumed: Assumptions | None = None,
    seed: int = 0,
) -> dict[str, object]:
    """Return what a fleet does in so many seconds, after as many to warm up."""
    assumed = assumed or Assumptions()
    rng = random.Random(seed)
    fleet = [_Replica() for _ in range(replicas)]
    next_asked = [(rng.uniform(0, 2 * assumed.thinks), editor) for editor in range(assumed.editors)]
    next_asked.sort()
    took: list[float] = []
    while (replica := min(fleet, key=lambda one: one.clock)).clock < 2 * seconds:
        while next_asked and next_asked[0][0] <= replica.clock:
            asked_at, editor = heappop(next_asked)
            chosen = fleet[editor % replicas] if affinity else rng.choice(fleet)
            chosen.waiting.append(_admitted(chosen, editor, asked_at, assumed, rng))
        for request in _step(replica, assumed, rng, drafts=drafts):
            if replica.clock > seconds:
                took.append(replica.clock - request.asked_at)
            pause = rng.expovariate(1 / assumed.thinks)
            heappush(next_asked, (replica.clock + pause, request.editor))
    cuts = quantiles(took, n=20)
    return {
        "replicas": replicas,
        "drafts": "ours" if drafts else "none",
        "routing": "by editor" if affinity else "random",
        "requests/s": round(len(took) / seconds, 1),
        "seconds, median": round(cuts[9], 2),
        "seconds, 95%": round(cuts[18], 2),
        "prompts known": round(sum(r.hits for r in fleet) / sum(r.num_asked for r in fleet), 2),
        "rows, mean": round(mean(rows for r in fleet for rows in r.rows or [0]), 1),
    }


def table() -> list[dict[str, object]]:
    """Return rows for fleets of several sizes, with and without drafts and affinity."""
    rows = []
    for replicas in (4, 8, 16):
        for drafts in (False, True):
            for affinity in (False, True):
                rows.append(run(replicas, drafts=drafts, affinity=affinity))
    return rows


def worth(rows: int, rate: float = 0.975, assumed: Assumptions | None = None) -> float:
    """Return tokens a second with our drafts over without, in a batch of `rows` that all copy, at `rate` a token."""
    assumed = assumed or Assumptions()
    drafted = min(_LONGEST, _BUDGET // rows)
    accepted = sum(rate**i for i in range(1, drafted + 1))
    plain = assumed.fixed + assumed.per_token * rows
    return (1 + accepted) * plain / (plain + assumed.per_token * rows * drafted)


def _admitted(
    replica: _Replica, editor: int, asked_at: float, assumed: Assumptions, rng: random.Random
) -> _Request:
    replica.num_asked += 1
    file = assumed.file
    unread = file + _TAIL
    if editor in replica.known:
        replica.hits += 1
        unread = _TAIL
    replica.known[editor] = file
    replica.known.move_to_end(editor)
    while sum(replica.known.values()) > assumed.cache_tokens:
        replica.known.popitem(last=False)
    answer = max(20, int(rng.expovariate(1 / assumed.answer)))
    return _Request(editor, asked_at, unread, answer, int(rng.expovariate(1 / assumed.unchanged)))


def _step(
    replica: _Replica, assumed: Assumptions, rng: random.Random, *, drafts: bool
) -> Iterator[_Request]:
    """One step of the replica; yields what it finishes."""
    while replica.waiting and len(replica.running) < _MAX_ROWS:
        replica.running.append(replica.waiting.popleft())
    writing = [request for request in replica.running if not request.unread]
    budget = _BUDGET if len(writing) == len(replica.running) else _BUDGET_BESIDE_PROMPTS
    share = min(_LONGEST, budget // len(writing)) if drafts and writing else 0
    tokens = 0
    for request in writing:
        drafted = min(share, request.limit)
        tokens += 1 + drafted
        accepted = min(drafted, request.same)
        request.left -= 1 + accepted
        if accepted < drafted:
            request.limit = max(_LEAST, 2 * accepted)
            request.same = int(rng.expovariate(1 / assumed.unchanged))
        else:
            request.limit = min(_LONGEST, 2 * request.limit)
            request.same = max(0, request.same - accepted - 1)
    room = _STEP_TOKENS - tokens
    for request in replica.running:
        if request.unread and room > 0:
            read = min(request.unread, room)
            request.unread -= read
            room -= read
            tokens += read
    replica.clock += assumed.fixed + assumed.per_token * tokens if tokens else 0.005
    replica.rows.append(len(writing))
    done = [request for request in writing if request.left <= 0]
    replica.running = [request for request in replica.running if request.unread or request.left > 0]
    yield from done
