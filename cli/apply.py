"""`specedit apply`: edit files by instruction."""

import argparse
import glob
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from specedit.cli import emit, render
from specedit.cli.options import (
    EXIT_CODES,
    add_credential_options,
    add_model_options,
    config_from,
    credentials_from,
    open_editor,
)
from specedit.cli.outcome import Outcome
from specedit.editor import models, plan
from specedit.editor.config import Config
from specedit.editor.editor import Editor, finish
from specedit.editor.journal import Journal
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.settled import is_settled, settle
from specedit.edits import files, safety
from specedit.edits.document import Document, apply_hunks, decode_document
from specedit.engine.errors import EditRefused, InvalidRequest

if TYPE_CHECKING:
    from specedit.service.client import Client

_MAX_BYTES = 1 << 20


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "apply",
        help="edit files by instruction",
        description='specedit apply FILE... "instruction". Writes the files, shows the diff and what it cost.',
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="files or quoted globs; - is stdin"
    )
    parser.add_argument(
        "instruction",
        nargs="?",
        help='what to do, as "rename fetch_page to get_page"; the last argument, unless it is a file',
    )
    what = parser.add_argument_group("the edit, if not by instruction alone")
    what.add_argument(
        "--snippet", metavar="S", help="a file with lazy code, '... existing code ...'"
    )
    what.add_argument(
        "--patch", metavar="P", help="a file with a unified diff, search/replace blocks or V4A"
    )
    what.add_argument("--prediction", metavar="F", help="a file that is nearly what is wanted")
    what.add_argument(
        "--ops", metavar="JSON", help='[{"retain":8},{"delete":6},{"insert":"x"}] or LSP TextEdits'
    )
    what.add_argument(
        "--scope",
        default="auto",
        metavar="SCOPE",
        help="file, symbol:NAME, lines:A-B, or auto: what the instruction names (%(default)s)",
    )
    what.add_argument(
        "--force",
        default="",
        metavar="CHECK[,CHECK]",
        help=f"turn checks of the result off: {', '.join(safety.CHECKS)}",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--diff", action="store_true", help="show the diff, write nothing; 1 if there is one"
    )
    how.add_argument("--check", action="store_true", help="write nothing; 1 if a file would change")
    how.add_argument(
        "--emit", choices=emit.FORMS, help="print the edit in this form, write nothing"
    )
    how.add_argument("-i", "--interactive", action="store_true", help="ask for each hunk")
    parser.add_argument("--json", action="store_true", help="one JSON object a file on stdout")
    parser.add_argument(
        "--explain", action="store_true", help="say of each hunk who drafted it, and who decided"
    )
    parser.add_argument("--quiet", action="store_true", help="no diff, no statistics, no progress")
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="what to call stdin: tells the language"
    )
    parser.add_argument(
        "--root", type=Path, default=Path(), help="files outside are refused (default: .)"
    )
    parser.add_argument(
        "--max-bytes", type=int, default=_MAX_BYTES, help="refuse larger files (%(default)s)"
    )
    server = parser.add_argument_group("a server's engine instead of our own")
    server.add_argument(
        "--server",
        metavar="ADDRESS",
        default=os.environ.get("SPECEDIT_SERVER"),
        help="local, unix:PATH or HOST:PORT of a `specedit serve` (default: $SPECEDIT_SERVER)",
    )
    add_credential_options(server)
    add_model_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Edit the files one after the other; a refused file does not stop the others."""
    inputs = _inputs(options)
    paths = list(_expand(options.files))
    if "-" in paths and (len(paths) > 1 or options.interactive):
        raise InvalidRequest("- (stdin) goes alone and without -i")
    screen = render.Screen(json=options.json, quiet=options.quiet)
    config = config_from(options)
    journal = Journal()

    @cache
    def editor() -> "Editor | Client":  # opened when the first file has been read
        return _client(options, config) if options.server else open_editor(config, screen)

    outcomes = []
    for path in paths:
        outcome = _edit_file(path, options, inputs, editor, journal, screen)
        to_stdout = path == "-" and not _only_looks(options)
        screen.show(outcome, diff=not (options.check or options.emit), result_to_stdout=to_stdout)
        if options.emit and outcome.data is not None:
            print(emit.text(outcome, options.emit))
        if options.explain and outcome.result is not None:
            screen.explain(outcome.result)
        outcomes.append(outcome)
    return _exit_code(outcomes, options)


def _client(options: argparse.Namespace, config: Config) -> "Client":
    """The server's engine; its model and drafter are its own."""
    from specedit.service.client import Client

    for name in ("model", "dtype", "drafter", "engine"):
        ours = (getattr(Config(), name), os.environ.get(f"SPECEDIT_{name.upper()}"))
        if getattr(config, name) not in ours:
            raise InvalidRequest(f"--{name} is the server's to choose; give it to specedit serve")
    return Client(options.server, credentials_from(options), config=config)


def _only_looks(options: argparse.Namespace) -> bool:
    return bool(options.diff or options.check or options.emit)


def _inputs(options: argparse.Namespace) -> dict[str, Any]:
    """What the request says besides the file. Moves the last argument back to the files if it is one."""
    given = {
        name: _text_of(name, value)
        for name in ("snippet", "patch", "prediction", "ops")
        if (value := getattr(options, name)) is not None
    }
    instruction = options.instruction or ""
    is_last_instruction = not instruction and (not given or not _is_file(options.files[-1]))
    if is_last_instruction and len(options.files) > 1:
        instruction = options.files.pop()
        if PurePath(instruction).suffix and not re.search(r"\s", instruction):
            raise InvalidRequest(f"no file '{instruction}', and as an instruction it says nothing")
    if not instruction.strip() and not given:
        raise InvalidRequest(
            'the instruction is empty; say what to change: specedit apply FILE "rename a to b", or give --snippet, --patch, '
            "--prediction or --ops"
        )
    force = frozenset(filter(None, options.force.split(",")))
    unknown = force - safety.CHECKS.keys()
    if unknown:
        raise InvalidRequest(
            f"no check '{', '.join(sorted(unknown))}'; checks: {', '.join(safety.CHECKS)}"
        )
    return {"instruction": instruction, "scope": options.scope, "force": force, **given}


def _is_file(word: str) -> bool:
    return word == "-" or Path(word).exists() or (glob.has_magic(word) and " " not in word)


def _text_of(name: str, value: str) -> str:
    """The text of an input: the JSON itself for operations that look like it, else a file's."""
    if name == "ops" and value.lstrip()[:1] in ("[", "{"):
        return value
    try:
        return decode_document(Path(value).read_bytes()).text
    except OSError as error:
        raise InvalidRequest(f"--{name}: cannot read '{value}': {error.strerror}") from error
    except EditRefused as refusal:
        raise InvalidRequest(f"--{name}: '{value}' is {refusal}") from refusal


def _expand(patterns: Iterable[str]) -> Iterable[str]:
    """Each path once; a pattern stands for the files it matches, itself where it matches none."""
    seen = set()
    for pattern in patterns:
        matched = [pattern]
        if not Path(pattern).exists() and glob.has_magic(pattern):
            matched = sorted(p for p in glob.glob(pattern, recursive=True) if Path(p).is_file())
            if not matched:
                raise InvalidRequest(f"no file matches '{pattern}'")
        for path in matched:
            if path not in seen:
                seen.add(path)
                yield path


def _edit_file(
    path: str,
    options: argparse.Namespace,
    inputs: dict[str, Any],
    editor: "Callable[[], Editor | Client]",
    journal: Journal,
    screen: render.Screen,
) -> Outcome:
    from_stdin = path == "-"
    shown = (options.stdin_filename or "stdin") if from_stdin else path
    base = None
    try:
        if from_stdin:
            document, real = _read_stdin(options.max_bytes), None
        else:
            source = files.read(Path(path), root=options.root, max_bytes=options.max_bytes)
            document, real = source.document, source.path
        base = document.sha256
        request = EditRequest(document, path=shown, **inputs)
        result = _result(request, options, editor, screen)
        if result.status in ("refused", "disagreed"):
            return Outcome(shown, result.status, result.reason, base, False, result, (), None)
        hunks, data = result.hunks, result.data
        if options.interactive:
            hunks = screen.ask(shown, document, hunks)
            data = apply_hunks(document.data, hunks)
        written = False
        if real and hunks and not _only_looks(options):
            with journal.recording(real, document.data, data):
                if not files.write(real, data, base_sha256=base):
                    screen.note(f"{path}: written in place, to keep its links and owner")
            written = True
    except EditRefused as refusal:
        return Outcome(shown, "refused", str(refusal), base, False, None, (), None)
    return Outcome(
        shown, "applied" if hunks else "unchanged", "", base, written, result, hunks, data
    )


def _result(
    request: EditRequest,
    options: argparse.Namespace,
    editor: "Callable[[], Editor | Client]",
    screen: render.Screen,
) -> EditResult:
    """The result of one edit. What syntax alone settles or refuses needs no model to be loaded."""
    if options.server:
        with screen.progress(request.path) as advance:
            return finish(editor().edit(request), advance)
    writes = models.can_write(options.model)
    planned = plan.make(request, options.accept, can_write=writes)
    if is_settled(planned, options.accept):
        return settle(request, planned)
    opened = editor()
    assert isinstance(opened, Editor)
    with screen.progress(request.path) as advance:
        return finish(opened.edit(request, planned), advance)


def _read_stdin(max_bytes: int) -> Document:
    data = sys.stdin.buffer.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise EditRefused(f"stdin has more than --max-bytes {max_bytes} bytes")
    return decode_document(data)


def _exit_code(outcomes: list[Outcome], options: argparse.Namespace) -> int:
    failed = [outcome for outcome in outcomes if outcome.status in ("refused", "disagreed")]
    if failed:
        return 3 if len(failed) == len(outcomes) else 4
    changed = any(outcome.status == "applied" for outcome in outcomes)
    return 1 if changed and (options.check or options.diff) else 0
