"""Edit-aware speculative decoding.

The public names are loaded on first use, so that `import specedit` costs nothing.
"""

TYPE_CHECKING = False  # known to type checkers; `typing` itself is not imported, see __main__
if TYPE_CHECKING:
    from specedit.editor.config import Config
    from specedit.editor.editor import Editor
    from specedit.editor.result import EditRequest, EditResult, Progress

__all__ = ["Config", "EditRequest", "EditResult", "Editor", "Progress"]

_HOMES = {"Config": "specedit.editor.config", "Editor": "specedit.editor.editor"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'specedit' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "specedit.editor.result")), name)
