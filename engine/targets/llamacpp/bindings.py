"""llama.cpp's C interface, as llama-cpp-python declares it, and files that it opens.

Structures and library come from that one package: a field more in the middle of a structure, and nothing is what it was.
"""

import ctypes
import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from specedit.engine.errors import TargetError

INSTALL = "pip install 'specedit[llama]'"
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
_ERROR, _CONTINUED = 4, 5  # levels of its log
_MOST_LINES = 20


def is_installed() -> bool:
    """Return whether the package is there; it is not imported."""
    return find_spec("llama_cpp") is not None


@cache
def library() -> Any:
    """Return the functions and structures of llama.cpp, initialised, its log turned off.

    Raises:
        TargetError: it is not installed, or does not load.
    """
    try:
        functions = import_module("llama_cpp.llama_cpp")
    except ImportError as error:
        raise TargetError(f"--engine llama needs llama.cpp: {INSTALL} ({error})") from error
    except (OSError, RuntimeError) as error:
        raise TargetError(f"llama.cpp does not load: {error}; {INSTALL} again") from error
    _log.attach(functions)
    functions.llama_backend_init()
    return functions


class _Log:
    """The last lines of llama.cpp's log that tell of an error: functions that fail say why nowhere else."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._is_error = False
        self._callback: Any = None  # what C code calls must not be collected

    def attach(self, functions: Any) -> None:
        self._callback = functions.llama_log_callback(self._take)
        functions.llama_log_set(self._callback, None)

    def clear(self) -> None:
        self._lines.clear()

    @property
    def reason(self) -> str:
        """The first line of an error; what follows is what came of it."""
        lines = "".join(self._lines).strip().splitlines()
        return lines[0].partition(": ")[2] or lines[0] if lines else "it gives no reason"

    def _take(self, level: int, text: bytes, _: object) -> None:
        self._is_error = self._is_error if level == _CONTINUED else level == _ERROR
        if self._is_error and len(self._lines) < _MOST_LINES:
            self._lines.append(text.decode("utf-8", "replace"))


_log = _Log()


def reason() -> str:
    """Return why what was called last has failed."""
    return _log.reason


@contextmanager
def opened(path: Path, *, vocabulary_only: bool, gpu_layers: int | None = 0) -> Generator[Any]:
    """Yield the model in a file, or its vocabulary alone; free it if what is done with it fails.

    `gpu_layers`: how many layers are put on a GPU, None for all if there is one.

    Raises:
        TargetError: llama.cpp cannot read the file.
    """
    functions = library()
    parameters = functions.llama_model_default_params()
    parameters.vocab_only = vocabulary_only
    parameters.n_gpu_layers = 0 if vocabulary_only else _layers(functions, gpu_layers)
    # A space before a text that is no beginning of one: SentencePiece's wish, and none of ours.
    overrides = (functions.llama_model_kv_override * 2)()
    overrides[0].tag = functions.LLAMA_KV_OVERRIDE_TYPE_BOOL
    overrides[0].key = b"tokenizer.ggml.add_space_prefix"
    overrides[0].value.val_bool = False
    parameters.kv_overrides = ctypes.cast(
        overrides, ctypes.POINTER(functions.llama_model_kv_override)
    )
    _log.clear()
    model = functions.llama_model_load_from_file(str(parts(path)[0]).encode(), parameters)
    if not model:
        raise TargetError(f"llama.cpp cannot read '{path}': {reason()}")
    try:
        yield model
    except BaseException:
        functions.llama_model_free(model)
        raise


def parts(path: Path) -> list[Path]:
    """Return the files of a model, of which `path` is one: it is opened by the first, which finds the others by their names.

    Raises:
        TargetError: one of them is not there.
    """
    match = _PART.search(path.name)
    if match is None:
        return [path]
    stem, count = path.name[: match.start()], int(match[2])
    files = [path.with_name(f"{stem}-{n:05}-of-{count:05}.gguf") for n in range(1, count + 1)]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise TargetError(f"'{path}' is one of {count} parts; missing: {', '.join(missing[:5])}")
    return files


def _layers(functions: Any, requested: int | None) -> int:
    if not functions.llama_supports_gpu_offload():
        if requested:
            raise TargetError(
                "--gpu-layers: this llama.cpp is built for processors alone; docs/engines.md says how to get another"
            )
        return 0
    return -1 if requested is None else requested
