"""transformers' `generate`. Settings: `lookup` (K of prompt lookup) and `ngram`, or none of them."""

import sys
import time
from typing import Any

import torch
import transformers
import worker

folder, dtype = sys.argv[1:]
model = transformers.AutoModelForCausalLM.from_pretrained(
    folder, dtype=getattr(torch, dtype), trust_remote_code=False, use_safetensors=True
)


class FirstToken(transformers.generation.streamers.BaseStreamer):
    """Notes when the first tokens come; `put` is called with the prompt before."""

    def __init__(self) -> None:
        self.began, self.calls, self.seconds, self.tokens = time.perf_counter(), 0, 0.0, 0

    def put(self, value: torch.Tensor) -> None:
        self.calls += 1
        if self.calls == 2:
            self.seconds, self.tokens = time.perf_counter() - self.began, value.numel()

    def end(self) -> None:
        pass


@torch.inference_mode()
def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> worker.Answer:
    options: dict[str, Any] = {}
    if "lookup" in setting:
        options["prompt_lookup_num_tokens"] = setting["lookup"]
        options["max_matching_ngram_size"] = setting["ngram"]
    ids = torch.tensor([prompt])
    first = FirstToken()
    done = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=max_tokens,
        do_sample=False,
        streamer=first,
        **options,
    )
    return worker.Answer(done[0, len(prompt) :].tolist(), first.seconds, first.tokens)


worker.serve(generate, transformers.__version__)
