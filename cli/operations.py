"""`specedit operations`: the instructions that are understood without a model that writes."""

import argparse

from specedit.edits import operations, plain_text
from specedit.edits.definition_moves import move
from specedit.edits.moves import move_request
from specedit.engine.errors import InvalidRequest


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("operations", help="list the instructions that are understood")
    parser.add_argument("name", nargs="?", help="of this operation only")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List each operation with instructions for it."""
    known = {name: operations.examples(name) for name in operations.names()}
    known["any file"] = plain_text.EXAMPLES
    known["all files"] = (*move_request.EXAMPLES, *move.EXAMPLES)
    if options.name is not None and options.name not in known:
        raise InvalidRequest(f"no operation '{options.name}'; known: {', '.join(known)}")
    for name, examples in known.items():
        if options.name in (None, name):
            print("\n".join(f"{name}\t{example}" for example in examples))
    return 0
