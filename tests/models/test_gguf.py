"""Conversion of GGUF files, on a tiny one written here."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from gguf import GGUFWriter
from safetensors.numpy import save_file

from specedit.engine.errors import TargetError
from specedit.engine.targets import model_files
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.load import open_target
from specedit.engine.targets.model_files import COPY_PRIOR
from specedit.models import gguf, gguf_files, manifest, store

HIDDEN, HEADS, KV_HEADS, LAYERS, INNER = 16, 4, 2, 2, 24
TOKENS = ["<|end|>", "<|user|>", "Ġ", "Ċ", *"abcdefgh", "ab", "Ġa"]


def reference() -> Any:
    """A random model whose weights are exact in bfloat16."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(TOKENS),
        hidden_size=HIDDEN,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        max_position_embeddings=64,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 5000.0},
        tie_word_embeddings=True,
    )
    model: Any = transformers.LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_((weight * 8).to(torch.bfloat16))
    return model


def interleave(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """llama.cpp's layout of the rotary halves (convert_hf_to_gguf.py, `permute`)."""
    return (
        weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
        .swapaxes(1, 2)
        .reshape(weight.shape)
    )


def write_gguf(
    path: Path, model: Any, *, architecture: str = "llama", pre: str = "smollm", parts: int = 0
) -> None:
    writer = GGUFWriter(path, architecture)
    if parts:
        writer.add_uint16("split.count", parts)
    writer.add_context_length(64)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(5000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3] + [1] * (len(TOKENS) - 2))
    writer.add_token_merges(["a b", "Ġ a"])
    writer.add_eos_token_id(0)
    writer.add_chat_template("<|user|>{{ messages[0]['content'] }}<|user|>")
    weights = model.state_dict()
    ours = {hf: part for part, hf in gguf._LAYER_NAMES.items()}
    top = {hf: name for name, hf in gguf._TOP_NAMES.items()}
    for name, weight in weights.items():
        if name in top:
            writer.add_tensor(top[name], weight.numpy())
        elif name.startswith("model.layers."):
            _, _, layer, *rest = name.split(".")
            part = ours[".".join(rest[:-1])]
            if part in ("attn_q", "attn_k"):
                weight = interleave(weight, HEADS if part == "attn_q" else KV_HEADS)
            writer.add_tensor(f"blk.{layer}.{part}.weight", weight.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    write_gguf(tmp_path / "tiny.gguf", reference())
    return tmp_path / "tiny.gguf"


def test_the_converted_model_is_the_model(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    gguf.convert(tiny, folder)
    ids = torch.tensor([[1, 5, 6, 7, 3, 9]])
    converted = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        assert torch.allclose(converted(ids).logits, reference()(ids).logits, atol=1e-5)
    assert open_target(folder, "tiny").stop_ids == {0}
    tokenizer = HfTokenizer(folder)
    assert tokenizer.encode_markup("<|user|>ab a\n") == [1, 12, 13, 3]
    assert 1 not in tokenizer.encode("<|user|>")
    assert tokenizer.decode([1, 12, 13, 3]) == "ab a\n"
    assert tokenizer.chat("ab") == "<|user|>ab<|user|>"


def test_an_adapter_is_merged(tiny: Path, tmp_path: Path) -> None:
    name = "model.layers.1.self_attn.q_proj"
    a = np.full((2, HIDDEN), 0.5, np.float16)
    b = np.full((HIDDEN, 2), 0.25, np.float16)
    adapter = {f"{name}.a": a, f"{name}.b": b}
    save_file(adapter, tmp_path / "adapter.safetensors", metadata={COPY_PRIOR: "4.0"})
    folder = tmp_path / "out"
    folder.mkdir()
    gguf.convert(tiny, folder, tmp_path / "adapter.safetensors")
    converted = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    before = reference().state_dict()[f"{name}.weight"]
    after = converted.state_dict()[f"{name}.weight"]
    assert torch.allclose(after, (before + 0.25).to(torch.bfloat16).float())
    assert model_files.copy_prior(folder) == 4.0


def test_rounding_to_bfloat16_is_torchs() -> None:
    values = torch.randn(10_000) * 10.0 ** torch.randint(-20, 20, (10_000,))
    ties = torch.tensor([1.00390625, 1.01171875, -1.00390625])  # halfway between two neighbours
    values = torch.cat([values, ties])
    ours = torch.from_numpy(gguf._to_bfloat16(values.numpy()).astype(np.int32))
    theirs = values.to(torch.bfloat16).view(torch.int16).int() & 0xFFFF
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model at all, but long enough to read"])
def test_what_is_no_gguf_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    (tmp_path / "out").mkdir()
    with pytest.raises(TargetError, match="is not a readable GGUF file"):
        gguf.convert(path, tmp_path / "out")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECEDIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_gguf_file_is_converted_once(tiny: Path, cache: Path) -> None:
    told: list[str] = []
    folder = store.resolve(str(tiny), told.append)
    assert store.resolve(str(tiny), told.append) == folder
    assert told == ["converting tiny.gguf, once"]
    assert [model.name for model in store.cached()] == ["tiny"]


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "missing", "half-written"])
def test_a_damaged_cache_is_noticed_and_rebuilt(tiny: Path, cache: Path, damage: str) -> None:
    folder = store.resolve(str(tiny), print)
    weights = folder / "model.safetensors"
    good = weights.read_bytes()
    if damage == "truncated":
        weights.write_bytes(good[:-1])
    elif damage == "overwritten":
        weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    elif damage == "missing":
        weights.unlink()
    else:
        (folder / "specedit.json").unlink()
    told: list[str] = []
    assert store.resolve(str(tiny), told.append) == folder
    assert weights.read_bytes() == good
    assert any("damaged" in message for message in told)


@pytest.mark.parametrize("cheap", [0, 1 << 20])
def test_a_change_that_hides_its_time_is_noticed(
    tiny: Path, cache: Path, cheap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a disk does that returns other bytes, or who sets the time back; of large files by the time that nobody sets."""
    monkeypatch.setattr(manifest, "_CHEAP", cheap)
    folder = store.resolve(str(tiny), print)
    weights = folder / "model.safetensors"
    good, status = weights.read_bytes(), weights.stat()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns))
    told: list[str] = []
    assert store.resolve(str(tiny), told.append) == folder
    assert weights.read_bytes() == good
    assert any("damaged" in message for message in told)


def test_files_that_are_large_are_read_once(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "_CHEAP", 0)
    folder, hashed = store.resolve(str(tiny), print), list[Path]()
    file_hash = manifest.file_hash

    def count(path: Path) -> str:
        hashed.append(path)
        return file_hash(path)

    monkeypatch.setattr(manifest, "file_hash", count)
    store.resolve(str(tiny), print)
    assert hashed == []
    (folder / "model.safetensors").touch()
    for _ in range(2):
        store.resolve(str(tiny), print)
    assert hashed == [folder / "model.safetensors"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"name": "x", "files": {}}', '{"name": "x", "files": {"a": 3}}']
)
def test_a_manifest_that_makes_no_sense(tiny: Path, cache: Path, text: str) -> None:
    folder = store.resolve(str(tiny), print)
    (folder / "specedit.json").write_text(text)
    told: list[str] = []
    store.resolve(str(tiny), told.append)
    assert any("damaged" in message for message in told)


def test_a_manifest_of_an_earlier_version(tiny: Path, cache: Path) -> None:
    """It noted one time only."""
    folder = store.resolve(str(tiny), print)
    manifest = folder / "specedit.json"
    noted = json.loads(manifest.read_text())
    for file, (size, changed, _, digest) in noted["files"].items():
        noted["files"][file] = [size, changed, digest]
    manifest.write_text(json.dumps(noted))
    told: list[str] = []
    assert store.resolve(str(tiny), told.append) == folder
    assert told == []


def test_a_copied_cache_is_whole_though_its_times_changed(tiny: Path, cache: Path) -> None:
    folder = store.resolve(str(tiny), print)
    for path in folder.iterdir():
        path.touch()
    told: list[str] = []
    store.resolve(str(tiny), told.append)
    assert told == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing-of-the-kind", "it is not 'embedded', not a folder"),
        ("missing.gguf", "no file 'missing.gguf'"),
        (".", "has no config.json"),
        ("a/b/c", "no model 'a/b/c'"),
        (
            "specedit-tests/does-not-exist",
            "cannot fetch 'specedit-tests/does-not-exist' from the hub",
        ),
    ],
)
def test_a_model_that_is_not_there_is_one_clear_error(
    name: str, reason: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Nothing listens there: the same as having no connection.
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(TargetError, match=reason):
        store.resolve(name, print)


@pytest.mark.parametrize(("architecture", "pre"), [("gemma3", "smollm"), ("llama", "llama-bpe")])
def test_a_file_that_our_passes_cannot_run_names_what_can(
    architecture: str, pre: str, tmp_path: Path, cache: Path
) -> None:
    path = tmp_path / "other.gguf"
    write_gguf(path, reference(), architecture=architecture, pre=pre)
    with pytest.raises(
        TargetError, match=rf"'{architecture}' with vocabulary '{pre}'.*specedit\[llama\]"
    ):
        store.resolve(str(path), print)
    assert store.cached() == []


def test_a_part_of_a_model_is_not_taken_for_the_model(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "tiny-00001-of-00002.gguf"
    write_gguf(path, reference(), parts=2)
    with pytest.raises(TargetError, match=r"one of 2 parts\. llama\.cpp can: pip install"):
        store.resolve(str(path), print)


def test_a_preset_that_cannot_be_fetched_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # it tries long otherwise
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    told: list[str] = []
    with pytest.raises(TargetError, match=r"cannot fetch qwen2\.5-coder-3b-instruct-q4_k_m\.gguf"):
        gguf_files.find("qwen2.5-coder-3b", told.append)
    assert "not for commerce" in told[0]


@pytest.mark.parametrize("files", [[], ["a.gguf", "b.gguf"]])
def test_a_folder_must_have_one_model(files: list[str], tmp_path: Path) -> None:
    for file in files:
        (tmp_path / file).touch()
    with pytest.raises(TargetError, match=r"should have one \.gguf file"):
        gguf_files.find(str(tmp_path), print)


def test_a_model_in_parts_is_found_by_its_folder(tmp_path: Path) -> None:
    for part in (1, 2):
        (tmp_path / f"m-0000{part}-of-00002.gguf").touch()
    assert gguf_files.find(str(tmp_path), print).name == "m-00001-of-00002.gguf"


def test_what_is_no_gguf_file_is_refused_for_llama_cpp() -> None:
    with pytest.raises(TargetError, match="'embedded' is none; give --model"):
        gguf_files.find("embedded", print)
