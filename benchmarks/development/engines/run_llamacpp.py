"""llama.cpp through xllamacpp. Settings: `kind` (none, simple, mod) with `n` (tokens that match) and `m` (tokens drafted)."""

import sys
from functools import cache
from importlib.metadata import version
from typing import Any

import worker
import xllamacpp

file, _ = sys.argv[1:]


@cache
def server(kind: str, n: int, m: int) -> xllamacpp.Server:
    params = xllamacpp.CommonParams()
    params.model.path = file
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.cache_prompt = False
    params.warmup = True
    types = xllamacpp.common_speculative_type
    if kind == "simple":
        params.speculative.types = [types.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = n, m
    elif kind == "mod":
        params.speculative.types = [types.COMMON_SPECULATIVE_TYPE_NGRAM_MOD]
        params.speculative.ngram_mod.n_match, params.speculative.ngram_mod.n_max = n, m
    return xllamacpp.Server(params)


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    one = server(setting.get("kind", "none"), setting.get("n", 0), setting.get("m", 0))
    request = {
        "prompt": prompt,
        "max_tokens": max_tokens,
        "temperature": 0.0,
        "cache_prompt": False,
    }
    done = one.handle_completions(request)
    timings = done["timings"]  # the first token is drawn from the prompt's last row
    return worker.Answer(done["choices"][0]["text"], timings["prompt_ms"] / 1000)


worker.serve(generate, version("xllamacpp"))
