"""The targets by name, ours and those of installed packages: what `--engine` may say."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from specedit.engine.errors import InvalidRequest
from specedit.engine.target import Target

if TYPE_CHECKING:
    from specedit.engine.targets.completions import Completions
    from specedit.engine.targets.hf_tokenizer import HfTokenizer

_ENTRY_POINTS = "specedit.targets"
# Each has `target(context)`. vllm: it drafts and verifies, by its own means or with our drafter in it. remote-verify: we
# draft, a request verifies. openai: it decodes plainly, and takes text.
_MODULES = {
    "local": "load",
    "vllm": "vllm",
    "remote-verify": "remote_verify",
    "openai": "openai",
}
NEED_URL = frozenset(_MODULES) - {"local"}


@dataclass(frozen=True, slots=True)
class TargetContext:
    """What a target is opened from. `folder`: the model's tokenizer and config, and its weights if they are read here.

    `name` is what the statistics call it, or what a server calls it; `dtype` None: what is fastest.
    """

    folder: Path
    name: str
    tokenizer: "HfTokenizer"
    dtype: str | None = None
    url: str | None = None
    key: str | None = None

    def server(self) -> "Completions":
        """Return what speaks to the server at `url`.

        Raises:
            InvalidRequest: that is no address.
        """
        from specedit.engine.targets.completions import Completions

        return Completions(self.url or "", self.key)


TargetFactory: TypeAlias = Callable[[TargetContext], Target]


def names() -> tuple[str, ...]:
    """Return the targets that exist, ours first."""
    theirs = {point.name for point in entry_points(group=_ENTRY_POINTS)} - _MODULES.keys()
    return (*_MODULES, *sorted(theirs))


def load(name: str) -> TargetFactory:
    """Return what opens a target.

    Raises:
        InvalidRequest: there is none of that name.
    """
    if name in _MODULES:
        module = import_module(f"specedit.engine.targets.{_MODULES[name]}")
        return cast(TargetFactory, module.target)
    for point in entry_points(group=_ENTRY_POINTS):
        if point.name == name:
            return cast(TargetFactory, point.load())
    raise InvalidRequest(f"no engine '{name}'; known: {', '.join(names())}")
