"""What can be set: one frozen record, made once by a front door."""

from dataclasses import dataclass
from typing import Literal

from specedit.engine.targets import registry

Accept = Literal["auto", "syntax", "exact", "guided", "trust"]
Form = Literal["blocks", "snippet"]  # in which an author is asked to write


@dataclass(frozen=True, slots=True)
class Config:
    """How edits are made. `max_tokens` None: as many as the file may need; `timeout` in seconds.

    Of an `engine` at `engine_url` that is not local, `model` gives the tokenizer and `served_model` the name, if it serves
    several. `gpu_layers` of a GGUF file are put on a GPU, all where that is None; `device` is for what torch computes.
    """

    model: str = "embedded"
    dtype: str | None = None
    device: str = registry.AUTO
    drafter: str = "cascade"
    draft_model: str | None = None
    accept: Accept = "auto"
    threshold: float = 0.005
    max_tokens: int | None = None
    temperature: float = 0.0
    seed: int = 0
    strict: bool = False
    timeout: float | None = None
    engine: str = registry.AUTO
    engine_url: str | None = None
    served_model: str | None = None
    gpu_layers: int | None = None
