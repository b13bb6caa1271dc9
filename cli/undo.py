"""`specedit undo`: put the files of the last applied edit back."""

import argparse
import sys

from specedit.editor.journal import Journal


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "undo",
        help="put the files of the last applied edit back",
        description="Puts the files of the last applied edit back; again, those of the one before it.",
    )
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Undo the last run."""
    for entry in Journal().undo():
        print(f"restored {entry.path}", file=sys.stderr)
    return 0
