"""`specedit apply`: edit files by instruction."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.cli import emit, inputs, words, workspace
from specedit.cli.one_file import OneFile
from specedit.cli.options import (
    EXIT_CODES,
    add_author_options,
    add_credential_options,
    add_model_options,
    add_settings,
    credentials_from,
    open_editor,
    settings_from,
)
from specedit.cli.outcome import Outcome
from specedit.cli.render import Screen
from specedit.cli.shared_server import PATIENCE, SharedServer
from specedit.cli.terminal import put
from specedit.editor.settings_files import COMMAND_LINE, InForce
from specedit.edits import safety
from specedit.edits.garbage import rarely_collected
from specedit.edits.patch import files
from specedit.engine.errors import InvalidRequest
from specedit.service.address import AUTO, LOCAL

if TYPE_CHECKING:
    from specedit.cli.one_file import Engine
    from specedit.service.client import Client


# What a server is started with, and no request can change.
_OF_ENGINE = (
    *("model", "dtype", "device", "drafter", "draft_model", "max_bytes"),
    *("engine", "engine_url", "served_model", "gpu_layers"),
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "apply",
        help="edit files by instruction",
        usage='specedit apply [FILE...] "INSTRUCTION" [options]',
        description="Writes the files, shows the diff and what it cost.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="FILE... INSTRUCTION",
        help='files or quoted globs, - is stdin; behind them what to do, as "rename fetch_page to get_page"; without a file a '
        "symbol is renamed in all of the workspace (the git repository, or else the folder), and a patch goes to the "
        "files that it names",
    )
    what = parser.add_argument_group("the edit, if not by instruction alone")
    what.add_argument(
        "--snippet",
        metavar="S",
        help="a file with lazy code, '... existing code ...'; - is stdin, here and below; without FILE, an answer with code "
        "of several files, each in a fence under its name",
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
        "--diff",
        "--dry-run",
        "-n",
        action="store_true",
        help="show the diff, write nothing; 1 if there is one",
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
        "--encoding",
        metavar="NAME",
        help="of the files, as cp1252; by default what they declare, UTF-8, or a guess that is told",
    )
    parser.add_argument(
        "--root", type=Path, default=Path(), help="files outside are refused (default: .)"
    )
    add_settings(parser.add_argument_group("limits"), "max_bytes")
    server = parser.add_argument_group("a server's engine instead of our own")
    add_settings(server, "server")
    add_credential_options(server)
    add_author_options(parser)
    add_model_options(parser)
    parser.set_defaults(run=run, patch_encoding=None)


@rarely_collected()
def run(options: argparse.Namespace) -> int:
    """Edit files, one after the other or all together."""
    if options.json and options.emit:
        raise InvalidRequest("--json and --emit both write to stdout; give one")
    if not options.words and options.patch is None and options.snippet is None:
        options.parser.error("no file is given")
    paths, instruction = words.split(options.words) if options.words else ([], "")
    in_force = settings_from(options, _folder(paths, options))
    shares = options.server == AUTO and _may_share(options, in_force)
    if options.server == AUTO:  # what needs no model is made here, in any case
        options.server = None
    if options.encoding and options.server:
        raise InvalidRequest("--encoding is not for --server: it decodes what it edits itself")
    given = inputs.read(options, paths, instruction)
    if "-" in paths and (len(paths) > 1 or options.interactive):
        raise InvalidRequest("- (stdin) goes alone and without -i")
    screen, config = Screen(json=options.json, quiet=options.quiet), in_force.config
    connect, open_own = partial(_client, options, in_force), partial(open_editor, config, screen)
    with SharedServer(config, connect, open_own) as shared:

        @cache
        def editor() -> "Engine":  # opened when the first file has been read
            return shared if shares else connect() if options.server else open_own()

        return _edit_all(paths, instruction, given, editor, options, screen)


def _edit_all(
    paths: Sequence[str],
    instruction: str,
    given: dict[str, Any],
    editor: "Callable[[], Engine]",
    options: argparse.Namespace,
    screen: Screen,
) -> int:
    """Edit what is asked for; return the exit code."""
    if not paths and (options.patch is not None or options.snippet is not None):
        outcomes = workspace.patch(options, given, editor, screen)
    elif workspace.is_meant(options, paths, instruction):
        outcomes = workspace.edit(options, paths, instruction, screen)
    else:
        return _edit_each(paths, given, editor, options, screen)
    for outcome in outcomes:
        _show(outcome, options, screen)
    return _exit_code(outcomes, options)


def _edit_each(
    paths: Sequence[str],
    given: dict[str, Any],
    editor: "Callable[[], Engine]",
    options: argparse.Namespace,
    screen: Screen,
) -> int:
    """Edit files one after the other; what happens to one does not stop the others."""
    outcomes, lacking = list[Outcome](), list[Outcome]()
    patch = given.get("patch")
    patches = files.split(patch, paths) if patch and "-" not in paths else [patch] * len(paths)
    for path, own in zip(paths, patches, strict=True):
        outcome = OneFile(options, {**given, "patch": own}, editor, screen).edit(path)
        if len(paths) > 1 and outcome.lacks_symbol:
            lacking.append(outcome)
            continue
        _show(outcome, options, screen)
        outcomes.append(outcome)
    if outcomes:  # a symbol is not to be in all of several files
        lacking = [replace(each, status="unchanged") for each in lacking]
    for outcome in lacking:
        _show(outcome, options, screen)
    return _exit_code([*outcomes, *lacking], options)


def _show(outcome: Outcome, options: argparse.Namespace, screen: Screen) -> None:
    only_looks = options.diff or options.check or options.emit
    to_stdout = "-" in options.words and not only_looks
    screen.show(outcome, diff=not (options.check or options.emit), result_to_stdout=to_stdout)
    if options.emit and (outcome.data is not None or outcome.action != "edit"):
        put(f"{emit.text(outcome, options.emit)}\n".encode("utf-8", "surrogateescape"))
    if options.explain and outcome.result is not None:
        screen.explain(outcome.result)


def _folder(paths: Sequence[str], options: argparse.Namespace) -> Path:
    """The folder whose settings count: that of the first file, else the root."""
    first = next((path for path in paths if path != "-"), None)
    return Path(first).parent if first is not None else options.root


def _may_share(options: argparse.Namespace, in_force: InForce) -> bool:
    """Whether the local server, which has its settings from the user's file, would do as is said here."""
    said_here = (COMMAND_LINE, "$")
    own = any(in_force.settings[name].by.startswith(said_here) for name in _OF_ENGINE)
    return not (own or options.encoding or in_force.value("author"))


def _client(options: argparse.Namespace, in_force: InForce) -> "Client":
    """The server's engine; its model and drafter are its own."""
    from specedit.service.client import Client

    for name in ("model", "dtype", "device", "drafter", "engine", "author"):
        if in_force.settings[name].by == COMMAND_LINE:
            raise InvalidRequest(f"--{name} is the server's to choose; give it to specedit serve")
    given = credentials_from(options)
    return Client(
        options.server or LOCAL,
        given,
        config=in_force.config,
        insecure=options.insecure,
        **({} if options.server else {"patience": PATIENCE}),
    )


def _exit_code(outcomes: Sequence[Outcome], options: argparse.Namespace) -> int:
    if any(outcome.status == "error" for outcome in outcomes):
        return 6
    failed = [outcome for outcome in outcomes if outcome.failed]
    if failed:
        return 3 if len(failed) == len(outcomes) else 4
    changed = any(outcome.status == "changed" for outcome in outcomes)
    return 1 if changed and (options.check or options.diff) else 0
