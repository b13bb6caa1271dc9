"""Requests as they come over HTTP. Fields that nobody here knows are ignored; roles and kinds of content are not."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from specedit.editor.config import Accept
from specedit.engine.errors import InvalidRequest

ROLES = ("system", "developer", "user", "assistant")
_MOST_STOPS = 16
Model = TypeVar("Model", bound=BaseModel)


class _Wire(BaseModel):
    """`strict`: a number is not given as text."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Part(_Wire):
    """One part of a content; other kinds than text are refused where it is read."""

    type: str
    text: str | None = None


Content = str | list[Part]


class Message(_Wire):
    """One message of a conversation."""

    role: str
    content: Content | None = None


class Prediction(_Wire):
    """What the answer is expected to be like. `type` is left out by some clients."""

    type: str = "content"
    content: Content


class StreamOptions(_Wire):
    """What a streamed answer has besides its text."""

    include_usage: bool = False


class Extension(_Wire):
    """What only we understand, under the name `specedit`: unknown names in it are refused, they would do nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    accept: Accept | None = None
    path: str = Field(default="", max_length=4096)
    scope: str = Field(default="auto", max_length=1000)
    force: list[str] = []


class _Asked(_Wire):
    model: str
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=100)] | None = None
    seed: int | None = None
    stop: str | Annotated[list[str], Field(max_length=_MOST_STOPS)] | None = None
    n: int | None = None
    # Of any form: an edit does not depend on them.
    top_p: Any = None
    tools: Any = None
    response_format: Any = None
    specedit: Extension | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts at which an answer ends."""
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return tuple(stop for stop in given if stop)

    @property
    def includes_usage(self) -> bool:
        """Whether a streamed answer ends with the usage."""
        return self.stream_options is not None and self.stream_options.include_usage


class ChatRequest(_Asked):
    """POST /v1/chat/completions."""

    messages: Annotated[list[Message], Field(min_length=1)]
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    prediction: Prediction | None = None

    @property
    def most_tokens(self) -> int | None:
        """The most tokens of an answer, by either name."""
        return self.max_completion_tokens or self.max_tokens


class CompletionRequest(_Asked):
    """POST /v1/completions."""

    prompt: str | Annotated[list[str], Field(min_length=1, max_length=1)]
    suffix: str | None = None
    echo: bool | None = None

    @property
    def text(self) -> str:
        """The prompt."""
        return self.prompt if isinstance(self.prompt, str) else self.prompt[0]


class MergeRequest(_Wire):
    """POST /v1/code/apply, the REST form of Relace."""

    initial_code: str = Field(validation_alias=AliasChoices("initial_code", "initialCode"))
    edit_snippet: str = Field(validation_alias=AliasChoices("edit_snippet", "editSnippet"))
    instruction: str = Field(
        "", validation_alias=AliasChoices("instruction", "instructions", "user_request")
    )
    model: str = "auto"
    stream: bool | None = None
    specedit: Extension | None = None


class BadField(InvalidRequest):
    """A field of a request that cannot be; `field` is its name, with those around it."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(f"{field}: {problem}" if field else problem)


def read(kind: type[Model], body: bytes) -> Model:
    """Return the request in a body of JSON.

    Raises:
        BadField: there is none.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadField(_name(first["loc"]), first["msg"]) from error


def text_of(content: Content | None, where: str) -> str:
    """Return the text of a content, its parts put together.

    Raises:
        BadField: it has a part that is no text.
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    for index, part in enumerate(content):
        if part.type != "text" or part.text is None:
            raise BadField(
                f"{where}[{index}].type", f"'{part.type}' is not understood; give parts of text"
            )
    return "".join(part.text or "" for part in content)


def check_supported(payload: ChatRequest | CompletionRequest) -> None:
    """Refuse what would be an answer of another kind than we give.

    Raises:
        BadField: one of the fields that say so.
    """
    if payload.n not in (None, 1):
        raise BadField("n", f"{payload.n} answers are not given; ask for 1")
    if isinstance(payload, CompletionRequest):
        if payload.suffix:
            raise BadField("suffix", "give the model's own marks for it in the prompt instead")
        if payload.echo:
            raise BadField("echo", "the prompt is not repeated; put it before the answer yourself")


def check_generation(payload: ChatRequest | CompletionRequest) -> None:
    """Refuse what would have the target write otherwise than it does here.

    Raises:
        BadField: one of the fields that say so.
    """
    if payload.top_p not in (None, 1):
        raise BadField("top_p", "tokens are taken from all; leave it out, or lower temperature")
    if payload.tools:
        raise BadField("tools", "the model is not told of tools here; leave them out")
    if payload.response_format not in (None, {"type": "text"}):
        raise BadField("response_format", "the model writes text alone; leave it out")


def _name(location: Sequence[Any]) -> str:
    names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(names).removeprefix(".")
