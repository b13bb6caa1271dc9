"""A cache of prefixes changes what is read, never what is said."""

import random
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.fakes import BoundedTarget, RandomTrees, new_context
from tests.tiny_models import VOCABULARY, tiny

from specedit.engine.decode import decode, prefill
from specedit.engine.errors import NoRoom
from specedit.engine.target import GREEDY, Target
from specedit.engine.targets.load import open_target
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget

CODE = [2 + i * i % 89 for i in range(120)]
PLENTY = 1 << 30


def request(target: Target, prompt: list[int], seed: int) -> Generator[None, None, list[int]]:
    """One request, a pass at a time; the answer in the end."""
    output: list[int] = []
    with closing(target.open(prompt)) as sequence:
        for _ in prefill(sequence, prompt):
            yield
        drafter = RandomTrees([7] * 40, seed=seed, vocabulary=VOCABULARY)
        for _ in decode(
            sequence,
            new_context(prompt, output),
            drafter,
            stop_ids=target.stop_ids,
            sampling=GREEDY,
            max_tokens=10,
        ):
            yield
    return output


def finished(running: Generator[None, None, list[int]]) -> list[int]:
    while True:
        try:
            next(running)
        except StopIteration as stop:
            return list(stop.value)


@pytest.mark.parametrize("kind", ["llama", "gemma3 (sliding window)", "mamba"])
@pytest.mark.parametrize("max_bytes", [0, 60_000, PLENTY])
def test_answers_are_those_of_the_target_alone(kind: str, max_bytes: int, tmp_path: Path) -> None:
    tiny(kind).save_pretrained(tmp_path)
    target = open_target(tmp_path, kind, "float32")
    cache = PrefixCache(target, max_bytes)
    rng = random.Random(kind)
    prompts = [
        [*CODE[: rng.choice((0, 40, 90, 120))], *rng.choices(range(1, VOCABULARY), k=9)]
        for _ in range(8)
    ]
    prompts += rng.choices(prompts, k=2)
    running = [(prompt, request(cache, prompt, i)) for i, prompt in enumerate(prompts)]
    answers: dict[int, list[int]] = {}
    while len(answers) < len(prompts):  # any of four at a time, as on a server
        waiting = [i for i in range(len(prompts)) if i not in answers][:4]
        i = rng.choice(waiting)
        try:
            next(running[i][1])
        except StopIteration as stop:
            answers[i] = stop.value
        if rng.random() < 0.05 and i not in answers:
            running[i][1].close()
            running[i] = (prompts[i], request(cache, prompts[i], i))
    assert cache.in_use == 0
    assert cache.nbytes <= max_bytes
    for i, prompt in enumerate(prompts):
        assert answers[i] == finished(request(target, prompt, i))


def scripted(max_bytes: int) -> PrefixCache:
    return PrefixCache(ScriptedTarget(1 << 20, (), frozenset({0})), max_bytes)


def read(cache: PrefixCache, prompt: list[int]) -> int:
    """How much of a prompt was known. It is cached now."""
    with closing(cache.open(prompt)) as sequence:
        known = sequence.length
        assert sequence.token_ids == prompt[:known]
        for _ in prefill(sequence, prompt):
            pass
    return known


def test_the_common_prefix_is_not_read_again() -> None:
    cache = scripted(PLENTY)
    assert [read(cache, [*CODE, i, i, i]) for i in range(4)] == [0, 120, 120, 120]
    assert read(cache, [*CODE[:60], 1, 2]) == 60
    assert read(cache, [*CODE, 9]) == 120  # the shorter one did not take it over
    assert read(cache, [*CODE, 9]) == 120  # all but the last token, which is to be passed
    assert read(cache, CODE[:31]) == 30  # as all parts of a file begin
    assert read(cache, CODE[:16]) == 0  # too short to be worth it


def test_several_at_once_share_it() -> None:
    cache = scripted(PLENTY)
    first = cache.open([*CODE, 1])
    for _ in prefill(first, [*CODE, 1]):
        pass
    others = [cache.open([*CODE, i]) for i in range(2, 5)]
    assert [sequence.length for sequence in others] == [120] * 3
    assert cache.in_use == 4
    for sequence in (first, *others):
        sequence.close()
    assert cache.in_use == 0


def test_the_longest_unused_goes_first() -> None:
    texts = [[start, *CODE] for start in range(5)]
    cache = scripted(8 * 2 * 120)
    for text in texts[:3]:
        read(cache, text)
    assert cache.nbytes == 8 * 2 * 120
    assert [read(cache, texts[i]) for i in (1, 2)] == [120, 120]
    assert read(cache, texts[0]) == 0
    assert read(cache, texts[1]) == 0  # the first had to make room for the one read last
    assert read(cache, texts[0]) == 120


def test_what_was_answered_is_not_kept() -> None:
    cache = scripted(PLENTY)
    sequence = cache.open([*CODE, 1])
    for _ in prefill(sequence, [*CODE, 1, *range(50)]):
        pass
    sequence.close()
    assert cache.nbytes == 8 * 121


def test_after_a_failed_pass_nothing_is_kept() -> None:
    cache = scripted(PLENTY)
    sequence = cache.open([*CODE, 1])
    for _ in prefill(sequence, [*CODE, 1]):
        pass
    with pytest.raises(AttributeError):
        sequence.forward(None, None, GREEDY)  # type: ignore[arg-type]
    assert cache.open([*CODE, 2]).length == 0
    sequence.close()
    assert read(cache, [*CODE, 3]) == 0


def test_what_is_too_short_is_not_kept() -> None:
    cache = scripted(PLENTY)
    sequence = cache.open()  # as under `strict`
    for _ in prefill(sequence, CODE):
        pass
    sequence.close()
    assert cache.nbytes == 0


def test_a_cache_that_goes_back_a_little_shares_what_it_can_go_back_to() -> None:
    cache = PrefixCache(BoundedTarget(1 << 20, (), frozenset({0}), 4), PLENTY)
    assert read(cache, [*CODE, 1, 2, 3]) == 0
    assert read(cache, [*CODE, 4, 5]) == 120
    assert read(cache, [*CODE[:60], 6, 7]) == 0
    sequence = cache.open([*CODE, 8])
    for _ in prefill(sequence, [*CODE, 8, *range(50)]):
        pass
    sequence.close()  # its prompt ends too far back
    assert cache.in_use == 0


class CrowdedTarget(ScriptedTarget):
    """A target with room for so many tokens, and so many texts."""

    def __init__(self, most: int, texts: int) -> None:
        super().__init__(1 << 20, (), frozenset({0}))
        self.most, self.texts = most, texts
        self.opened: list[CrowdedSequence] = []

    def open(self, prompt: Sequence[int] = ()) -> "CrowdedSequence":
        if len(self.opened) >= self.texts:
            raise NoRoom("too many texts")
        self.opened.append(CrowdedSequence(self))
        return self.opened[-1]


class CrowdedSequence(ScriptedSequence):
    """One text in it; a fork shares nothing."""

    def __init__(self, target: CrowdedTarget) -> None:
        super().__init__(1 << 20, (), 0)
        self._target = target

    def prefill(self, token_ids: Sequence[int]) -> None:
        if sum(s.length for s in self._target.opened) + len(token_ids) > self._target.most:
            raise NoRoom("too many tokens")
        super().prefill(token_ids)

    def fork(self, length: int) -> "CrowdedSequence":
        copy = self._target.open()
        copy.prefill(self._cached[:length])
        return copy

    def close(self) -> None:
        self._target.opened.remove(self)


def test_texts_that_nobody_uses_make_room() -> None:
    cache = PrefixCache(CrowdedTarget(300, 2), PLENTY)
    for start in range(4):
        assert read(cache, [start, *CODE]) == 0
    assert read(cache, [3, *CODE]) == 120
    assert read(cache, [9, *CODE[:70]]) == 0


def test_without_room_nothing_is_lost() -> None:
    target = CrowdedTarget(130, 3)
    cache = PrefixCache(target, PLENTY)
    first = cache.open([*CODE, 1])
    for _ in prefill(first, [*CODE, 1]):
        pass
    second = cache.open([7, *CODE])
    with pytest.raises(NoRoom):
        for _ in prefill(second, [7, *CODE]):
            pass
    assert not second.is_broken and second.length == 0
    first.close()
    for _ in prefill(second, [7, *CODE]):
        pass
    assert second.length == 120
    second.close()
    assert len(target.opened) == 1 and cache.in_use == 0
