"""Whether modules of JavaScript can be loaded one after the other, as before an edit: circles of imports break."""

from collections.abc import Collection, Iterator

from specedit.edits.definition_moves.script_origins import Naming, ScriptModules
from specedit.edits.syntax.language import words
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
    more = [(path, each) for path in sorted(paths) for each in sorted(new.of(path) - old.of(path))]
    for path, loaded in more:
        if path in new.reached(loaded):
            raise EditRefused(f"{path} and {loaded} would import each other")
    for path, loaded in more:
        users = naming.files(path) or ([path] if before.is_entry(path) else [])
        foreign = new.of_node(new.reached(loaded)) - old.of_node(old.reached(path))
        if any(foreign - old.of_node(old.reached(each)) for each in users):
            raise EditRefused(
                f"{path} would import {loaded}, and with it '{min(foreign)}' of Node, which may not be there"
            )
        reached = () if loaded in old.reached(path) else sorted(new.reached(loaded))
        circle = next((each for each in reached if each in new.after(each)), None)
        if circle is not None:
            raise EditRefused(
                f"{path} would import {loaded}, and with it {circle}, which is in a circle of imports: "
                "the order of them may not be changed"
            )


class Loads:
    """What each module loads while it is loaded itself."""

    def __init__(self, modules: ScriptModules) -> None:
        self._modules = modules
        self._of: dict[str, frozenset[str]] = {}

    def of(self, path: str) -> frozenset[str]:
        """Return the modules of the workspace that one loads."""
        if path not in self._of:
            found = (self._modules.find(written, path) for written, _ in self._loaded(path))
            self._of[path] = frozenset(each for each in found if each and _is_script(each))
        return self._of[path]

    def reached(self, path: str) -> frozenset[str]:
        """Return a module and all that is loaded with it."""
        reached, left = {path}, [path]
        while left:
            for each in self.of(left.pop()) - reached:
                reached.add(each)
                left.append(each)
        return frozenset(reached)

    def after(self, path: str) -> frozenset[str]:
        """Return what is loaded by what a module loads: it too, if it is in a circle."""
        return frozenset().union(*(self.reached(each) for each in self.of(path)))

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
