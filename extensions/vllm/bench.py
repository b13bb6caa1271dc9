"""Time of `propose` for a full batch that edits Python files: python bench.py [rows] [tokens]."""

import argparse
import inspect
import random
import re
import sys
import time
import typing
from statistics import median, quantiles
from types import SimpleNamespace

import numpy as np
from specedit_vllm import EditProposer

rows, size = (int(argument) for argument in (sys.argv[1:] or ["32", "4096"]))
rng = random.Random(0)
proposer = EditProposer(
    SimpleNamespace(
        speculative_config=SimpleNamespace(num_speculative_tokens=96),
        model_config=SimpleNamespace(max_model_len=4 * size),
    )
)
texts = np.zeros((rows, 4 * size), np.int32)
lengths = np.full(rows, size, np.int32)
answers = []
text = "".join(map(inspect.getsource, (argparse, inspect, typing)))
words = re.findall(r"\w+|\n *| +|[^\w\s]", text)
numbers = {word: number for number, word in enumerate(dict.fromkeys(words), 10)}
for row in range(rows):
    begin = rng.randrange(len(words) - size)
    answer = [numbers[word] for word in words[begin : begin + size]]
    source = [t if rng.random() > 0.03 else rng.randrange(49_000) for t in answer]
    prompt = [1, 9, 3, *source[: size - 5], 9, 3]
    texts[row, :size] = prompt
    answers.append(answer)
drafts: list[list[int]] = [[] for _ in range(rows)]
steps = []
while min(lengths) < 2 * size - 200 and len(steps) < 400:
    sampled = []
    for row in range(rows):
        expected = answers[row][lengths[row] - size :]
        accepted = 0
        while accepted < len(drafts[row]) and drafts[row][accepted] == expected[accepted]:
            accepted += 1
        new = expected[: accepted + 1]
        texts[row, lengths[row] : lengths[row] + len(new)] = new
        lengths[row] += len(new)
        sampled.append(new)
    began = time.perf_counter()
    drafts = proposer.propose(sampled, lengths, texts)
    steps.append(1000 * (time.perf_counter() - began))
print(
    f"{rows} rows of {size} tokens: first step {steps[0]:.2f} ms, then median {median(steps[1:]):.2f} ms, "
    f"95% under {quantiles(steps[1:], n=20)[18]:.2f} ms; {len(steps)} steps; {proposer.counts}"
)
