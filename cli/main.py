"""`specedit`: the commands, and the one table from what happened to exit codes."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from specedit.cli.arguments import Parser, parse
from specedit.cli.options import EXIT_CODES
from specedit.cli.outcome import DEBUG, unexpected
from specedit.cli.terminal import escaped
from specedit.edits.garbage import rarely_collected
from specedit.engine.errors import EditRefused, InvalidRequest, SpeceditError, TargetError

_COMMANDS = (
    *("apply", "undo", "serve", "mcp", "lsp"),
    *("models", "operations", "config", "doctor", "bench"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    named = [name for name in _COMMANDS if [name] == [*given[:1]]]
    options = parse(build_parser(named or _COMMANDS), given)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        print("specedit: interrupted; no file is half-written", file=sys.stderr)
        return 130
    except SpeceditError as error:
        print(f"specedit: {escaped(str(error))}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:  # the reader of a list has left; `apply` goes on without one
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"specedit: {escaped(where)}{error.strerror or error}", file=sys.stderr)
        return 6
    except Exception as error:  # a bug: no code of ours may mean something else
        return _unexpected(
            error, is_log=options.run.__module__.endswith((".serve", ".lsp", ".mcp"))
        )
    return code


def _unexpected(error: Exception, *, is_log: bool) -> int:
    if is_log or os.environ.get(DEBUG):
        traceback.print_exception(error)
    print(f"specedit: {escaped(unexpected(error))}", file=sys.stderr)
    return 6


def exit_code(error: SpeceditError) -> int:
    """Return the exit code of an error."""
    kinds = ((InvalidRequest, 2), (EditRefused, 3), (TargetError, 5))
    return next(code for kind, code in kinds if isinstance(error, kind))


@rarely_collected()  # what is loaded is no garbage
def build_parser(names: Sequence[str] = _COMMANDS) -> Parser:
    """Return the parser of these commands; each command's module adds its own, and some take long to load."""
    import shtab

    parser = Parser(
        prog="specedit",
        description="Edit files by instruction, with a language model that verifies long copied spans.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    shtab.add_argument_to(parser, ["--print-completion"])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in names:
        import_module(f"specedit.cli.{name}").add_parser(commands)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return f"specedit {version('specedit')}"


if __name__ == "__main__":
    sys.exit(main())
