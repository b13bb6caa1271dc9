"""`specedit lsp`: the Language Server, on stdin and stdout."""

import argparse

from specedit.cli.options import add_model_options, config_from
from specedit.service.address import LOCAL


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lsp",
        help="Language Server for editors, on stdin and stdout",
        description="Edits open documents through a `specedit serve`; starts one if there is none.",
    )
    parser.add_argument("--stdio", action="store_true", help="the default, and all there is")
    parser.add_argument(
        "--server", default=LOCAL, metavar="ADDRESS", help="whose engine to use (%(default)s)"
    )
    add_model_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve one editor until it hangs up."""
    from specedit.lsp.server import Server

    Server(options.server, config_from(options)).start_io()
    return 0
