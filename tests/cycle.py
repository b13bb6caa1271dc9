"""A model whose greedy answer is known: after token t comes t + 1. As a folder that any engine opens, and as a rule."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import Finished, GenerateRequest, Span
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.openai import OpenAiTarget
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.remote import RemoteTarget
from specedit.engine.targets.remote_verify import VerifyTarget
from specedit.engine.targets.vllm import VllmTarget

Kind: TypeAlias = Literal["vllm", "remote-verify", "openai"]
VOCABULARY = 2000
FIRST = 5  # tokens before are control tokens; 2 ends an answer
STOP = 2


def following(token_id: int, count: int) -> list[int]:
    """Return the model's answer after a token."""
    begin = token_id - FIRST + 1 if token_id >= FIRST else 0
    return [FIRST + (begin + i) % (VOCABULARY - FIRST) for i in range(count)]


def edited(token_ids: list[int], share: float, seed: int) -> list[int]:
    """Return a file of which `share` of the tokens are others in the answer."""
    rng = random.Random(seed)
    return [rng.randrange(FIRST, VOCABULARY) if rng.random() < share else t for t in token_ids]


def tokenizer_folder(folder: Path) -> Path:
    """Write a tokenizer of as many words, and what else is read beside weights."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"<unk>": 0, "<s>": 1, "</s>": STOP, "<open>": 3, "<close>": 4}
    words |= {f"w{i}": i for i in range(FIRST, VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps({"vocab_size": VOCABULARY, "eos_token_id": 2}))
    return folder


def model_folder(folder: Path) -> Path:
    """Write the model: a Llama of two layers that add nothing, and a head that knows the next token."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    hidden = 128
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=hidden,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        bos_token_id=1,
        eos_token_id=STOP,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    words = torch.nn.functional.normalize(torch.randn(VOCABULARY, hidden), dim=-1)
    model.model.embed_tokens.weight.data.copy_(words * hidden**0.5)
    for layer in model.model.layers:
        layer.self_attn.o_proj.weight.data.zero_()
        layer.mlp.down_proj.weight.data.zero_()
    head = torch.zeros(VOCABULARY, hidden)
    for token_id in range(FIRST, VOCABULARY):
        head[following(token_id, 1)[0]] = 4 * words[token_id]
    model.lm_head.weight.data.copy_(head)
    tokenizer_folder(folder)
    model.save_pretrained(folder)
    return folder


def remote(
    url: str, kind: Kind, folder: Path, *, silence: float = 120.0, name: str = "cycle"
) -> RemoteTarget:
    """Return the model on a server that is silent for at most so many seconds."""
    targets: dict[Kind, Callable[[TargetContext, Completions], RemoteTarget]]
    targets = {"vllm": VllmTarget, "remote-verify": VerifyTarget, "openai": OpenAiTarget}
    context = TargetContext(folder, name, HfTokenizer(folder))
    return targets[kind](context, Completions(url, silence=silence))


def generated(target: RemoteTarget, request: GenerateRequest) -> tuple[list[int], Finished]:
    """Return what an editor generates with an engine elsewhere, and the end with its figures."""
    output: list[int] = []
    for event in Editor(target, target.tokenizer, Config()).generate(request):
        if isinstance(event, Span):
            output += event.token_ids
        if isinstance(event, Finished):
            return output, event
    raise AssertionError("no end")
