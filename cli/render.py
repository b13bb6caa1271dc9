"""What people and programs see: diffs and JSON on stdout, everything else on stderr."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import unified_diff

from specedit.cli import as_json, emit
from specedit.cli.explain import explained
from specedit.cli.outcome import Outcome
from specedit.cli.terminal import Terminal, escaped, put
from specedit.editor.result import EditResult
from specedit.editor.result import Progress as EditProgress
from specedit.editor.stats import Stats
from specedit.edits.document import Document, Hunk, apply_hunks
from specedit.edits.text import split_lines

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Screen:
    """One place that prints. Colours follow the terminal and NO_COLOR."""

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self._json, self._quiet = json, quiet
        self._out, self._err = Terminal(), Terminal(stderr=True)

    def note(self, message: str) -> None:
        """Tell something that is not the result."""
        if not self._quiet:
            self._err.say(f"specedit: {message}")

    @contextmanager
    def status(self, message: str) -> Iterator[None]:
        """Show what is going on, on a terminal."""
        if self._quiet or not sys.stderr.isatty():
            yield
        else:
            with self._err.console.status(message):
                yield

    @contextmanager
    def progress(self, path: str) -> Iterator[Callable[[EditProgress], None]]:
        """Show a bar while a file is edited, on a terminal."""
        if self._quiet or not sys.stderr.isatty():
            yield lambda event: None
            return
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed}/{task.total} tokens"),
        )
        with Progress(*columns, console=self._err.console, transient=True) as bar:
            task = bar.add_task(path, total=None)

            def advance(event: EditProgress) -> None:
                description = (
                    f"{escaped(path)}: {'reading' if event.stage == 'prompt' else 'writing'}"
                )
                bar.update(task, description=description, completed=event.done, total=event.total)

            yield advance

    def show(self, outcome: Outcome, *, diff: bool, result_to_stdout: bool) -> None:
        """Print what became of a file."""
        if self._json:
            put(f"{as_json.text(outcome)}\n".encode())
        elif result_to_stdout and outcome.data is not None:
            put(outcome.data)
        elif diff and not self._quiet and (outcome.data is not None or emit.heads(outcome)):
            self._print_diff(outcome)
        if outcome.failed:
            self._err.say(f"{outcome.path}: {outcome.status}: {outcome.reason}", "red")
        if self._quiet:
            return
        result = outcome.result
        if result:
            self._show_objections(outcome.path, result)
            for remark in result.remarks:
                self._err.say(f"{outcome.path}: {remark}")
        if not outcome.failed:
            would = "" if outcome.written or outcome.status != "changed" else "would be "
            parts = [f"{would}{_deed(outcome)}", outcome.reason]
            parts += [_cost(result)] if result else []
            self._err.say(f"{outcome.path}: {', '.join(filter(None, parts))}")
        elif result and result.stats.passes:
            self._err.say(f"{outcome.path}: {statistics(result.stats)}")

    def explain(self, result: EditResult) -> None:
        """Say of each hunk who drafted what, and what the model decided itself."""
        for line in explained(result):
            self._err.say(line)

    def ask(self, path: str, document: Document, hunks: Sequence[Hunk]) -> tuple[Hunk, ...]:
        """Return the hunks that the user says yes to. The end of stdin is a no to the rest."""
        chosen: list[Hunk] = []
        for number, hunk in enumerate(hunks, 1):
            for line in _diff((f"a/{path}", f"b/{path}"), document, (hunk,)):
                self._err.say(line, _STYLES.get(line[:1], ""))
            self._err.say(f"apply hunk {number} of {len(hunks)}? [y/n/a/q] ", end="")
            answer = (sys.stdin.readline() or "q").strip().lower()
            if answer in ("a", "all"):
                return (*chosen, *hunks[number - 1 :])
            if answer in ("q", "quit"):
                break
            if answer in ("y", "yes"):
                chosen.append(hunk)
        return tuple(chosen)

    def _print_diff(self, outcome: Outcome) -> None:
        for line in emit.heads(outcome):
            self._out.say(line)
        if outcome.result is None:
            return
        document = outcome.result.document
        for line in _diff(emit.names(outcome), document, outcome.hunks):
            self._out.say(line, _STYLES.get(line[:1], ""))

    def _show_objections(self, path: str, result: EditResult) -> None:
        if result.status == "disagreed":
            ways = []
            if result.proposed is not None:
                self._err.say(f"--- {result.operation} by syntax")
                self._print_version(path, result, result.proposed)
                ways.append("--accept trust takes the version by syntax")
            if result.alternative is not None:
                self._err.say("--- the model's own version")
                self._print_version(path, result, result.alternative)
                ways.append("--accept exact has the model write")
            self._err.say("; ".join(["nothing was written", *ways]))
        shown = result.objections[:20]
        for place in shown:
            self._err.say(
                f"  line {place.line}: {place.predicted!r}, where the model prefers {place.preferred!r} "
                f"({place.ratio:.2g} as likely)"
            )
        if len(result.objections) > len(shown):
            self._err.say(f"  and {len(result.objections) - len(shown)} more; --json lists all")

    def _print_version(self, path: str, result: EditResult, body: str) -> None:
        lines = list(_unified((f"a/{path}", f"b/{path}"), result.document.body, body))
        for line in lines or ["(the file as it is)"]:
            self._err.say(line, _STYLES.get(line[:1], ""))


def _deed(outcome: Outcome) -> str:
    """What was done, in a word or two."""
    deeds = {
        "create": "created",
        "delete": "deleted",
        "move": f"moved to {outcome.moved_to}{' and changed' if outcome.hunks else ''}",
    }
    deed = (
        deeds.get(outcome.action, outcome.status) if outcome.status == "changed" else outcome.status
    )
    modes = {True: ", made executable", False: ", made not executable", None: ""}
    return deed if outcome.action in ("create", "delete") else f"{deed}{modes[outcome.executable]}"


def _cost(result: EditResult) -> str:
    if result.stats.passes:
        cost = statistics(result.stats)
    else:
        cost = "no model judged it" if result.author else "settled by syntax, no model asked"
    return f"{result.author}; {cost}" if result.author else cost


def statistics(stats: Stats) -> str:
    """Return the one line that says what an edit cost."""
    drafters = ", ".join(
        f"{name} {counts.accepted}/{counts.drafted}"
        for name, counts in stats.drafters.items()
        if counts.drafted
    )
    line = (
        f"{stats.output_tokens} tokens in {stats.passes} passes, {stats.copied_share:.0%} copied, "
        f"{stats.tokens_per_second:.0f} tokens/s, {stats.seconds:.1f} s"
    )
    line += f"; drafted by {drafters}" if drafters else "; nothing drafted"
    if stats.overruled:
        line += f"; {stats.overruled} of the model's choices overruled"
    return line if stats.speculation == "on" else f"{line}; speculation {stats.speculation}"


def _diff(names: tuple[str, str], document: Document, hunks: Sequence[Hunk]) -> Iterator[str]:
    data = apply_hunks(document.data, hunks)
    return _unified(names, document.text, Document(data, document.bom, document.encoding).text)


def _unified(names: tuple[str, str], old: str, new: str) -> Iterator[str]:
    """Lines of a unified diff, without their endings; a carriage return is made visible."""
    for line in unified_diff(split_lines(old), split_lines(new), *names):
        yield line.removesuffix("\n").replace("\r", "␍")
        if not line.endswith(("\n", "\r")):
            yield "\\ No newline at end of file"
