"""A model's chat template, rendered in a process of its own: it is a program that came with the model.

The sandbox keeps it from our objects, but not from counting for ever or filling the memory, which limits of the process do.
Run as a module it reads from standard input what to render, and writes the text, or why there is none.
"""

import json
import resource
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from specedit.engine import children
from specedit.engine.errors import TargetError

_CPU_SECONDS = 5
_SECONDS = 60.0  # on a machine that is busy with other things
_MEMORY = 1 << 30  # bytes of address space
_MOST = 1 << 20  # characters of a turn


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
