"""Whether modules of JavaScript can be loaded one after the other, as before an edit: circles of imports break."""

from collections.abc import Collection, Iterable, Iterator

from specedit.edits.definition_moves.script_origins import Naming, ScriptModules
from specedit.edits.syntax.language import words
from specedit.edits.workspace.load_graph import LoadGraph, new_loads, refuse_reordered
from specedit.engine.errors import EditRefused

_OF_NODE = words(
    "assert async_hooks buffer child_process cluster console crypto dgram diagnostics_channel dns domain events fs http http2 "
    "https inspector module net os path perf_hooks process punycode querystring readline repl sqlite stream "
    "string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
)


def refuse_circles(
    paths: Collection[str], before: ScriptModules, after: ScriptModules, naming: Naming
) -> None:
    """Refuse an edit of some files by which modules load each other, or what may not be there where they run.

    `naming` tells who loads them.

    Raises:
        EditRefused: with the modules.
    """
    old, new = Loads(before), Loads(after)
    more = new_loads(paths, old, new)
    for path, loaded in more:
        users = naming.files(path) or ([path] if before.is_entry(path) else [])
        foreign = new.of_node(new.reached(loaded)) - old.of_node(old.reached(path))
        if any(foreign - old.of_node(old.reached(each)) for each in users):
            raise EditRefused(
                f"{path} would import {loaded}, and with it '{min(foreign)}' of Node, which may not be there"
            )
        refuse_reordered(path, loaded, old, new)


class Loads(LoadGraph):
    """The modules of JavaScript and TypeScript, and Node's own."""

    def __init__(self, modules: ScriptModules) -> None:
        super().__init__()
        self._modules = modules

    def read(self, path: str) -> Iterable[str]:
        """Return the modules of the workspace that one loads."""
        found = (self._modules.find(written, path) for written, _ in self._loaded(path))
        return (each for each in found if each and _is_script(each))

    def acting(self, path: str) -> str:
        """Return the first module loaded with one that does something then, "" if none does."""
        return next(
            (p for p in sorted(self.reached(path)) if any(self._modules.module(p).acting())), ""
        )

    def of_node(self, paths: Collection[str]) -> frozenset[str]:
        """Return which of Node's own modules some modules load."""
        return frozenset(name for path in paths for name in self._of_node(path))

    def _of_node(self, path: str) -> Iterator[str]:
        for written, _ in self._loaded(path):
            name = written.removeprefix("node:")
            if name != written or name.partition("/")[0] in _OF_NODE:
                yield name

    def _loaded(self, path: str) -> Collection[tuple[str, object]]:
        return self._modules.module(path).loaded if _is_script(path) else ()


def _is_script(path: str) -> bool:
    return path.endswith((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"))
