"""vLLM for processors. Settings: `method` (ngram or suffix) and `k` (tokens drafted), or none of them."""

import os
import sys
import time
from functools import cache
from itertools import count
from typing import Any

os.environ |= {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # an engine that waits must not take time from the others
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_PLUGINS": "",  # the suffix tree is used without the patches that come with it
    "TORCHDYNAMO_DISABLE": "1",
    "OMP_NUM_THREADS": str(os.cpu_count()),
}

import vllm
import worker
from vllm.platforms import current_platform
from vllm.v1.engine.llm_engine import LLMEngine

folder, dtype = sys.argv[1:]
numbers = count()


@cache
def engine(method: str, k: int) -> LLMEngine:
    drafting: dict[str, Any] = {"method": method, "num_speculative_tokens": k}
    if method == "ngram":
        drafting |= {"prompt_lookup_min": 2, "prompt_lookup_max": 4}
    arguments = vllm.EngineArgs(
        model=folder,
        dtype=dtype,
        max_model_len=8192,
        max_num_seqs=1,
        enforce_eager=True,
        enable_prefix_caching=False,  # each answer is measured from an empty cache
        speculative_config=drafting if method else None,
    )
    made = LLMEngine.from_engine_args(arguments)
    # Kernels are replaced for the whole process; a second time it fails, at a module that a generation has imported.
    current_platform.register_triton_kernel_overrides = lambda: None
    return made


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    one = engine(setting.get("method", ""), setting.get("k", 0))
    params = vllm.SamplingParams(temperature=0.0, max_tokens=max_tokens)
    began = time.perf_counter()
    one.add_request(str(next(numbers)), {"prompt_token_ids": prompt}, params)
    answer = worker.Answer([], 0.0)
    while one.has_unfinished_requests():
        for output in one.step():
            answer.output = list(output.outputs[0].token_ids)
            if answer.output and not answer.first:
                answer.first = time.perf_counter() - began
                answer.first_tokens = len(answer.output)
    return answer


worker.serve(generate, vllm.__version__)
