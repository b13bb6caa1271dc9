"""OpenVINO GenAI. Settings: `lookup` (K of prompt lookup) and `ngram`, or none of them."""

import sys
from functools import cache
from typing import Any

import numpy
import openvino
import openvino_genai
import worker

folder, dtype = sys.argv[1:]
precision = {"float32": "f32", "bfloat16": "bf16"}[dtype]


@cache
def pipeline(*, lookup: bool) -> openvino_genai.LLMPipeline:
    scheduler = openvino_genai.SchedulerConfig()
    scheduler.enable_prefix_caching = False  # each answer is measured from an empty cache
    options: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": precision,
        "scheduler_config": scheduler,
    }
    if lookup:
        options["prompt_lookup"] = True
    return openvino_genai.LLMPipeline(folder, "CPU", **options)


def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = max_tokens
    config.do_sample = False
    config.apply_chat_template = False
    if "lookup" in setting:
        config.num_assistant_tokens = setting["lookup"]
        config.max_ngram_size = setting["ngram"]
    ids = openvino.Tensor(numpy.array([prompt], dtype=numpy.int64))
    done = pipeline(lookup="lookup" in setting).generate(ids, config)
    return worker.Answer(list(done.tokens[0]), done.perf_metrics.get_ttft().mean / 1000)


worker.serve(generate, openvino_genai.__version__)
