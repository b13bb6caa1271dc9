"""torch's shared libraries, loaded beside what Python does meanwhile.

`import torch` holds Python's lock while the system loads 500 MB of libraries and runs their initializers, 0.2 of its 0.8
seconds. A call of `dlopen` as a foreign function gives the lock up; the import then finds them loaded.
"""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

_LAST = "libtorch_python.so"  # it needs all others


def begin_loading() -> None:
    """Begin to load them, if torch is installed here and was not imported yet; return at once."""
    if sys.platform != "linux" or "torch" in sys.modules:
        return
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return
    library = Path(spec.origin).parent / "lib" / _LAST
    # Not a daemon: a process must not end inside of an initializer.
    Thread(target=_load, args=(library,), name="torch's libraries", daemon=False).start()


def _load(library: Path) -> None:
    """Load a library with all that it needs. One that does not load is for the import to complain of."""
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    load(os.fsencode(library), os.RTLD_NOW | os.RTLD_LOCAL)
