"""Every setting, one row each: the options of commands, the names in the environment and the keys of files come from it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from specedit import drafters
from specedit.editor.config import Accept, Config, Form
from specedit.engine.errors import InvalidRequest
from specedit.engine.targets import registry

Verify = Literal["before", "after", "off"]
Value: TypeAlias = str | int | float | bool
_MOST = (1 << 31) - 1  # that the service takes
_MAX_BYTES = 1 << 20

_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_OF_CONFIG = Config()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `name` is the attribute of options and, if `Config` has it, its field; `kind` the type of its values.

    `least` and `most` bound numbers. `is_users`: it says what is run, or where something is sent, so that the files of a
    workspace, which may be anyone's, cannot choose it.
    """

    name: str
    kind: type
    help: str
    default: Value | None = None
    choices: Callable[[], Sequence[str]] | None = None
    least: float = -math.inf
    most: float = math.inf
    metavar: str | None = None
    is_users: bool = False

    @property
    def key(self) -> str:
        """What files call it, and options behind two dashes."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """What the environment calls it."""
        return f"SPECEDIT_{self.name.upper()}"

    def parsed(self, text: str, where: str) -> Value:
        """Return the value that a text gives.

        Raises:
            InvalidRequest: it gives none; the message begins with `where`.
        """
        if self.kind is bool:
            value = _WORDS.get(text.lower())
            if value is None:
                raise InvalidRequest(f"{where} is '{text}'; give true or false")
            return value
        try:
            return self.checked(self.kind(text), where)
        except ValueError as error:
            raise InvalidRequest(f"{where} is '{text}'; give {_KINDS[self.kind]}") from error

    def checked(self, value: object, where: str) -> Value:
        """Return a value if it is one that the setting takes.

        Raises:
            InvalidRequest: it is not; the message begins with `where`.
        """
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not self.kind:
            raise InvalidRequest(f"{where} is {value!r}; give {_KINDS[self.kind]}")
        assert isinstance(value, (str, int, float, bool))
        if isinstance(value, (int, float)):
            if not self.least <= value < math.inf:
                raise InvalidRequest(f"{where} {value} is less than {self.least}, or no number")
            if value > self.most:
                raise InvalidRequest(f"{where} {value} is more than {self.most}")
        if self.choices is not None and value not in (known := self.choices()):
            raise InvalidRequest(f"{where}: no {self.name} '{value}'; known: {', '.join(known)}")
        return value


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "accept",
        str,
        "syntax: what syntax is certain of, with no model; exact: the model's own output; guided: a recognised operation, "
        "if the model finds no token implausible; trust: the operation, objections listed; auto: at once what syntax is "
        "certain of, guided what else is recognised, else exact",
        _OF_CONFIG.accept,
        lambda: get_args(Accept),
    ),
    Setting("threshold", float, "of guided", _OF_CONFIG.threshold, least=0, most=_MOST),
    Setting(
        "verify",
        str,
        "of the Language Server: before an edit is applied, after it, or off",
        "before",
        lambda: get_args(Verify),
    ),
    Setting("max_bytes", int, "refuse larger files", _MAX_BYTES, least=0, most=(1 << 40) - 1),
    Setting(
        "max_tokens", int, "most tokens of the answer (default: by the file)", least=1, most=_MOST
    ),
    Setting("temperature", float, "0 is greedy", _OF_CONFIG.temperature, least=0, most=100),
    Setting(
        "seed",
        int,
        "of sampling above temperature 0",
        _OF_CONFIG.seed,
        least=-(1 << 63),
        most=(1 << 63) - 1,
    ),
    Setting("strict", bool, "decide near ties as plain decoding would", _OF_CONFIG.strict),
    Setting(
        "timeout", float, "give a file up after this time", least=0, most=_MOST, metavar="SECONDS"
    ),
    Setting(
        "model",
        str,
        "embedded, embedded-base, a Hugging Face folder, a hub id, or a .gguf file",
        _OF_CONFIG.model,
        is_users=True,
    ),
    Setting(
        "engine",
        str,
        "auto: by the model's file; local: our own passes or transformers; llama: a GGUF file, read by llama.cpp here; llama-server: a llama.cpp server, which needs no --model; vllm: a vLLM server, best with specedit-vllm in it; remote-verify: a server that verifies our drafts; openai: any "
        "that only writes; of a server, --model is then its tokenizer",
        _OF_CONFIG.engine,
        registry.names,
        is_users=True,
    ),
    Setting(
        "engine_url",
        str,
        "where it is; $SPECEDIT_ENGINE_KEY is sent as its key",
        metavar="URL",
        is_users=True,
    ),
    Setting(
        "served_model",
        str,
        "which of its models, if it has several",
        metavar="NAME",
        is_users=True,
    ),
    Setting(
        "dtype",
        str,
        "by default what is faster here",
        choices=lambda: ("float32", "bfloat16"),
        is_users=True,
    ),
    Setting(
        "device",
        str,
        "of --engine local: what computes; auto: a GPU, if torch has one here",
        _OF_CONFIG.device,
        lambda: registry.DEVICES,
        is_users=True,
    ),
    Setting(
        "gpu_layers",
        int,
        "of --engine llama: how many layers of the model are put on a GPU (default: all, if there is one)",
        least=0,
        most=_MOST,
        metavar="N",
        is_users=True,
    ),
    Setting(
        "drafter", str, "who proposes tokens", _OF_CONFIG.drafter, drafters.names, is_users=True
    ),
    Setting(
        "draft_model",
        str,
        "a small model of the same vocabulary, named as --model is, that drafts what nothing is a copy of",
        metavar="NAME",
        is_users=True,
    ),
    Setting(
        "server",
        str,
        "local, unix:PATH or HOST:PORT of a `specedit serve`; auto: the local one, for what a model is asked; where none runs, a model of the command's own, and one is left for the next",
        metavar="ADDRESS",
        is_users=True,
    ),
    Setting(
        "author",
        str,
        "an OpenAI-compatible chat server, as http://localhost:11434/v1: it writes what nothing else understands; "
        "$SPECEDIT_AUTHOR_KEY is sent as its key",
        metavar="URL",
        is_users=True,
    ),
    Setting(
        "author_model",
        str,
        "which of its models; `specedit models` lists those that run here",
        metavar="NAME",
        is_users=True,
    ),
    Setting(
        "author_form",
        str,
        "blocks: it is asked for search/replace blocks; snippet: for code with `... existing code ...`",
        "blocks",
        lambda: get_args(Form),
    ),
    Setting(
        "author_prediction",
        bool,
        "send the file as a prediction, for servers that write faster with one",
        False,
    ),
)
NAMES: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}
KEYS: dict[str, Setting] = {setting.key: setting for setting in SETTINGS}
