"""The targets by name, ours and those of installed packages: what `--engine` may say."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from specedit.engine.errors import InvalidRequest
from specedit.engine.plugins import plugins
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer

if TYPE_CHECKING:
    from specedit.engine.targets.completions import Completions

_GROUP = "specedit.targets"
AUTO, LOCAL = "auto", "local"
# Each has `target(context)`. llama: we draft, llama.cpp verifies in this process. vllm: it drafts and verifies, by its own
# means or with our drafter in it. llama-server: it drafts from what we expect. remote-verify: we draft, a request verifies.
# openai: it decodes plainly, and takes text.
_MODULES = {
    LOCAL: "load",
    "llama": "llamacpp.target",
    "llama-server": "llama_server",
    "vllm": "vllm",
    "remote-verify": "remote_verify",
    "openai": "openai",
}
# What `--device` may say; which are here, engine.targets.devices knows.
DEVICES = (AUTO, "cpu", "cuda", "mps")
NEED_URL = frozenset({"llama-server", "vllm", "remote-verify", "openai"})
# Whose server has the tokenizer too: nothing of the model is needed here.
ALL_THERE = frozenset({"llama-server"})
TAKE_GGUF = frozenset({"llama"})  # whose model is a GGUF file, with its tokenizer in it


@dataclass(frozen=True, slots=True)
class TargetContext:
    """What a target is opened from. `device`: one of `DEVICES`, of targets that compute with torch.

    `path`: a folder with the model's tokenizer and config, and its weights if they are read here; of those in `TAKE_GGUF` a
    file; of those in `ALL_THERE` nothing. `name` is what the statistics call it, or what a server calls it; `dtype` None:
    what is fastest; `gpu_layers` None: all, where there is a GPU; `texts`: how many are open at once; `strict`: in all
    requests, nothing may depend on drafts.
    """

    path: Path
    name: str
    tokenizer: Tokenizer
    dtype: str | None = None
    url: str | None = None
    key: str | None = None
    gpu_layers: int | None = None
    texts: int = 1
    strict: bool = False
    can_write: bool = True
    device: str = AUTO

    def server(self) -> "Completions":
        """Return what speaks to the server at `url`.

        Raises:
            InvalidRequest: that is no address.
        """
        return _server(self.url, self.key)


TargetFactory: TypeAlias = Callable[[TargetContext], Target]


def names() -> tuple[str, ...]:
    """Return the targets that exist, ours first; `AUTO` is one of them, by the model (`models/choice.py`)."""
    return (AUTO, *_MODULES, *sorted(plugins(_GROUP).keys() - _MODULES.keys()))


def tokenizer(name: str, path: Path, url: str | None = None, key: str | None = None) -> Tokenizer:
    """Return the tokenizer of the model at a path, or on the server at `url`, for the target of a name.

    Raises:
        TargetError: there is none.
    """
    if name in ALL_THERE:
        from specedit.engine.targets.server_tokenizer import ServerTokenizer

        return ServerTokenizer(_server(url, key))
    if name in TAKE_GGUF:
        from specedit.engine.targets.llamacpp.tokenizer import GgufTokenizer

        return GgufTokenizer(path)
    from specedit.engine.targets.hf_tokenizer import HfTokenizer

    return HfTokenizer(path)


def begin_loading(name: str) -> None:
    """Begin to load what the target of a name takes long to load, beside what is done until it is opened."""
    if name == LOCAL:
        from specedit.engine.targets import torch_libraries

        torch_libraries.begin_loading()


def load(name: str) -> TargetFactory:
    """Return what opens a target.

    Raises:
        InvalidRequest: there is none of that name.
    """
    if name in _MODULES:
        module = import_module(f"specedit.engine.targets.{_MODULES[name]}")
        return cast(TargetFactory, module.target)
    if name in plugins(_GROUP):
        return cast(TargetFactory, plugins(_GROUP)[name].load())
    raise InvalidRequest(f"no engine '{name}'; known: {', '.join(names())}")


def _server(url: str | None, key: str | None) -> "Completions":
    from specedit.engine.targets.completions import Completions

    return Completions(url or "", key)
