"""What every target must do, for those that compute nothing here: a script, and servers of each kind over real HTTP.

The model is `tests.cycle`: after each token comes the next one. How far a target is held to it, its `rollback_limit` says.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from tests import cycle, llama_server
from tests.engine.targets.test_remote import Faults, Handler
from tests.fakes import Chains, new_context

from specedit.engine.decode import judge, prefill, write
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.errors import InvalidRequest
from specedit.engine.step import Step
from specedit.engine.target import GREEDY, Target, TargetSequence, can_go_back
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.llama_server import LlamaServerTarget
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.scripted import ScriptedTarget

PROMPT = [1, 9, 3, 700, 4, 99]
ANSWER = cycle.following(99, 120)
WRONG = 7  # a token that comes nowhere in it
ONLY_WRITE = ("openai", "llama-server")
Named: TypeAlias = cycle.Kind | Literal["scripted", "llama-server"]
KINDS: tuple[Named, ...] = ("scripted", "vllm", "remote-verify", "openai", "llama-server")


@contextmanager
def opened(kind: Named, folder: Path) -> Iterator[Target]:
    if kind == "scripted":
        yield ScriptedTarget(len(PROMPT), ANSWER, frozenset({cycle.STOP}))
    elif kind == "llama-server":
        with llama_server.serving(llama_server.LlamaServer(bytes(ANSWER))) as script:
            context = TargetContext(folder, "any", llama_server.tokenizer(script), url=script.url)
            yield LlamaServerTarget(context, Completions(script.url, silence=5))
    else:
        from tokenizers import Tokenizer

        cycle.tokenizer_folder(folder)
        known = {"faults": Faults(), "metrics": []}
        known["tokenizer"] = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with ThreadingHTTPServer(("127.0.0.1", 0), type("Known", (Handler,), known)) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            url = f"http://127.0.0.1:{server.server_port}"
            yield cycle.remote(url, kind, folder, silence=5)
            server.shutdown()
            thread.join()


@pytest.fixture(params=KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> Named:
    name: Named = request.param
    return name


@pytest.fixture(scope="module")
def target(kind: Named, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with opened(kind, tmp_path_factory.mktemp("model") / "model") as known:
        yield known


@pytest.fixture
def verifying(target: Target) -> Iterator[TargetSequence]:
    """A sequence that verifies, which has read the prompt but for its last token."""
    with closing(target.open(PROMPT)) as sequence:
        if not sequence.rollback_limit:
            pytest.skip("it only writes")
        list(prefill(sequence, PROMPT))
        yield sequence


def test_it_says_what_it_is(target: Target, kind: str) -> None:
    assert target.name and target.dtype and target.stop_ids
    assert target.max_length > len(PROMPT) and target.vocab_size > max(ANSWER)
    assert target.near_tie >= 0 and target.copy_prior == 0
    assert target.is_remote == (kind != "scripted")
    assert target.with_deadline(None).name == target.name


def test_what_it_can_take_back_is_a_number(target: Target, kind: str) -> None:
    with closing(target.open()) as sequence:
        assert (sequence.length, sequence.nbytes) == (0, 0)
        assert (sequence.rollback_limit == 0) == (kind in ONLY_WRITE)
        sequence.prefill(PROMPT)
        assert sequence.length == len(PROMPT)
        assert can_go_back(sequence, 2) == (kind not in ONLY_WRITE)


@pytest.mark.parametrize("seed", range(3))
def test_drafts_never_change_the_answer(target: Target, seed: int) -> None:
    expected = [] if seed == 0 else ANSWER
    output: list[int] = []
    steps: list[Step] = []
    with closing(target.open(PROMPT)) as sequence:
        list(prefill(sequence, PROMPT))
        steps += write(
            sequence,
            new_context(PROMPT, output),
            lambda _: Chains(expected, seed=seed),
            stop_ids=target.stop_ids,
            sampling=GREEDY,
            max_tokens=60,
        )
    assert output == ANSWER[:60] == [t for step in steps for t in step.token_ids]
    assert all(step.accepted <= min(step.drafted, len(step.token_ids)) for step in steps)


def test_what_only_writes_does_not_pretend_to_verify(target: Target, kind: str) -> None:
    with closing(target.open()) as sequence:
        if kind not in ONLY_WRITE:
            pytest.skip("it verifies")
        sequence.prefill(PROMPT[:-1])
        with pytest.raises(InvalidRequest, match="only writes"):
            sequence.forward(PROMPT[-1], NO_DRAFT, GREEDY)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_before_the_text_is_what_counts(
    verifying: TargetSequence, seed: int
) -> None:
    rng, sequence, done = (
        random.Random(seed),
        verifying,
        0,
    )  # tokens of the answer, the last not read
    for _ in range(12):
        what = rng.choice(("draft", "rollback", "fork"))
        if what == "draft":
            draft = ANSWER[done : done + rng.randrange(1, 9)]
            wrong = rng.randrange(len(draft) + 1)
            draft[wrong : wrong + 1] = [WRONG] * len(draft[wrong : wrong + 1])
            last = ANSWER[done - 1] if done else PROMPT[-1]
            choices = sequence.forward(last, Draft(tuple(draft)), GREEDY)
            right = wrong if WRONG in draft else len(draft)
            assert list(choices.token_ids[: right + 1]) == ANSWER[done : done + right + 1]
            assert [ratio == 1 for ratio in choices.ratios[: right + 1]] == (
                [True] * right + [False] * (right < len(draft))
            )
            sequence.keep(range(right))
            done += right + 1
        elif what == "rollback":
            done = rng.randrange(done + 1)
            sequence.rollback(len(PROMPT) - 1 + done)
        else:
            sequence = sequence.fork(len(PROMPT) - 1 + done)
        assert sequence.length == len(PROMPT) - 1 + done


def test_the_judge_stops_at_the_first_implausible_token(verifying: TargetSequence) -> None:
    output: list[int] = []
    text = [*ANSWER[:12], WRONG, *ANSWER[13:20]]
    steps = list(judge(verifying, PROMPT, output, text, threshold=lambda *_: 0.5, sampling=GREEDY))
    assert steps[-1].vetoed and output == ANSWER[:12]
    assert [(o.position, o.token_id) for o in steps[-1].objections] == [(12, WRONG)]
    assert verifying.length == len(PROMPT) - 1 + 12
