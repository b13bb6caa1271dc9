"""A model's chat template, rendered in a process of its own: it is a program that came with the model.

The sandbox keeps it from our objects, but not from counting for ever or filling the memory, which limits of the process do.
Run as a module it reads from standard input what to render, and writes the text, or why there is none.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from specedit.engine import children
from specedit.engine.errors import TargetError

_CPU_SECONDS = 5
_SECONDS = 60.0  # on a machine that is busy with other things
_MEMORY = 1 << 30  # bytes of address space
_MOST = 1 << 20  # characters of a turn
_MESSAGE = "\ue001"  # a private-use character that no template contains
_MOST_CONVERSATIONS = 256  # forms that are remembered


class Conversations:
    """What a model's template puts around messages: a template is a program, and run once for each form.

    `bos` and `eos` are the texts of the tokens that begin and end a text; with `adds_bos` every conversation begins so, whether its
    template says it or not.
    """

    def __init__(
        self, template: str | None, *, bos: str, eos: str, model: str, adds_bos: bool = False
    ) -> None:
        self._template, self._model = template, model
        self._begin = bos if adds_bos else ""
        self._tokens = {"bos_token": bos, "eos_token": eos}
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def around(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return the template text around messages of these roles, 1 + n pieces.

        Raises:
            TargetError: there is no template, or it refuses them, or leaves one out.
        """
        form = tuple(roles)
        if form not in self._known:
            if len(self._known) >= _MOST_CONVERSATIONS:
                self._known.clear()
            self._known[form] = self._rendered(form)
        return self._known[form]

    def _rendered(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        if not self._template:
            raise TargetError(
                f"'{self._model}' has no chat template; specedit needs an instruction-tuned model"
            )
        values = {
            "messages": [{"role": role, "content": _MESSAGE} for role in roles],
            "add_generation_prompt": True,
            "enable_thinking": False,
            **self._tokens,
        }
        pieces = tuple(render(self._template, values).split(_MESSAGE))
        if len(pieces) != 1 + len(roles):
            raise TargetError(
                f"the chat template of '{self._model}' does not say what {' and '.join(roles)} say; use another model"
            )
        first, *others = pieces
        return (first if first.startswith(self._begin) else self._begin + first, *others)


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return what a template makes of some values.

    Raises:
        TargetError: it refuses them, is broken, or takes too long or too much memory.
    """
    with tempfile.TemporaryFile() as request:
        request.write(json.dumps({"template": template, "values": values}).encode())
        request.seek(0)
        given = children.Descriptors(request.fileno(), children.PIPE, children.DEVNULL)
        try:
            done = children.run(children.python("-m", __name__), given, timeout=_SECONDS)
        except children.TimedOut as error:
            raise TargetError("the model's chat template takes too long") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise TargetError("the model's chat template takes too long, or too much memory") from error
    if "text" not in answer:
        raise TargetError(f"the model's chat template refuses the prompt: {answer['refused']}")
    return str(answer["text"])


class _Refused(Exception):
    """What a template says."""


def _rendered(template: str, values: Mapping[str, Any]) -> str:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = json.dumps
    # What templates may call, as transformers defines it.
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    text: str = environment.from_string(template).render(values)
    if len(text) > _MOST:
        raise _Refused(f"it makes {len(text)} characters of a short message")
    return text


def _refuse(message: object) -> None:
    raise _Refused(message)


def _main() -> None:
    for limit, most in ((resource.RLIMIT_CPU, _CPU_SECONDS), (resource.RLIMIT_AS, _MEMORY)):
        with suppress(ValueError, OSError):  # a system that does not limit it
            resource.setrlimit(limit, (most, most))
    try:
        request = json.load(sys.stdin)
        answer = {"text": _rendered(request["template"], request["values"])}
    except Exception as error:  # whatever a template does
        message = str(error) if isinstance(error, _Refused) else f"{type(error).__name__}: {error}"
        answer = {"refused": message[:300]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _main()
