"""`specedit lsp`: the Language Server, on stdin and stdout."""

import argparse
from pathlib import Path

from specedit.cli.options import (
    add_author_options,
    add_model_options,
    add_settings,
    new_author_from,
    settings_from,
)
from specedit.editor.settings_files import InForce


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lsp",
        help="Language Server for editors, on stdin and stdout",
        description="Edits open documents through a `specedit serve`; starts one if there is none.",
    )
    parser.add_argument("--stdio", action="store_true", help="the default, and all there is")
    add_settings(parser.add_argument_group("edits"), "verify", "server")
    add_model_options(parser)
    add_author_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve one editor until it hangs up."""
    from specedit.lsp.features import new_server

    def settings(folder: Path | None) -> InForce:  # the folder is known when the client has told it
        return settings_from(argparse.Namespace(**vars(options)), folder)

    now = argparse.Namespace(**vars(options))
    settings_from(now)  # what is wrong is said at once
    new_author_from(now)
    new_server(settings).start_io()
    return 0
