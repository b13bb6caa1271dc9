"""`specedit serve`: one engine for many clients, over gRPC and HTTP."""

import argparse
import asyncio
import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from specedit.cli.options import (
    add_author_options,
    add_credential_options,
    add_model_options,
    config_from,
    credentials_from,
    new_author_from,
    open_model,
    pass_cost,
)
from specedit.cli.render import Screen
from specedit.editor.config import Config
from specedit.engine.errors import InvalidRequest
from specedit.service.address import LOCAL, Address, address
from specedit.service.limits import Limits

if TYPE_CHECKING:
    from specedit.service.auth import Credentials
    from specedit.service.door import DoorFactory
    from specedit.service.loaded import Loaded


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    limits = Limits()
    parser = commands.add_parser(
        "serve",
        help="serve edits over gRPC and HTTP",
        description="Serves proto/specedit/v1 on a private socket, or on HOST:PORT with a token or certificates; with --http "
        "what clients of OpenAI-compatible servers ask for.",
    )
    where = parser.add_argument_group("where, and for whom")
    where.add_argument(
        "--listen",
        metavar="ADDRESS",
        help="gRPC: local (a socket that only you can open), unix:PATH or HOST:PORT (default: local, with --http none)",
    )
    where.add_argument(
        "--http",
        metavar="ADDRESS",
        help="HTTP for clients of OpenAI's API and of fast-apply services, at HOST:PORT or unix:PATH; with --listen beside gRPC "
        "(default: none)",
    )
    add_credential_options(where)
    where.add_argument(
        "--root",
        type=Path,
        help="let clients edit the files in this folder by name (default: none)",
    )
    where.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="PATTERN",
        help="under --root, of what steers tools or holds secrets: .eslintrc.js, .github, 'ci/*.key' (default: none)",
    )
    how = parser.add_argument_group("limits")
    how.add_argument(
        "--running", type=int, default=limits.running, help="requests at once (%(default)s)"
    )
    how.add_argument(
        "--waiting", type=int, default=limits.waiting, help="requests in the queue (%(default)s)"
    )
    how.add_argument(
        "--max-bytes", type=int, default=limits.document_bytes, help="of a document (%(default)s)"
    )
    how.add_argument(
        "--max-seconds", type=float, default=limits.seconds, help="of a request (%(default)s)"
    )
    how.add_argument(
        "--cache-mb", type=int, default=1024, help="memory for texts already read (%(default)s)"
    )
    how.add_argument(
        "--grace", type=float, default=30.0, help="seconds to finish in after SIGTERM (%(default)s)"
    )
    how.add_argument(
        "--idle", type=float, metavar="SECONDS", help="end when nobody calls for so long"
    )
    seen = parser.add_argument_group("what can be seen")
    seen.add_argument(
        "--metrics-port", type=int, metavar="PORT", help="Prometheus metrics on 127.0.0.1:PORT"
    )
    seen.add_argument("--quiet", action="store_true", help="no log lines but of errors")
    seen.add_argument(
        "--log-content", action="store_true", help="log documents and instructions too"
    )
    add_model_options(parser)
    add_author_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from specedit.service.auth import check_exposure
    from specedit.service.server import ServerOptions, serve
    from specedit.service.telemetry import configure

    for name in ("running", "waiting", "max_bytes", "max_seconds", "cache_mb", "grace"):
        least = 0 if name in ("waiting", "cache_mb", "grace") else 1
        if not least <= getattr(options, name) < 1 << 29:
            raise InvalidRequest(
                f"--{name.replace('_', '-')} {getattr(options, name)} is out of range"
            )
    if options.root is not None and not options.root.is_dir():
        raise InvalidRequest(f"--root '{options.root}' is no folder")
    config, screen = config_from(options), Screen(json=False, quiet=options.quiet)
    limits = Limits(
        document_bytes=options.max_bytes,
        seconds=options.max_seconds,
        running=options.running,
        waiting=options.waiting,
    )
    given = credentials_from(options, server=True)
    http = address(options.http) if options.http else None
    grpc = address(options.listen or LOCAL) if options.listen or not http else None
    for at in filter(None, (grpc, http)):
        warning = check_exposure(at, given, insecure=options.insecure)
        if warning:
            print(f"specedit: {warning}", file=sys.stderr)
    server_options = ServerOptions(
        address=grpc,
        credentials=given,
        insecure=options.insecure,
        limits=limits,
        root=options.root,
        allow=tuple(options.allow),
        grace=options.grace,
        idle=options.idle,
        metrics_port=options.metrics_port,
        log_content=options.log_content,
        new_author=new_author_from(options),
        author_form=options.author_form,
    )
    configure(logging.ERROR if options.quiet else logging.INFO)

    def load() -> "Loaded":
        return _load(config, options.cache_mb << 20, options.running, screen)

    doors = [_http_door(http, given, insecure=options.insecure)] if http else []

    def ready(targets: tuple[str, ...]) -> None:
        screen.note(f"serving on {' and '.join(targets)}")

    asyncio.run(serve(load, config, server_options, ready, doors))
    return 0


def _http_door(at: Address, given: "Credentials", *, insecure: bool) -> "DoorFactory":
    from specedit.service.http.door import HttpDoor

    return partial(HttpDoor, address=at, credentials=given, insecure=insecure)


def _load(config: Config, cache_bytes: int, texts: int, screen: Screen) -> "Loaded":
    from specedit.editor import worth
    from specedit.editor.editor import Editor
    from specedit.engine.folders import cache_folder
    from specedit.engine.targets.prefix_cache import PrefixCache
    from specedit.service.loaded import Loaded

    target, tokenizer = open_model(config, screen, texts=texts)
    if target.is_remote:
        return Loaded(Editor(target, tokenizer, config), target, tokenizer)
    cost = pass_cost(target)
    acceptance = worth.remembered(target, tokenizer, cost, cache_folder() / "drafts")
    cache = PrefixCache(target, cache_bytes)
    editor = Editor(cache, tokenizer, config, cost, acceptance=acceptance)
    return Loaded(editor, cache, tokenizer, cache)
