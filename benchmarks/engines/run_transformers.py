"""transformers' `generate`. Settings: `lookup` (K of prompt lookup) and `ngram`, or none of them."""

import sys
from typing import Any

import torch
import transformers
import worker

folder, dtype = sys.argv[1:]
model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))


@torch.inference_mode()
def generate(prompt: list[int], max_tokens: int, setting: dict[str, Any]) -> list[int]:
    options: dict[str, Any] = {}
    if "lookup" in setting:
        options["prompt_lookup_num_tokens"] = setting["lookup"]
        options["max_matching_ngram_size"] = setting["ngram"]
    ids = torch.tensor([prompt])
    done = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=max_tokens,
        do_sample=False,
        **options,
    )
    tokens: list[int] = done[0, len(prompt) :].tolist()
    return tokens


worker.serve(generate, transformers.__version__)
