"""Noise is a function of seed and position, and samples the softmax."""

import torch

from specedit.engine.sampling import choose, likelihood_ratios, margins
from specedit.engine.target import GREEDY, Sampling


def test_greedy_takes_the_best() -> None:
    logits = torch.tensor([[1.0, 3.0, 2.0], [0.0, -1.0, -2.0]])
    chosen, scores = choose(logits, [5, 6], GREEDY)
    assert chosen.tolist() == [1, 0]
    assert margins(scores) == [1.0, 1.0]


def test_the_same_place_draws_the_same_token_wherever_its_row_stands() -> None:
    logits = torch.randn(1, 50)
    sampling = Sampling(1.0, seed=7)
    alone = choose(logits, [9], sampling)[0].item()
    among = choose(logits.repeat(3, 1), [8, 9, 10], sampling)[0].tolist()
    assert among[1] == alone


def test_samples_follow_the_softmax() -> None:
    logits = torch.tensor([0.0, 1.0, 2.0])
    for temperature in (0.5, 2.0):
        rows = 4000
        chosen, _ = choose(logits.repeat(rows, 1), list(range(rows)), Sampling(temperature, seed=1))
        shares = torch.bincount(chosen, minlength=3) / rows
        expected = torch.softmax(logits / temperature, -1)
        assert torch.allclose(shares, expected, atol=0.03)


def test_ratios_are_over_the_most_likely_token() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.25, 0.25]]))
    assert likelihood_ratios(logits, logits.amax(-1), [0, 0], [1, 0]) == [0.5, 1.0]
