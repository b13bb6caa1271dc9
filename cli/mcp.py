"""`specedit mcp`: edits as tools of agents, over the Model Context Protocol."""

import argparse
import gc
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from specedit.cli.arguments import given
from specedit.cli.options import (
    add_author_options,
    add_credential_options,
    add_model_options,
    config_from,
    credentials_from,
    new_author_from,
    open_editor,
)
from specedit.cli.render import Screen
from specedit.engine.errors import InvalidRequest

if TYPE_CHECKING:
    from specedit.editor.editor import Editor
    from specedit.service.mcp.author_calls import AuthorCalls
    from specedit.service.mcp.session import Session
    from specedit.service.mcp.shared import Shared

_MAX_BYTES = 1 << 20
_OF_INSTALLING = ("install", "write")
_OF_HTTP = ("token_file", "tls_cert", "tls_key", "tls_ca", "insecure")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "mcp",
        help="serve edits to agents, over the Model Context Protocol",
        description="Serves the tools edit_file, replace_in_file, apply_patch, rename_symbol, refactor and undo on stdin and "
        "stdout, or over HTTP. What may be edited are files below the roots that the client gives, or else below the "
        "folder it is started in; over HTTP never outside of that.",
    )
    parser.add_argument(
        "--root", type=Path, metavar="FOLDER", help="only what is in it may be edited"
    )
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="PATTERN",
        help="of what steers tools or holds secrets: .eslintrc.js, .github, 'ci/*.key' (default: none)",
    )
    parser.add_argument(
        "--max-bytes", type=int, default=_MAX_BYTES, help="refuse larger files (%(default)s)"
    )
    where = parser.add_argument_group("several clients, over HTTP")
    where.add_argument(
        "--http",
        metavar="ADDRESS",
        help="serve at http://HOST:PORT/mcp, or unix:PATH (default: stdin and stdout)",
    )
    add_credential_options(where)
    setup = parser.add_argument_group("a client's configuration, instead of serving it")
    setup.add_argument(
        "--install",
        metavar="CLIENT",
        help="show what starts this server there: claude, cursor, codex, opencode, vscode or zed",
    )
    setup.add_argument(
        "--write",
        action="store_true",
        help="put that into the client's file; `specedit undo` takes it out",
    )
    add_model_options(parser)
    add_author_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until the client hangs up, or show or write how a client starts that."""
    if options.root is not None and not options.root.is_dir():
        raise InvalidRequest(f"--root '{options.root}' is no folder")
    if not 0 <= options.max_bytes < 1 << 40:
        raise InvalidRequest(f"--max-bytes {options.max_bytes} is out of range")
    for name in _OF_HTTP:
        if options.http is None and getattr(options, name):
            raise InvalidRequest(f"--{name.replace('_', '-')} goes with --http ADDRESS")
    if options.install is not None:
        return _install(options)
    if options.write:
        raise InvalidRequest("--write goes with --install CLIENT")
    gc.disable()  # what is being loaded is no garbage, and to look for some takes a sixth of the time
    from specedit.service.mcp.server import serve_stdio

    gc.freeze()
    gc.enable()
    if options.http is None:
        serve_stdio(_session(options, options.root))
    else:
        _serve_http(options)
    return 0


def _serve_http(options: argparse.Namespace) -> None:
    from specedit.service.address import address
    from specedit.service.auth import check_exposure
    from specedit.service.limits import Limits
    from specedit.service.mcp.bounds import started_in
    from specedit.service.mcp.http import serve_http
    from specedit.service.mcp.shared import Shared

    at, credentials = address(options.http), credentials_from(options, server=True)
    if warning := check_exposure(at, credentials, insecure=options.insecure):
        print(f"specedit: {warning}", file=sys.stderr)
    # What clients call their roots is theirs to say: those over HTTP are not to choose from all that there is.
    shared = Shared(Limits())
    session = _session(options, options.root or started_in(), shared)

    def ready(target: str) -> None:
        print(f"specedit: serving at {target}", file=sys.stderr, flush=True)

    try:
        serve_http(session, at, credentials, ready, insecure=options.insecure)
    finally:
        shared.close()


def _session(
    options: argparse.Namespace, root: Path | None, shared: "Shared | None" = None
) -> "Session":
    from specedit.service.mcp.limits import Limits
    from specedit.service.mcp.session import Session

    config, screen = config_from(options), Screen(json=False, quiet=True)
    if shared is not None and config.timeout is None:
        config = replace(config, timeout=shared.seconds)

    def opened() -> "Editor":
        return open_editor(config, screen)

    folder = root.resolve() if root is not None else None
    limits = Limits(tuple(options.allow), options.max_bytes)
    return Session(config, opened, folder, limits, _authors(options), shared)


def _authors(options: argparse.Namespace) -> "AuthorCalls | None":
    new_author = new_author_from(options)
    if new_author is None:
        return None
    from specedit.service.mcp.author_calls import AuthorCalls

    return AuthorCalls(new_author, options.author_form, options.timeout)


def _install(options: argparse.Namespace) -> int:
    from specedit.service.mcp import installing

    if options.http is not None:
        raise InvalidRequest("--http does not go with --install: each client starts its own server")
    command = [_program(), "mcp", *given(options, leave_out=_OF_INSTALLING)]
    if options.write:
        path, edit_id = installing.write(options.install, command, Path.cwd())
        print(
            f"wrote {path}; specedit undo {edit_id} takes it back" if edit_id else f"{path} has it"
        )
    else:
        path, text = installing.shown(options.install, command, Path.cwd())
        print(f"# {path}\n{text}", end="")
    return 0


def _program() -> str:
    """How a client is to call us: by name where that finds us, which a file that is shared can say, else by our path."""
    ours = Path(sys.argv[0]).absolute()
    named = shutil.which("specedit")
    return "specedit" if named is not None and Path(named).samefile(ours) else str(ours)
