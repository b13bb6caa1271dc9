"""The vocabulary of a GGUF file as the tokenizer of a Hugging Face folder."""

from collections.abc import Mapping
from typing import Any

# How each vocabulary splits text before BPE: the value of `tokenizer.ggml.pre` → pre-tokenizers.
# Source: the tokenizer.json files of the models, as llama.cpp's convert_hf_to_gguf.py names them.
_QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
PRE_TOKENIZERS: dict[str, list[dict[str, Any]]] = {
    "smollm": [
        {"type": "Digits", "individual_digits": True},
        {**_BYTE_LEVEL, "use_regex": True},
    ],
    "qwen2": [
        {
            "type": "Split",
            "pattern": {"Regex": _QWEN2_SPLIT},
            "behavior": "Isolated",
            "invert": False,
        },
        {**_BYTE_LEVEL, "use_regex": False},
    ],
}


def tokenizer(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `tokenizer.json` of a byte-level BPE vocabulary. Token type 3 is a control token."""
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    kinds: list[int] = fields["tokenizer.ggml.token_type"]
    added = [
        {
            "id": token_id,
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": kind == 3,
        }
        for token_id, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind in (3, 4)
    ]
    return {
        "version": "1.0",
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": PRE_TOKENIZERS[fields["tokenizer.ggml.pre"]],
        },
        "post_processor": None,
        "decoder": {**_BYTE_LEVEL, "use_regex": True},
        "model": {
            "type": "BPE",
            "vocab": {token: token_id for token_id, token in enumerate(tokens)},
            "merges": [merge.split(" ", 1) for merge in fields["tokenizer.ggml.merges"]],
        },
    }


def config(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `tokenizer_config.json`, with the chat template."""
    tokens = fields["tokenizer.ggml.tokens"]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": fields.get("tokenizer.chat_template"),
        "eos_token": tokens[fields["tokenizer.ggml.eos_token_id"]],
        "clean_up_tokenization_spaces": False,
    }
